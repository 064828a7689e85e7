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
from cto_cds_ccta.figure.palette import CLASS_COLOURS, CLASS_LABELS, class_map
from cto_cds_ccta.figure.sections import chosen_sections, draw_sections

if TYPE_CHECKING:
    from collections.abc import Collection

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread

SIZE_INCH = (10.0, 9.4)
DPI = 150
AROUND_MM = 14.0


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
        4,
        1,
        height_ratios=(1.15, 1.15, 1.5, 3.0),
        left=0.075,
        right=0.985,
        top=0.9,
        bottom=0.075,
        hspace=0.5,
    )
    classes = class_map(found.vessel)
    sections = chosen_sections(found)
    upper, lower, area = (canvas.add_subplot(grid[row]) for row in range(3))
    for axes, turned in ((upper, False), (lower, True)):
        draw_vessel(axes, found, sections, turned=turned)
        axes.set_xlim(-AROUND_MM, found.length_mm + AROUND_MM)
    draw_composition(area, found, classes)
    area.set_xlim(-AROUND_MM, found.length_mm + AROUND_MM)
    draw_sections(canvas, grid[3], found, classes, sections)
    canvas.suptitle(_title(found, sd, doubted), x=0.075, y=0.975, ha="left", fontsize=11)
    handles = [
        Patch(facecolor=colour, edgecolor="black", linewidth=0.5, label=label)
        for colour, label in zip(CLASS_COLOURS, CLASS_LABELS, strict=True)
    ]
    canvas.legend(handles=handles, loc="lower center", ncols=4, fontsize=8.5, frameon=False)
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
        f"Occluded vessel, straightened along the given line\n"
        f"length {length}   ·   sharpest bend {bend}   ·   plaque {plaque}   ·   "
        f"calcium up to {area} of the area, {arc} of the round"
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
