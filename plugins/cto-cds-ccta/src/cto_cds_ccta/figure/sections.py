"""Cross-sections: as scanned, and with the plaque classes in colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap

from cto_cds_ccta.figure.palette import CLASS_COLOURS, WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.measure.line import STEP_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.gridspec import SubplotSpec
    from numpy.typing import NDArray

    from cto_cds_ccta.measure.occlusion import Occlusion

LETTERS = "ABCDEFG"


@dataclass(frozen=True, slots=True)
class Section:
    """A cross-section to show.

    Attributes:
        letter: Its mark in the straightened view.
        at_mm: Position on the line.
        title: What it is.
        occluded: Whether it lies between the caps.
    """

    letter: str
    at_mm: float
    title: str
    occluded: bool


def chosen_sections(found: Occlusion) -> tuple[Section, ...]:
    """Return two patent sections, three inside the occlusion and the one with most calcium."""
    start, end, length = found.proximal.at_mm, found.distal.at_mm, found.length_mm
    inside = {start + share * length: "" for share in (0.15, 0.5, 0.85)}
    if found.calcium.max_area_percent > 0:
        most = float(found.calcium.arc_mm[int(np.argmax(found.calcium.area_percent))])
        near = min(inside, key=lambda at: abs(at - most))
        if abs(near - most) < 0.15 * length:
            del inside[near]
        inside[most] = "most calcium"
    before = max(start - found.proximal.taper_mm - 5.0, 0.0)
    behind = min(end + found.distal.taper_mm + 5.0, float(found.vessel.line.arc_mm[-1]))
    places = [(before, "patent, proximal", False)]
    places += [(at, inside[at], True) for at in sorted(inside)]
    places.append((behind, "patent, distal", False))
    return tuple(
        Section(letter, at, title, occluded)
        for letter, (at, title, occluded) in zip(LETTERS, places, strict=False)
    )


def draw_sections(
    canvas: Canvas,
    place: SubplotSpec,
    found: Occlusion,
    classes: NDArray[np.int8],
    sections: tuple[Section, ...],
) -> None:
    """Draw each section twice, side by side in columns."""
    grid = place.subgridspec(2, len(sections), hspace=0.06, wspace=0.08)
    for column, section in enumerate(sections):
        index = min(round(section.at_mm / STEP_MM), len(classes) - 1)
        upper, lower = (canvas.add_subplot(grid[row, column]) for row in range(2))
        for axes in (upper, lower):
            _draw_section(axes, found, index)
        if section.occluded:
            _overlay(lower, found, classes[index], index)
        at = section.at_mm - found.proximal.at_mm
        upper.set_title(f"{section.letter}  {at:+.1f} mm\n{section.title}", fontsize=6.5)
        if column:
            for axes in (upper, lower):
                axes.set_yticklabels([])
        else:
            upper.set_ylabel("as scanned (mm)", fontsize=6.5)
            lower.set_ylabel("plaque classes (mm)", fontsize=6.5)
        upper.set_xticklabels([])
        lower.set_xlabel("mm", fontsize=6.5)


def _draw_section(axes: Axes, found: Occlusion, index: int) -> None:
    axis = found.vessel.axis_mm
    edge = float(axis[-1])
    axes.imshow(
        found.vessel.hu[index].T,
        cmap="gray",
        vmin=WINDOW_HU[0],
        vmax=WINDOW_HU[1],
        extent=(-edge, edge, -edge, edge),
        origin="lower",
        interpolation="bilinear",
    )
    radius = float(found.vessel.line.outer_radius_mm[index])
    around = np.linspace(0.0, 2 * np.pi, 181)
    axes.plot(
        radius * np.cos(around), radius * np.sin(around), color=WALL_COLOUR, linewidth=1.2, zorder=3
    )
    axes.set_xticks([-2, 0, 2])
    axes.set_yticks([-2, 0, 2])
    axes.tick_params(labelsize=6, length=2)


def _overlay(axes: Axes, found: Occlusion, classes: NDArray[np.int8], index: int) -> None:
    edge = float(found.vessel.axis_mm[-1])
    shown = np.ma.masked_less(classes.T, 0)
    axes.imshow(
        shown,
        cmap=ListedColormap(CLASS_COLOURS),
        norm=BoundaryNorm(np.arange(-0.5, len(CLASS_COLOURS)), len(CLASS_COLOURS)),
        extent=(-edge, edge, -edge, edge),
        origin="lower",
        interpolation="nearest",
    )
    row = index - round(float(found.calcium.arc_mm[0]) / STEP_MM)
    if 0 <= row < len(found.calcium.mask) and found.calcium.mask[row].any():
        axes.contour(
            found.vessel.axis_mm,
            found.vessel.axis_mm,
            found.calcium.mask[row].T.astype(float),
            levels=[0.5],
            colors="white",
            linewidths=1.4,
        )
