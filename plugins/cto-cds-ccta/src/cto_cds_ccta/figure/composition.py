"""The area of the vessel, its lumen and the plaque classes, along the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch

from cto_cds_ccta.figure.canvas import Style, plain_axes
from cto_cds_ccta.figure.extents import (
    draw_occlusions,
    draw_others,
    rule_millimetres,
    shade_occlusions,
)
from cto_cds_ccta.figure.lumen import open_lumen
from cto_cds_ccta.figure.marks import draw_lines
from cto_cds_ccta.figure.palette import (
    CLASS_COLOURS,
    CLASS_LABELS,
    LUMEN_COLOUR,
    LUMEN_FILL,
    SMOOTHED_FWHM_MM,
    WALL_COLOUR,
)
from cto_cds_ccta.figure.strip import Named, between_caps
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene

HEADROOM, LEVEL, ZONE_LEVEL = 1.5, 0.9, 0.75
"""Above the largest area there is room for the length of the occlusion and the stump."""
ZONE_SHARE = 0.16
"""Share of the width that the name of the landing zone takes."""
FLOOR_SHARE = 0.08
"""Share of the height below zero, so that the bar of an occlusion covers no class."""
SPREAD_HATCH, PALER = "////////", 0.25
"""How contrast blurred into the plaque is drawn; paler, so that it is seen on the darkest class."""


def draw_areas(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Draw the classes between the caps, stacked, and the areas of wall and lumen."""
    line = scene.found.vessel.line
    at = line.arc_mm
    whole = np.pi * line.outer_radius_mm**2
    low, high = scene.shown_mm
    top = HEADROOM * float(whole[(at >= low) & (at <= high)].max())
    shade_occlusions(axes, scene)
    if scene.stent is None:
        _draw_classes(axes, scene)
    axes.plot(at, whole, color=WALL_COLOUR, linewidth=1.3)
    axes.set_xlim(low, high)
    axes.set_ylim(-FLOOR_SHARE * top, top)
    axes.set_yticks(axes.get_yticks()[axes.get_yticks() >= 0])
    axes.set_ylim(-FLOOR_SHARE * top, top)
    _draw_lumen(axes, scene, size_pt)
    draw_lines(axes, scene.marks, on_image=False)
    draw_others(axes, scene, on_image=False)
    draw_occlusions(axes, scene)
    draw_length(axes, scene, size_pt)
    draw_stump(axes, scene, size_pt)
    axes.set_ylabel("area (mm²)", fontsize=size_pt, labelpad=2)
    plain_axes(axes, size_pt=size_pt)
    rule_millimetres(axes)


def _draw_classes(axes: Axes, scene: Scene) -> None:
    found, at = scene.found, scene.found.vessel.line.arc_mm
    inside = (at >= found.proximal.at_mm) & (at <= found.distal.at_mm) & ~scene.in_contrast(at)
    counts = [(scene.classes[inside] == k).sum(axis=(1, 2)) for k in range(len(CLASSES))]
    areas = [count * PIXEL_MM**2 for count in counts]
    axes.stackplot(at[inside], *areas, colors=CLASS_COLOURS, edgecolor="black", linewidth=0.4)
    _hatch_spread(axes, scene, at[inside], np.sum(areas, axis=0))


def _hatch_spread(
    axes: Axes, scene: Scene, at: NDArray[np.float64], area_mm2: NDArray[np.float64]
) -> None:
    """Hatch what contrast makes brighter than its plaque is: near its ends, not at a moved cap."""
    reach = spread_mm(scene)
    proximal, distal = scene.found.proximal, scene.found.distal
    ends = (proximal.at_mm - proximal.moved_mm + reach, distal.at_mm - distal.moved_mm - reach)
    near = np.minimum(at - ends[0], ends[1] - at) <= 0
    axes.fill_between(
        at,
        area_mm2,
        where=near.tolist(),
        facecolor=(1.0, 1.0, 1.0, PALER),
        edgecolor="black",
        hatch=SPREAD_HATCH,
        linewidth=0.0,
    )


def spread_mm(scene: Scene) -> float:
    """Return how far contrast reaches over a cap: by the blur of the scan and of the class map."""
    return float(np.hypot(scene.found.levels.fwhm_mm, SMOOTHED_FWHM_MM))


def doubt_named(scene: Scene) -> tuple[Named, ...]:
    """Return that the classes need review, if they do."""
    if f"{CLASSES[0]}_pav" not in scene.doubts:
        return ()
    return (between_caps(scene, words("classes_in_doubt")),)


