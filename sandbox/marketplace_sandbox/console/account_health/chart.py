"""The chart of the Cancellation Rate over time: a bar a day, in layers by cause, with a line at the target."""

import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pygal
from pygal.style import Style

from marketplace_sandbox.core.views.causes import CAUSES
from marketplace_sandbox.core.views.rate_history import WindowRate

# Its finder, for maps we do not draw, speaks an old protocol, of which every later import would warn.
sys.meta_path[:] = [each for each in sys.meta_path if not type(each).__module__.startswith("pygal")]

COLOURS = {"R40": "#b26a00", "R41": "#1f6f8b", "R42": "#7a5195", "R43": "#4f7a3a", "R44": "#a23b3b"}
COLOURS_ON_DARK = {"R40": "#e0a24a", "R41": "#6db5cc", "R42": "#b796cf", "R43": "#92bd7c", "R44": "#e08a8a"}
MOST_LABELS = 10
"""As many days are named under the bars, half of them where there is little room."""


def draw_chart(history: Sequence[WindowRate], target: Fraction, *, dark: bool, narrow: bool) -> bytes:
    """The chart as SVG."""
    percent = float(target * 100)
    shown = [each for each in CAUSES.values() if each.counts]
    colours = COLOURS_ON_DARK if dark else COLOURS
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#c9d3d7" if dark else "#3d484e",
        foreground_strong="#f0f4f5" if dark else "#1c2428",
        foreground_subtle="#8c999f" if dark else "#6a767c",
        colors=tuple(colours[each.source] for each in shown),
        opacity="1",
        opacity_hover="1",
        font_family="sans-serif",
        major_guide_stroke_color="#ff8f8f" if dark else "#b00020",
        major_guide_stroke_dasharray="7,3",
        guide_stroke_color="#37444a" if dark else "#d3dcdf",
    )
    highest = max((float(each.rate * 100) for each in history if each.rate), default=0.0)
    step = _step(max(highest, percent))
    labels = sorted({round(step * number, 4) for number in range(5)} | {percent})
    chart = pygal.StackedBar(
        style=style,
        js=(),
        disable_xml_declaration=True,
        width=420 if narrow else 900,
        height=300,
        # what the colours mean stands beside it, in the page's own letters
        show_legend=False,
        truncate_label=-1,
        print_values=False,
        show_minor_x_labels=False,
        x_label_rotation=0,
        value_formatter=lambda value: f"{value:.2f} %",
        range=(0, step * 4),
    )
    days = [f"{each.until:%m-%d}" for each in history]
    chart.x_labels = days
    most = MOST_LABELS // 2 if narrow else MOST_LABELS
    chart.x_labels_major = days[:: -(-len(days) // most)]
    chart.y_labels = labels
    chart.y_labels_major = [percent]
    for cause in shown:
        shares = [
            float(Fraction(each.by_cause[cause.source], each.orders) * 100) if each.orders else 0 for each in history
        ]
        chart.add(f"{cause.whose}: {cause.text}", [share or None for share in shares])
    chart.add_xml_filter(_without_scripts)
    drawn: bytes = chart.render()
    return drawn


def _without_scripts(root: Any) -> Any:
    """The drawing, whose settings are left out that a script would read."""
    for script in [each for each in root.iter() if str(each.tag).endswith("script")]:
        script.getparent().remove(script)
    return root


def _step(highest: float) -> float:
    """A quarter of the axis: the least round number that four of reach past the highest bar."""
    for step in (1, 2.5, 5, 10):
        if highest <= step * 4:
            return step
    return 25
