"""Draws lines on logarithmic axes as SVG that can be read on light and on dark, by matplotlib. Measures nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.ticker import NullFormatter

INK = "#123456"
"""Stands for the colour of text while it is drawn; then that follows the reader's background."""
STYLE = (
    "<style>svg{color:#24292f}@media(prefers-color-scheme:dark){svg{color:#d0d7de}}"
    "text{font-family:system-ui,sans-serif}</style>"
)
COLOURS = ("#3b82c4", "#e08a1e", "#1f9e77", "#d1495b", "#9a6fc4", "#8c8c2e", "#5aa9b8")
MARKERS = "osD^vPX"


def draw(lines: Sequence[dict[str, Any]], unit: str, path: Path) -> None:
    """One picture: each line by its points, named at the side with what it grows against and its exponent."""
    settings: Any = {
        "svg.fonttype": "none", "svg.hashsalt": path.name, "text.color": INK, "axes.edgecolor": INK,
        "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False,
        "axes.spines.right": False, "font.size": 11,
    }  # fmt: skip
    with mpl.rc_context(settings):
        figure, axes = plt.subplots(figsize=(9, 4.6))
        for number, line in enumerate(lines):
            slope = "" if line["exponent"] is None else f", exponent {line['exponent']:.2f}"
            axes.plot(
                *zip(*line["points"], strict=True),
                label=f"{line['what']}{slope}",
                color=COLOURS[number % len(COLOURS)],
                marker=MARKERS[number % len(MARKERS)],
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.6g}")
            axis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("how many")
        axes.set_ylabel(unit)
        axes.grid(visible=True, which="major", color=INK, alpha=0.15)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        figure.savefig(path, format="svg", bbox_inches="tight", transparent=True, metadata={"Date": None})
        plt.close(figure)
    _follow_the_background(path)


def _follow_the_background(path: Path) -> None:
    drawn = path.read_text().replace(INK, "currentColor")
    head, defs, rest = drawn.partition(" <defs>\n")
    path.write_text("\n".join(line.rstrip() for line in f"{head} {STYLE}\n{defs}{rest}".splitlines()) + "\n")
