"""Cross-sections: as scanned, and with the plaque classes in colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure
from matplotlib.colors import to_rgba

from cto_cds_ccta.figure.canvas import (
    LETTERS_PT,
    OUTLINE,
    SMALL_PT,
    new_canvas,
    no_frame,
    png,
    scale_bar,
)
from cto_cds_ccta.figure.composition import class_handles
from cto_cds_ccta.figure.marks import draw_letters
from cto_cds_ccta.figure.palette import CLASS_COLOURS, WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.figure.straightened import draw_straightened
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.shell import TURN, wall_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.measure.occlusion import Occlusion

COLUMNS = 4
TALL_INCH = 7.75
AT_CAP_MM = 1.0
BAR_MM, GAP_MM = 2.0, 0.25
INSIDE_SHARES = (0.2, 0.5, 0.8)
MOST_CALCIUM = "most calcium"


@dataclass(frozen=True, slots=True)
class Section:
    """A cross-section to show.

    Attributes:
        number: Its mark in the straightened view.
        at_mm: Position on the line.
        title: What it is.
        occluded: Whether it lies between the caps.
    """

    number: int
    at_mm: float
    title: str
    occluded: bool


def chosen_sections(scene: Scene) -> tuple[Section, ...]:
    """Return the references, both ends of the occlusion, places inside and most calcium."""
    found = scene.found
    low, high, length = found.proximal.at_mm, found.distal.at_mm, found.length_mm
    cap = min(AT_CAP_MM, length / 8)
    inside = {low + share * length: "" for share in INSIDE_SHARES}
    if found.calcium.max_area_percent > 0:
        most = float(found.calcium.arc_mm[int(np.argmax(found.calcium.area_percent))])
        inside[most] = MOST_CALCIUM
    else:
        inside = {low + share * length: "" for share in (0.2, 0.4, 0.6, 0.8)}
    before, *_, behind = scene.marks
    places = [(before.at_mm, "S, reference", False), (low + cap, "behind P", True)]
    places += [(at, inside[at], True) for at in sorted(inside)]
    places += [(high - cap, "before D", True), (behind.at_mm, "E, reference", False)]
    return tuple(
        Section(number, at, title, occluded)
        for number, (at, title, occluded) in enumerate(places, start=1)
    )


def sections_figure(scene: Scene) -> Figure:
    """Draw each section twice, as scanned above and with its classes below."""
    sections = chosen_sections(scene)
    canvas = new_canvas(TALL_INCH)
    strip = canvas.add_axes((0.055, 0.9, 0.94, 0.072))
    draw_straightened(strip, scene, 0, SMALL_PT)
    strip.set_ylabel("mm", fontsize=SMALL_PT, labelpad=1)
    draw_letters(strip, scene.marks, SMALL_PT)
    for section in sections:
        _number_below(strip, section)
    half = (len(sections) + 1) // 2
    for row, shown in enumerate((sections[:half], sections[half:])):
        axes = canvas.add_axes((0.04, 0.478 - 0.4 * row, 0.96, 0.36))
        _draw_row(axes, scene, shown)
    canvas.legend(
        handles=class_handles(),
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=2,
        fontsize=LETTERS_PT,
        frameon=False,
        labelspacing=0.25,
    )
    return Figure("sections.png", "image/png", png(canvas), _caption(scene))


def _number_below(strip: Axes, section: Section) -> None:
    strip.annotate(
        str(section.number),
        (section.at_mm, 0.0),
        (0, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        fontsize=LETTERS_PT,
        fontweight="bold",
        ha="center",
        va="top",
    )


def _draw_row(axes: Axes, scene: Scene, sections: tuple[Section, ...]) -> None:
    """Draw up to four sections side by side, in axes whose unit is the millimetre."""
    edge = float(scene.found.vessel.axis_mm[-1])
    step = 2 * edge + GAP_MM
    for column, section in enumerate(sections):
        draw_section(axes, scene, section, (column * step, step))
        draw_section(axes, scene, section, (column * step, 0.0), classes=True)
        axes.annotate(
            f"{section.number}:  {section.at_mm:.1f} mm\n{section.title}",
            (column * step, step + edge),
            (0, 2),
            textcoords="offset points",
            fontsize=LETTERS_PT,
            ha="center",
            va="bottom",
            annotation_clip=False,
        )
    scale_bar(axes, (-edge + 0.3, step - edge + 0.3), BAR_MM)
    axes.set_xlim(-edge, (COLUMNS - 1) * step + edge)
    axes.set_ylim(-edge, step + edge)
    axes.set_aspect("equal")
    no_frame(axes)
    name = "classes: needs review" if "necrotic_core_pav" in scene.doubts else "plaque classes"
    axes.set_yticks([0.0, step], [name, "as scanned"], rotation=90, va="center")
    axes.tick_params(axis="y", length=0, pad=2, labelsize=LETTERS_PT)


def draw_section(
    axes: Axes, scene: Scene, section: Section, at: tuple[float, float], *, classes: bool = False
) -> None:
    """Draw a section as seen from the proximal end: 12 o'clock up, 3 o'clock to the right."""
    found = scene.found
    x, y = at
    index = min(round(section.at_mm / STEP_MM), len(scene.classes) - 1)
    edge = float(found.vessel.axis_mm[-1])
    extent = (x - edge, x + edge, y - edge, y + edge)
    axes.imshow(
        found.vessel.hu[index],
        cmap="gray",
        vmin=WINDOW_HU[0],
        vmax=WINDOW_HU[1],
        extent=extent,
        origin="lower",
        interpolation="bilinear",
    )
    if classes and section.occluded:
        colours = np.array([to_rgba(colour) for colour in CLASS_COLOURS] + [(0.0, 0.0, 0.0, 0.0)])
        axes.imshow(
            colours[scene.classes[index]], extent=extent, origin="lower", interpolation="nearest"
        )
        _calcium_border(axes, found, index, at)
    wall = wall_at(found.vessel, slice(index, index + 1))[0]
    turn, wall = np.append(TURN, TURN[0]), np.append(wall, wall[0])
    axes.plot(x + wall * np.sin(turn), y + wall * np.cos(turn), color=WALL_COLOUR, linewidth=1.3)
    for clock, right, up in (("12", 0, 0.88), ("3", 0.9, 0), ("6", 0, -0.88), ("9", -0.9, 0)):
        axes.text(
            x + right * edge,
            y + up * edge,
            clock,
            color="white",
            fontsize=SMALL_PT,
            ha="center",
            va="center",
            path_effects=[OUTLINE],
        )


def _calcium_border(axes: Axes, found: Occlusion, index: int, at: tuple[float, float]) -> None:
    row = index - round(float(found.calcium.arc_mm[0]) / STEP_MM)
    if 0 <= row < len(found.calcium.mask) and found.calcium.mask[row].any():
        axes.contour(
            found.vessel.axis_mm + at[0],
            found.vessel.axis_mm + at[1],
            found.calcium.mask[row].astype(float),
            levels=[0.5],
            colors="white",
            linewidths=1.5,
        )


def _caption(scene: Scene) -> str:
    sections = chosen_sections(scene)
    places = ", ".join(
        f"{one.number}: {one.at_mm:.1f} mm{f' ({one.title})' if one.title else ''}"
        for one in sections
    )
    doubt = " The classes need review." if "necrotic_core_pav" in scene.doubts else ""
    return (
        f"Cross-sections at {places}: above as scanned, below with the plaque classes. Seen from "
        "the proximal end, the hours of a clock as in the other pictures. Green: outer wall. White "
        f"line: border of calcium at half of its own brightness. Next to fat "
        f"the plaque looks darker than it is.{doubt} "
        "For research and planning support."
    )
