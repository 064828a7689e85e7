"""Cross-sections: as scanned, and with the plaque classes in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure
from matplotlib.colors import to_rgba

from cto_cds_ccta.figure.canvas import (
    LETTERS_PT,
    OUTLINE,
    SMALL_PT,
    Style,
    no_frame,
    png,
    scale_bar,
)
from cto_cds_ccta.figure.choice import Section, chosen_sections
from cto_cds_ccta.figure.composition import class_handles, spread_mm
from cto_cds_ccta.figure.extents import stent_note
from cto_cds_ccta.figure.frame import classes_note, framed, numbers_note, window_note
from cto_cds_ccta.figure.marks import draw_letters
from cto_cds_ccta.figure.palette import (
    CALCIUM_COLOUR,
    CLASS_COLOURS,
    LUMEN_COLOUR,
    WALL_COLOUR,
    WINDOW_HU,
)
from cto_cds_ccta.figure.room import on_paper
from cto_cds_ccta.figure.straightened import draw_straightened
from cto_cds_ccta.figure.strip import moved_apart
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.shell import TURN, wall_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.measure.occlusion import Occlusion

COLUMNS = 4
OVER_WALL = 3.0
"""Where calcium reaches the wall its border is drawn over it; the upper row shows the wall."""
TALL_INCH = 7.85
BAR_MM, GAP_MM = 2.0, 0.25
NUMBER_PT, MILLIMETRES_PT = 8.0, 12.5
"""Width of a number below the strip, and how far below it the millimetres stand."""
LEADER = {"arrowstyle": "-", "linewidth": 0.6, "shrinkA": 0.0, "shrinkB": 0.0}
LEAST_ASIDE_PT = 1.0
"""A line leads from a number that moved farther aside to its place."""
CLASS_DOUBTED_BY = "necrotic_core_pav"


def sections_figure(scene: Scene) -> Figure:
    """Return the picture of :func:`sections_canvas`."""
    canvas = sections_canvas(scene)
    return Figure("sections.png", "image/png", png(canvas), _caption(scene))


def sections_canvas(scene: Scene) -> Canvas:
    """Draw each section twice, as scanned above and with its classes below."""
    sections = chosen_sections(scene)
    notes = (numbers_note(scene), *_keys(scene, sections), window_note())
    notes = (*notes, words("hours"), _sentence(scene))
    canvas, body = framed(scene, "sections", TALL_INCH, notes)
    strip = body.add_axes((0.055, 0.919, 0.94, 0.062))
    draw_straightened(strip, scene, 0, SMALL_PT)
    draw_letters(strip, scene.marks, SMALL_PT)
    for section, aside in zip(sections, _asides(strip, sections), strict=True):
        _number_below(strip, section, aside)
    strip.tick_params(axis="x", labelbottom=True, pad=MILLIMETRES_PT)
    half = (len(sections) + 1) // 2
    for row, shown in enumerate((sections[:half], sections[half:])):
        axes = body.add_axes((0.04, 0.478 - 0.4 * row, 0.96, 0.36))
        _draw_row(axes, scene, shown)
    if scene.stent is None:
        body.legend(
            handles=class_handles(),
            loc="lower center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=2,
            fontsize=LETTERS_PT,
            frameon=False,
            labelspacing=0.25,
        )
    return canvas


def _keys(scene: Scene, sections: tuple[Section, ...]) -> list[str]:
    """Return what the lines and colours mean that are drawn."""
    classes = scene.stent is None
    keys = {
        "wall": True,
        "calcium": classes and any(_calcium_in(scene.found, one) is not None for one in sections),
        "lumen": any(section.lumen_radius_mm is not None for section in sections),
        "class_share": classes,
        "class_beyond": classes and any(_beyond_calcium(scene, one) for one in sections),
        "rim": classes,
    }
    told = [words(key) for key, drawn in keys.items() if drawn]
    if classes:
        return [*told, words("spread", reach=f"{spread_mm(scene):.1f}")]
    return [*told, stent_note(scene)]


def _beyond_calcium(scene: Scene, section: Section) -> bool:
    """Whether dense calcium of a section lies outside of the border of its calcium."""
    if not section.occluded:
        return False
    dense = scene.classes[_index(scene.found, section)] == len(CLASS_COLOURS) - 1
    border = _calcium_in(scene.found, section)
    return bool((dense if border is None else dense & ~border).any())


def _sentence(scene: Scene) -> str:
    note = classes_note(scene)
    return f"{note[:1].upper()}{note[1:]}." if note else ""


def _asides(strip: Axes, sections: tuple[Section, ...]) -> list[float]:
    """Return how far each number moves aside, in points, so that no two touch."""
    places = on_paper(strip, np.array([[section.at_mm, 0.0] for section in sections]))[:, 0]
    left, right = on_paper(strip, np.array([[x, 0.0] for x in strip.get_xlim()]))[:, 0]
    starts = [float(place) - NUMBER_PT / 2 for place in places]
    moved = moved_apart(starts, [NUMBER_PT] * len(starts), left, right)
    return [to - start for start, to in zip(starts, moved, strict=True)]


def _number_below(strip: Axes, section: Section, aside_pt: float) -> None:
    strip.annotate(
        str(section.number),
        (section.at_mm, 0.0),
        (aside_pt, -4.5),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        fontsize=LETTERS_PT,
        fontweight="bold",
        ha="center",
        va="top",
        arrowprops=LEADER if abs(aside_pt) > LEAST_ASIDE_PT else None,
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
        scale_bar(axes, (column * step - edge + 0.3, step - edge + 0.3), BAR_MM)
    axes.set_xlim(-edge, (COLUMNS - 1) * step + edge)
    axes.set_ylim(-edge, step + edge)
    axes.set_aspect("equal")
    no_frame(axes)
    name = "plaque classes"
    if CLASS_DOUBTED_BY in scene.doubts:
        name = words("classes_in_stent" if scene.stent else "classes_in_doubt")
    axes.set_yticks([0.0, step], [name, "as scanned"], rotation=90, va="center")
    axes.tick_params(axis="y", length=0, pad=2, labelsize=LETTERS_PT)


def draw_section(
    axes: Axes, scene: Scene, section: Section, at: tuple[float, float], *, classes: bool = False
) -> None:
    """Draw a section as seen from the proximal end: 12 o'clock up, 3 o'clock to the right."""
    found = scene.found
    x, y = at
    index = _index(found, section)
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
    if classes and section.occluded and scene.stent is None:
        colours = np.array([to_rgba(colour) for colour in CLASS_COLOURS] + [(0.0, 0.0, 0.0, 0.0)])
        axes.imshow(
            colours[scene.classes[index]], extent=extent, origin="lower", interpolation="nearest"
        )
    if classes and (told := _no_classes(scene, section)):
        style: Style = {"color": "white", "ha": "center", "va": "center"}
        axes.text(x, y, told, fontsize=SMALL_PT, path_effects=[OUTLINE], **style)
    turn = np.append(TURN, TURN[0])
    wall = wall_at(found.vessel, slice(index, index + 1))[0]
    _ring(axes, at, turn, np.append(wall, wall[0]), ("black", WALL_COLOUR))
    if classes and scene.stent is None:
        _calcium_border(axes, found, section, at)
    if section.lumen_radius_mm is not None and classes:
        _ring(axes, at, turn, np.full(len(turn), section.lumen_radius_mm), ("white", LUMEN_COLOUR))
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


def _no_classes(scene: Scene, section: Section) -> str:
    """Return what stands in a section that has no classes though it seems to need them."""
    if scene.in_contrast(section.at_mm):
        return words("contrast_taken_in")
    others = any(one.start_mm <= section.at_mm <= one.end_mm for one in scene.others)
    return words("classes_not_drawn") if others else ""


def _ring(
    axes: Axes,
    at: tuple[float, float],
    turn: np.ndarray,
    radius: np.ndarray,
    colours: tuple[str, str],
) -> None:
    """Draw a closed line with an edge, so that it can be seen on dark and on light."""
    x, y = at[0] + radius * np.sin(turn), at[1] + radius * np.cos(turn)
    for colour, width in zip(colours, (2.6, 1.3), strict=True):
        axes.plot(x, y, color=colour, linewidth=width)


def _index(found: Occlusion, section: Section) -> int:
    return min(round(section.at_mm / STEP_MM), len(found.vessel.hu) - 1)


def _calcium_in(found: Occlusion, section: Section) -> NDArray[np.bool_] | None:
    """Return the calcium of a section between the caps; None where there is none."""
    row = _index(found, section) - round(float(found.calcium.arc_mm[0]) / STEP_MM)
    if not (section.occluded and 0 <= row < len(found.calcium.mask)):
        return None
    mask: NDArray[np.bool_] = found.calcium.mask[row]
    return mask if mask.any() else None


def _calcium_border(
    axes: Axes, found: Occlusion, section: Section, at: tuple[float, float]
) -> None:
    mask = _calcium_in(found, section)
    if mask is None:
        return
    right, up = found.vessel.axis_mm + at[0], found.vessel.axis_mm + at[1]
    for colour, width in (("black", 2.8), (CALCIUM_COLOUR, 1.5)):
        axes.contour(
            right,
            up,
            mask.astype(float),
            levels=[0.5],
            colors=colour,
            linewidths=width,
            zorder=OVER_WALL,
        )


def _caption(scene: Scene) -> str:
    sections = chosen_sections(scene)
    places = ", ".join(
        f"{one.number}: {one.at_mm:.1f} mm{f' ({one.title})' if one.title else ''}"
        for one in sections
    )
    doubt = " The classes need review." if CLASS_DOUBTED_BY in scene.doubts else ""
    stent = "" if scene.stent is None else f" {scene.stent.sentence}"
    return (
        f"Cross-sections at {places}: above as scanned, below with the plaque classes. Seen from "
        "the proximal end, the hours of a clock as in the other pictures. "
        f"{' '.join(_keys(scene, sections))} {window_note()}"
        f"{doubt}{stent} {_sentence(scene)} "
        f"{words('standing')}"
    )
