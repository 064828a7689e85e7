"""The area of the vessel, its lumen and the plaque classes, along the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from cto_cds_ccta.figure.canvas import PALE_INK, plain_axes
from cto_cds_ccta.figure.marks import draw_lines
from cto_cds_ccta.figure.palette import CLASS_COLOURS, CLASS_LABELS, WALL_COLOUR
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.lumen import sections_between
from cto_cds_ccta.measure.profile import lumen_profile
from cto_cds_ccta.measure.straight import PIXEL_MM
from cto_cds_ccta.readings import NEEDS_REVIEW

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene

LUMEN_COLOUR = "#444444"


def draw_areas(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Draw the classes between the caps, stacked, and the areas of wall and lumen."""
    found = scene.found
    line = found.vessel.line
    at = line.arc_mm
    inside = (at >= found.proximal.at_mm) & (at <= found.distal.at_mm)
    counts = [(scene.classes[inside] == k).sum(axis=(1, 2)) for k in range(len(CLASSES))]
    areas = [count * PIXEL_MM**2 for count in counts]
    axes.stackplot(at[inside], *areas, colors=CLASS_COLOURS, edgecolor="black", linewidth=0.4)
    whole = np.pi * line.outer_radius_mm**2
    axes.plot(at, whole, color=WALL_COLOUR, linewidth=1.3)
    _draw_lumen(axes, scene)
    _draw_other_gaps(axes, scene, size_pt)
    draw_lines(axes, scene.marks, on_image=False)
    low, high = scene.shown_mm
    shown = (at >= low) & (at <= high)
    top = 1.12 * float(whole[shown].max())
    axes.set_xlim(low, high)
    axes.set_ylim(0.0, top)
    axes.set_ylabel("area (mm²)", fontsize=size_pt, labelpad=2)
    plain_axes(axes, size_pt=size_pt)
    if f"{CLASSES[0]}_pav" in scene.doubts:
        axes.text(
            (found.proximal.at_mm + found.distal.at_mm) / 2,
            top / 2,
            f"classes: {NEEDS_REVIEW}",
            ha="center",
            va="center",
            fontsize=size_pt,
            fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "black", "linewidth": 0.8, "pad": 2.0},
        )


def _draw_lumen(axes: Axes, scene: Scene) -> None:
    """Draw the area of the lumen where the vessel is open."""
    found, levels = scene.found, scene.found.levels
    low, high = scene.shown_mm
    sides = (
        (low, found.proximal.at_mm, levels.proximal_hu),
        (found.distal.at_mm, high, levels.distal_hu),
    )
    for start, end, bright in sides:
        part = sections_between(found.vessel, start, end)
        lumen = lumen_profile(found.vessel, part, bright, levels.fwhm_mm)
        area = np.pi / 4 * lumen.diameter_mm**2
        axes.fill_between(lumen.arc_mm, area, color="#e4e4e4", linewidth=0)
        axes.plot(lumen.arc_mm, area, color=LUMEN_COLOUR, linewidth=1.1, linestyle=(0, (2, 1)))


def _draw_other_gaps(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Show where contrast is interrupted apart from the occlusion that was measured."""
    for start, end in scene.found.gaps_mm:
        if (start, end) == scene.found.main_gap_mm:
            continue
        axes.axvspan(start, end, facecolor="none", edgecolor=PALE_INK, hatch="////", linewidth=0)
        axes.text(
            (start + end) / 2,
            0.6,
            "also without\ncontrast",
            transform=axes.get_xaxis_transform(),
            fontsize=size_pt,
            ha="center",
            va="center",
            linespacing=0.95,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
        )


def draw_landing_zone(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Show where the landing zone lies, as a bar at the foot of the axes."""
    zone = scene.analysis.findings.zone
    height = 0.06 * axes.get_ylim()[1]
    axes.plot([zone.from_mm, zone.to_mm], [height, height], color="black", linewidth=2.2)
    axes.text(
        max(zone.from_mm, scene.found.distal.at_mm + 0.8),
        1.9 * height,
        "landing zone?" if "distal_stenosis" in scene.doubts else "landing zone",
        fontsize=size_pt,
        va="bottom",
        bbox={"facecolor": "#e4e4e4", "edgecolor": "none", "pad": 0.6},
    )


def class_handles() -> list[Artist]:
    """Return a legend of the four classes."""
    return [
        Patch(facecolor=colour, edgecolor="black", linewidth=0.5, label=label)
        for colour, label in zip(CLASS_COLOURS, CLASS_LABELS, strict=True)
    ]


def line_handles() -> list[Artist]:
    """Return a legend of the two lines."""
    return [
        Line2D([], [], color=WALL_COLOUR, linewidth=1.3, label="outer wall"),
        Line2D([], [], color=LUMEN_COLOUR, linewidth=1.1, linestyle=(0, (2, 1)), label="lumen"),
    ]
