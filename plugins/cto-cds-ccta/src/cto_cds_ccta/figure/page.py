"""The two pictures: the vessel along its line with its composition, and cross-sections."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from cto_cds_ccta.figure.along import draw_composition, draw_vessel
from cto_cds_ccta.figure.palette import CLASS_COLOURS, CLASS_LABELS, WINDOW_HU, class_map
from cto_cds_ccta.figure.sections import chosen_sections, draw_sections

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from cto_cds_ccta.figure.sections import Section
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread

WIDE_INCH = 7.25
ALONG_INCH, SECTIONS_INCH = 2.65, 3.35
DPI = 200
AROUND_MM = 14.0
_LOW = f"{WINDOW_HU[0]:.0f}".replace("-", "−")
_GREY = f"Grey: CT from {_LOW} to {WINDOW_HU[1]:.0f} HU. Green: outer wall."
_FOOT = f"{_GREY} Not a certified device."
_SECTIONS_FOOT = (
    f"{_GREY} White: border of calcium at half maximum. Seen from the proximal end. "
    "Not a certified device."
)


_SECTIONS_CAPTION = (
    "Cross-sections of the vessel at the places marked in the straightened view, as scanned and "
    "with the plaque classes in colour, seen from the proximal end. "
    "For research and planning support."
)


def vessel_figures(found: Occlusion, sd: Spread, doubted: Collection[str]) -> tuple[Figure, Figure]:
    """Draw the occlusion along the vessel and in sections, each as wide as a printed page.

    The same measurement gives the same bytes.

    Args:
        found: What was measured.
        sd: How far it may be off.
        doubted: Names of facts that need review; they are not written as numbers.
    """
    classes = class_map(found.vessel)
    sections = chosen_sections(found)
    along = _along(found, classes, sections, _title(found, sd, doubted))
    across = _canvas(SECTIONS_INCH)
    place = across.add_gridspec(1, 1, left=0.065, right=0.995, top=0.89, bottom=0.185)[0]
    draw_sections(across, place, found, classes, sections)
    _legend(across, 0.033)
    across.text(0.5, 0.012, _SECTIONS_FOOT, ha="center", fontsize=6)
    return (
        Figure("vessel.png", "image/png", _png(along), _caption(found)),
        Figure("sections.png", "image/png", _png(across), _SECTIONS_CAPTION),
    )


def _along(
    found: Occlusion, classes: NDArray[np.int8], sections: tuple[Section, ...], title: str
) -> Canvas:
    canvas = _canvas(ALONG_INCH)
    grid = canvas.add_gridspec(
        2, 1, height_ratios=(1.25, 1), left=0.075, right=0.995, top=0.87, bottom=0.215, hspace=0.1
    )
    views = grid[0].subgridspec(2, 1, hspace=0.08)
    upper, lower = (canvas.add_subplot(views[row]) for row in range(2))
    area = canvas.add_subplot(grid[1])
    for axes, turned in ((upper, False), (lower, True)):
        draw_vessel(axes, found, sections, turned=turned)
        axes.set_xlim(-AROUND_MM, found.length_mm + AROUND_MM)
    draw_composition(area, found, classes)
    area.set_xlim(-AROUND_MM, found.length_mm + AROUND_MM)
    canvas.suptitle(title, x=0.075, y=0.99, ha="left", fontsize=6.4)
    _legend(canvas, 0.037)
    canvas.text(0.5, 0.012, _FOOT, ha="center", fontsize=6)
    return canvas


def _canvas(height_inch: float) -> Canvas:
    canvas = Canvas(figsize=(WIDE_INCH, height_inch), dpi=DPI)
    FigureCanvasAgg(canvas)
    return canvas


def _legend(canvas: Canvas, height: float) -> None:
    handles = [
        Patch(facecolor=colour, edgecolor="black", linewidth=0.5, label=label)
        for colour, label in zip(CLASS_COLOURS, CLASS_LABELS, strict=True)
    ]
    canvas.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, height),
        borderaxespad=0.2,
        ncols=4,
        fontsize=6.5,
        frameon=False,
    )


def _png(canvas: Canvas) -> bytes:
    stream = io.BytesIO()
    canvas.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _title(found: Occlusion, sd: Spread, doubted: Collection[str]) -> str:
    def told(name: str, text: str) -> str:
        return "needs review" if name in doubted else text

    length = told("occlusion_length", f"{found.length_mm:.1f} ± {sd.length_mm:.1f} mm")
    bend = told("max_bend", f"{found.bend.angle_deg:.0f} ± {sd.bend_deg:.0f}°")
    area = told("calcium_area_fraction", f"{found.calcium.max_area_percent:.0f} %")
    arc = told("calcium_arc", f"{found.calcium.max_arc_deg:.0f}°")
    plaque = told("plaque_volume", f"{found.content.plaque_mm3:.0f} ± {sd.plaque_mm3:.0f} mm³")
    return (
        f"Occlusion {length}, bend {bend}, plaque {plaque}; "
        f"calcium at most {area} of a cross-section and {arc} of the circumference"
    )


def _caption(found: Occlusion) -> str:
    shares = np.round(found.content.share_percent).astype(int)
    return (
        "Straightened vessel in two planes with the proximal and distal cap, and the plaque "
        f"classes along the occlusion: necrotic core {shares[0]} %, fibrofatty {shares[1]} %, "
        f"fibrous {shares[2]} %, dense calcium {shares[3]} % of the plaque. The straightened view "
        "does not show bends. For research and planning support."
    )
