"""`python -m tools.pages` writes the pages anew that are not fresh."""

from tools.pages import GENERATED, ROOT, stale

for each in stale():
    (ROOT / each).write_text(GENERATED[each]())
    print(f"wrote {each}")
