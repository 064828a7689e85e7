"""The two long panels: what is seen along the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.palette import CAP_COLOUR, CLASS_COLOURS, WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.sections import Section
    from cto_cds_ccta.measure.occlusion import Occlusion

ALONG = "along the vessel from the proximal cap (mm)"


def draw_vessel(
    axes: Axes, found: Occlusion, sections: tuple[Section, ...], *, turned: bool
) -> None:
    """Draw the straightened vessel in one plane, with walls, caps and section marks."""
    vessel = found.vessel
    middle = len(vessel.axis_mm) // 2
    plane = vessel.hu[:, :, middle] if turned else vessel.hu[:, middle, :]
    at = vessel.line.arc_mm - found.proximal.at_mm
    edge = float(vessel.axis_mm[-1]) + PIXEL_MM / 2
    axes.imshow(
        plane.T,
        cmap="gray",
        vmin=WINDOW_HU[0],
        vmax=WINDOW_HU[1],
        extent=(float(at[0]), float(at[-1]), -edge, edge),
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
    )
    for side in (-1, 1):
        axes.plot(at, side * vessel.line.outer_radius_mm, color=WALL_COLOUR, linewidth=1.0)
    for cap_mm in (0.0, found.length_mm):
        axes.axvline(cap_mm, color=CAP_COLOUR, linewidth=1.3, linestyle=(0, (4, 2)))
    axes.set_ylabel("turned 90°\n(mm)" if turned else "straight\n(mm)", fontsize=6.5)
    axes.set_yticks([-2, 0, 2])
    axes.tick_params(labelsize=6, labelbottom=False)
    if turned:
        return
    axes.text(-0.4, edge + 0.25, "proximal cap", fontsize=6.5, ha="right")
    axes.text(found.length_mm + 0.4, edge + 0.25, "distal cap", fontsize=6.5, ha="left")
    for section in sections:
        place = section.at_mm - found.proximal.at_mm
        axes.text(
            place,
            -edge + 0.1,
            section.letter,
            color="white",
            fontsize=6,
            ha="center",
            fontweight="bold",
        )
        axes.plot([place, place], [-edge + 1.5, -edge + 1.9], color="white", linewidth=1.2)


def draw_composition(axes: Axes, found: Occlusion, classes: NDArray[np.int8]) -> None:
    """Draw the area of each class in each section of the occlusion, stacked."""
    vessel = found.vessel
    at = vessel.line.arc_mm - found.proximal.at_mm
    inside = (at >= 0) & (at <= found.length_mm)
    areas = [
        (classes[inside] == index).sum(axis=(1, 2)) * PIXEL_MM**2
        for index in range(len(CLASS_COLOURS))
    ]
    axes.stackplot(at[inside], *areas, colors=CLASS_COLOURS, edgecolor="black", linewidth=0.4)
    whole = np.pi * vessel.line.outer_radius_mm**2
    axes.plot(at, whole, color=WALL_COLOUR, linewidth=1.2)
    for cap_mm in (0.0, found.length_mm):
        axes.axvline(cap_mm, color=CAP_COLOUR, linewidth=1.3, linestyle=(0, (4, 2)))
    top = 1.15 * float(whole.max())
    axes.set_ylim(0.0, top)
    for place, name in (
        (-7.0, "patent\nproximal vessel"),
        (found.length_mm + 7.0, "patent\ndistal vessel"),
    ):
        axes.text(place, top * 0.35, name, ha="center", va="center", fontsize=6.5)
    axes.text(-13.7, float(whole[0]) * 1.03, "outer wall", color=WALL_COLOUR, fontsize=6.5)
    axes.axvline(
        found.bend.at_mm - found.proximal.at_mm, color="black", linewidth=1.0, linestyle=":"
    )
    axes.text(
        found.bend.at_mm - found.proximal.at_mm + 0.2,
        top * 0.97,
        f"sharpest bend {found.bend.angle_deg:.0f}°",
        fontsize=6.5,
        va="top",
    )
    axes.set_xlabel(ALONG, fontsize=6.5, labelpad=1)
    axes.set_ylabel("area (mm²)", fontsize=6.5)
    axes.tick_params(labelsize=6)
