"""Scenarios: one YAML format that seeds a server, demonstrates a rule, tests it, and documents it.

`tree` reads the text, `scenario` checks it, `player` plays it in a seller of its own, `expectations` judge what came of
it, `report` prints it, `writing` writes a scenario out again, `export` a world as one, `library` finds the files.
"""
