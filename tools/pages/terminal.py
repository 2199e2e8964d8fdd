"""docs/play.svg, a terminal in which a scenario was played: what the command prints, drawn as it printed it."""

from io import StringIO

from click.testing import CliRunner
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from marketplace_sandbox.cli import main

COMMAND = "marketplace-sandbox play buyer-official-request"
COLUMNS = 132

# rich's own without the fonts, which a page that shows the picture would fetch from elsewhere
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>What the command prints: who does what when, and what follows</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; \
line-height: {line_height}px; }}
.{unique_id}-title {{ font: bold 18px system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def played() -> str:
    """The picture. RuntimeError where the command goes wrong."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), color_system="truecolor", force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), (COMMAND, "bold")))
    console.print(Text.from_ansi(_run()))
    return console.export_svg(title=COMMAND, theme=MONOKAI, code_format=DRAWING, unique_id="play")


def _run() -> str:
    """What the command prints to a terminal of that width, with its colours."""
    terminal = {"COLUMNS": str(COLUMNS), "FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": None, "LINES": None}
    done = CliRunner(env=terminal).invoke(main, COMMAND.split()[1:], color=True)
    if done.exit_code:
        raise RuntimeError(f"`{COMMAND}` ended with {done.exit_code}:\n{done.output}")
    return done.output