def _draw_lumen(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Draw the area of the lumen where the vessel is open and no calcium hides it."""
    for lumen in open_lumen(scene):
        axes.fill_between(lumen.arc_mm, lumen.area_mm2, color=LUMEN_FILL, linewidth=0)
        axes.plot(lumen.arc_mm, lumen.area_mm2, color=LUMEN_COLOUR, linewidth=0.9)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], lumen.hidden, [False]])))
        for first, last in zip(edges[::2], edges[1::2] - 1, strict=True):
            start, end = float(lumen.arc_mm[first]), float(lumen.arc_mm[last])
            if _beside_metal(scene, start, end):
                continue  # the key says it: a name would stand beside the stent
            axes.text(
                (start + end) / 2,
                0.3,
                words("calcium_hides"),
                transform=axes.get_xaxis_transform(),
                fontsize=size_pt - 0.8,
                rotation=90,
                ha="center",
                va="center",
            )


def _beside_metal(scene: Scene, start_mm: float, end_mm: float) -> bool:
    """Whether it is a stent that is too bright to see the lumen beside it."""
    stent = scene.stent
    reach = 2 * scene.found.levels.fwhm_mm
    return (
        stent is not None and stent.start_mm - reach <= end_mm and start_mm <= stent.end_mm + reach
    )


def draw_length(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Write the length of the occlusion between its caps, with an arrow from cap to cap."""
    found = scene.found
    start, end = found.proximal.at_mm, found.distal.at_mm
    style: Style = {"arrowstyle": "<->", "linewidth": 0.8, "shrinkA": 0.0, "shrinkB": 0.0}
    level = axes.get_xaxis_transform()
    axes.annotate("", (start, LEVEL), (end, LEVEL), xycoords=level, arrowprops=style)
    axes.text(
        (start + end) / 2,
        LEVEL,
        length_words(scene),
        transform=level,
        fontsize=size_pt,
        fontweight="bold",
        ha="center",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        zorder=7,
    )


def length_words(scene: Scene) -> str:
    """Return the length between the caps; of several that are known, which one it is."""
    found, sd = scene.found, scene.analysis.sd
    if scene.several_known:
        number = [each.proximal.at_mm for each in found.lesions].index(found.proximal.at_mm) + 1
        length = f"{found.length_mm:.1f}"
        return words("length_of", length=length, number=number, count=len(found.lesions))
    return scene.told("occlusion_length", f"{found.length_mm:.1f} ± {sd.length_mm:.1f} mm")


def stump_words(scene: Scene) -> str:
    """Return the form of the stump in words, as the fact tells it."""
    form = next((fact.value for fact in scene.analysis.facts if fact.name == "stump"), None)
    if form is None:
        return words("stump_doubted")
    if form == "tapered":
        return words("stump_tapered", taper=f"{scene.found.proximal.taper_mm:.1f}")
    return words("stump", form=form)


def draw_stump(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Write the form of the stump before P; where it is tapered a bar below says from where."""
    cap, level = scene.found.proximal, axes.get_xaxis_transform()
    told = stump_words(scene)
    if told == words("stump_tapered", taper=f"{cap.taper_mm:.1f}"):
        ends = {"arrowstyle": "|-|,widthA=0.2,widthB=0.2", "shrinkA": 0.0, "shrinkB": 0.0}
        start, end = (cap.at_mm - cap.taper_mm, ZONE_LEVEL), (cap.at_mm, ZONE_LEVEL)
        axes.annotate("", start, end, xycoords=level, arrowprops=ends | {"lw": 1.0})
    axes.annotate(
        told,
        (cap.at_mm, LEVEL),
        (-2.5, 0),
        xycoords=level,
        textcoords="offset points",
        fontsize=size_pt,
        ha="right",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        zorder=7,
    )


def draw_landing_zone(axes: Axes, scene: Scene, size_pt: float) -> None:
    """Show where the landing zone lies, as a bar above the areas, with its name clear of E."""
    zone, end = scene.analysis.findings.zone, scene.marks[-1].at_mm
    level = axes.get_xaxis_transform()
    bar = [zone.from_mm, zone.to_mm]
    axes.plot(
        bar, [ZONE_LEVEL, ZONE_LEVEL], color="black", linewidth=1.6, transform=level, zorder=6
    )
    low, high = scene.shown_mm
    start, needed = max(zone.from_mm, scene.found.distal.at_mm), ZONE_SHARE * (high - low)
    clear_mm = min([high, *(one.start_mm for one in scene.others if one.start_mm > end)])
    if start < end < start + needed and end + needed < clear_mm:
        start = end
    axes.annotate(
        words("landing_zone") + ("?" if "distal_stenosis" in scene.doubts else ""),
        (start, LEVEL),
        (2.5, 0),
        xycoords=level,
        textcoords="offset points",
        fontsize=size_pt,
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        zorder=7,
    )


def class_handles(labels: tuple[str, ...] = CLASS_LABELS) -> list[Artist]:
    """Return a legend of the four classes."""
    return [
        Patch(facecolor=colour, edgecolor="black", linewidth=0.5, label=label)
        for colour, label in zip(CLASS_COLOURS, labels, strict=True)
    ]
