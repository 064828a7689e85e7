"""The page: the straightened vessel, its composition and cross-sections."""

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

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread

SIZE_INCH = (10.0, 9.6)
DPI = 150
AROUND_MM = 14.0
_LOW = f"{WINDOW_HU[0]:.0f}".replace("-", "−")
_FOOT = (
    f"Grey: CT from {_LOW} to {WINDOW_HU[1]:.0f} HU. Green: outer wall, as given. "
    "White: border of calcium at half maximum. Sections are seen from the proximal end. "
    "Not a certified device."
)


def vessel_figure(found: Occlusion, sd: Spread, doubted: Collection[str]) -> Figure:
    """Draw one page of the occlusion. The same measurement gives the same bytes.

    Args:
        found: What was measured.
        sd: How far it may be off.
        doubted: Names of facts that need review; they are not written as numbers.
    """
    canvas = Canvas(figsize=SIZE_INCH, dpi=DPI)
    FigureCanvasAgg(canvas)
    grid = canvas.add_gridspec(
        2, 1, height_ratios=(1, 0.9), left=0.08, right=0.985, top=0.895, bottom=0.085, hspace=0.22
    )
    along = grid[0].subgridspec(2, 1, height_ratios=(2.5, 1.6), hspace=0.1)
    views = along[0].subgridspec(2, 1, hspace=0.08)
    classes = class_map(found.vessel)
    sections = chosen_sections(found)
    upper, lower = (canvas.add_subplot(views[row]) for row in range(2))
    area = canvas.add_subplot(along[1])
    for axes, turned in ((upper, False), (lower, True)):
        draw_vessel(axes, found, sections, turned=turned)
        axes.set_xlim(-AROUND_MM, found.length_mm + AROUND_MM)
    draw_composition(area, found, classes)
    area.set_xlim(-AROUND_MM, found.length_mm + AROUND_MM)
    draw_sections(canvas, grid[1], found, classes, sections)
    canvas.suptitle(_title(found, sd, doubted), x=0.08, y=0.985, ha="left", fontsize=12)
    handles = [
        Patch(facecolor=colour, edgecolor="black", linewidth=0.5, label=label)
        for colour, label in zip(CLASS_COLOURS, CLASS_LABELS, strict=True)
    ]
    canvas.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.017),
        ncols=4,
        fontsize=9,
        frameon=False,
    )
    canvas.text(0.5, 0.008, _FOOT, ha="center", fontsize=8)
    stream = io.BytesIO()
    canvas.savefig(stream, format="png", metadata={"Software": None})
    return Figure("vessel.png", "image/png", stream.getvalue(), _caption(found))


def _title(found: Occlusion, sd: Spread, doubted: Collection[str]) -> str:
    def told(name: str, text: str) -> str:
        return "needs review" if name in doubted else text

    length = told("occlusion_length", f"{found.length_mm:.1f} ± {sd.length_mm:.1f} mm")
    bend = told("max_bend", f"{found.bend.angle_deg:.0f} ± {sd.bend_deg:.0f}°")
    area = told("calcium_area_fraction", f"{found.calcium.max_area_percent:.0f} %")
    arc = told("calcium_arc", f"{found.calcium.max_arc_deg:.0f}°")
    plaque = told("plaque_volume", f"{found.content.plaque_mm3:.0f} ± {sd.plaque_mm3:.0f} mm³")
    return (
        f"Occlusion {length} long, sharpest bend {bend}, plaque {plaque}\n"
        f"Calcium: at most {area} of a cross-section, at most {arc} of the circumference"
    )


def _caption(found: Occlusion) -> str:
    shares = np.round(found.content.share_percent).astype(int)
    return (
        "Straightened vessel in two planes with the proximal and distal cap, the plaque classes "
        "along the occlusion, and cross-sections with the classes in colour, seen from the "
        f"proximal end. Necrotic core {shares[0]} %, fibrofatty {shares[1]} %, fibrous "
        f"{shares[2]} %, dense calcium {shares[3]} % of the plaque. The straightened view does "
        "not show bends. For research and planning support."
    )
