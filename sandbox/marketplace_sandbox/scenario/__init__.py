"""Scenarios: one YAML format that seeds a server, demonstrates a rule, tests it, and documents it.

`tree` reads the text, `shapes` and `document` check it, `player` runs it in a seller of its own, `expectations` judge
what came of it, `report` shows it, `writing` writes a document out again, `library` finds the files.
"""
