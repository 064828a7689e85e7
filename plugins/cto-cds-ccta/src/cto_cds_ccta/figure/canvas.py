"""What all pictures share: paper, letters, bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.patheffects import withStroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

Style = dict[str, Any]
"""How something is drawn, as keywords of the drawing library."""

PAPER_INCH, PAPER_TALL_INCH = 4.41, 2.36
"""112 by 60 mm: the place of the first picture on the printed page of the report."""
SCREEN_INCH = 6.0
"""At the width at which the report shows a picture on a telephone, letters of 7 pt have 12 px."""
LETTERS_PT, SMALL_PT, PAPER_PT = 7.5, 7.0, 6.3
DPI, PAPER_DPI = 190, 260
INK, PALE_INK = "#1a1a1a", "#666666"
OUTLINE = withStroke(linewidth=2.0, foreground="black")
"""Behind white letters and lines on a picture that is bright in places."""
ON_WHITE = withStroke(linewidth=2.4, foreground="white")
"""Behind black letters that lie on lines."""


def new_canvas(height_inch: float, *, paper: bool = False) -> Canvas:
    """Return an empty canvas as wide as its place in the report."""
    size = (PAPER_INCH if paper else SCREEN_INCH, height_inch)
    canvas = Canvas(figsize=size, dpi=PAPER_DPI if paper else DPI)
    FigureCanvasAgg(canvas)
    return canvas


def png(canvas: Canvas) -> bytes:
    """Return the picture; the same drawing gives the same bytes."""
    stream = io.BytesIO()
    canvas.savefig(
        stream, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 4}
    )
    return stream.getvalue()


def plain_axes(axes: Axes, *, size_pt: float = SMALL_PT) -> None:
    """Give axes thin lines and letters that can be read."""
    axes.tick_params(labelsize=size_pt, length=2.5, width=0.6, pad=1.5)
    for spine in axes.spines.values():
        spine.set_linewidth(0.6)


def no_frame(axes: Axes) -> None:
    """Take frame and ticks away from axes that show an image with a scale bar."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def scale_bar(axes: Axes, at: tuple[float, float], length_mm: float) -> Text:
    """Draw a bar of a known length, in axes whose unit is the millimetre, and return its words."""
    x, y = at
    ends = ([x, x + length_mm], [y, y])
    axes.plot(*ends, color="black", linewidth=3.6, solid_capstyle="butt", zorder=8)
    axes.plot(*ends, color="white", linewidth=2.0, solid_capstyle="butt", zorder=9)
    return axes.annotate(
        f"{length_mm:.0f} mm",
        (x + length_mm / 2, y),
        (0, 3),
        textcoords="offset points",
        color="white",
        fontsize=SMALL_PT,
        ha="center",
        va="bottom",
        path_effects=[OUTLINE],
        zorder=9,
    )
