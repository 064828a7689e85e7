"""How far the scan can be trusted: contrast, noise, blur, and what a person has to look at."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import INK, LETTERS_PT, ON_WHITE, SMALL_PT, Style, plain_axes, png
from cto_cds_ccta.figure.composition import stump_words
from cto_cds_ccta.figure.extents import (
    draw_occlusions,
    draw_others,
    rule_millimetres,
    shade_occlusions,
    stent_name,
)
from cto_cds_ccta.figure.fitting import APART_PT, raise_to_free
from cto_cds_ccta.figure.frame import along_words, framed
from cto_cds_ccta.figure.marks import draw_letters, draw_lines
from cto_cds_ccta.figure.palette import LUMEN_COLOUR, WALL_COLOUR
from cto_cds_ccta.figure.room import box_of
from cto_cds_ccta.figure.strip import others_named, write_above
from cto_cds_ccta.figure.words import title_of, words
from cto_cds_ccta.measure.lumen import core_hu
from cto_cds_ccta.readings.quality import limits_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.text import Text

    from cto_cds_ccta.figure.scene import Scene

GRAPHS_INCH, LINE_INCH, FOOT_INCH = 3.7, 0.135, 0.08
CHARACTERS = 100
RING_MM = 0.1
STUMP_HEIGHTS = (0.1, 0.22, 0.34, 0.46, 0.58, 0.7, 0.82)
BRIGHT_LEVEL, HEADROOM = 0.87, 1.3
"""The curve ends below what is named above it."""


def quality_figure(scene: Scene) -> Figure:
    """Return the picture of :func:`quality_canvas`."""
    canvas = quality_canvas(scene)
    return Figure("quality.png", "image/png", png(canvas), _caption(scene))


def quality_canvas(scene: Scene) -> Canvas:
    """Draw brightness along and across the vessel above the words."""
    lines = _words(scene)
    tall = GRAPHS_INCH + LINE_INCH * len(lines) + FOOT_INCH
    noise = words("noise", noise=f"{scene.found.levels.noise_hu:.0f}")
    bright = words("calcium_beside") if _bright(scene) else ""
    canvas, body = framed(scene, "quality", tall, (noise, bright))

    def up(inch: float) -> float:
        return (tall - inch) / tall

    along = body.add_axes((0.085, up(2.1), 0.89, 1.73 / tall))
    _draw_along(along, scene)
    for column, part in enumerate((scene.found.before, scene.found.behind)):
        axes = body.add_axes((0.085 + column * 0.48, up(3.35), 0.41, 0.72 / tall))
        _draw_across(axes, scene, part, column)
    for row, (text, heavy) in enumerate(lines):
        body.text(
            0.012,
            up(GRAPHS_INCH + LINE_INCH * (row + 0.5)),
            text,
            fontsize=LETTERS_PT,
            fontweight="bold" if heavy else "normal",
            va="center",
        )
    return canvas


def _draw_along(axes: Axes, scene: Scene) -> None:
    """Draw the brightness of the core of the vessel, with the noise and where contrast is lost."""
    found = scene.found
    at, levels = found.vessel.line.arc_mm, found.levels
    core = core_hu(found.vessel)
    low, high = scene.shown_mm
    shown = core[(at >= low) & (at <= high)]
    bottom, top = min(float(shown.min()) - 60.0, 0.0), float(shown.max())
    axes.set_xlim(low, high)
    axes.set_ylim(bottom, bottom + HEADROOM * (top - bottom))
    shade_occlusions(axes, scene)
    band = (core - levels.noise_hu, core + levels.noise_hu)
    axes.fill_between(at, *band, color="#bdbdbd", linewidth=0)
    axes.plot(at, core, color=INK, linewidth=1.2)
    stump = _draw_levels(axes, scene)
    _name_bright(axes, scene)
    for place in scene.analysis.marked.flaws.steps_at_mm:
        axes.axvline(place, color="#777777", linewidth=2.4)
        axes.annotate(
            f" {words('slices_apart')}",
            (place, 0.08),
            xycoords=("data", "axes fraction"),
            fontsize=SMALL_PT,
            annotation_clip=True,
        )
    draw_lines(axes, scene.marks, on_image=False)
    draw_others(axes, scene, on_image=False)
    draw_occlusions(axes, scene)
    draw_letters(axes, scene.marks, LETTERS_PT)
    axes.set_ylabel("HU", fontsize=LETTERS_PT, labelpad=1)
    axes.set_xlabel(along_words(scene), fontsize=LETTERS_PT, labelpad=1)
    curve = np.column_stack([at, core])
    raise_to_free(axes, stump, STUMP_HEIGHTS, curve)
    write_above(axes, others_named(scene), LETTERS_PT)
    plain_axes(axes)
    rule_millimetres(axes)


def _draw_levels(axes: Axes, scene: Scene) -> Text:
    """Write at its height how bright contrast is before and behind, and return the stump's name."""
    found, levels = scene.found, scene.found.levels
    before = [piece for piece in scene.open_mm if piece[0] < found.proximal.at_mm]
    behind = [piece for piece in scene.open_mm if piece[0] >= found.proximal.at_mm]
    for level, (start, end) in (
        *((levels.proximal_hu, piece) for piece in before[-1:]),
        *((levels.distal_hu, piece) for piece in behind[:1]),
    ):
        axes.plot([start, end], [level, level], color="#777777", linewidth=0.9)
        axes.annotate(
            words("contrast", level=f"{level:.0f}"),
            ((start + end) / 2, level),
            (0, 11),
            textcoords="offset points",
            fontsize=SMALL_PT,
            ha="center",
            path_effects=[ON_WHITE],
        )
    return axes.annotate(
        stump_words(scene),
        (found.proximal.at_mm, 0.1),
        (-3, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        fontsize=SMALL_PT,
        ha="right",
        path_effects=[ON_WHITE],
    )


def _bright(scene: Scene) -> list[tuple[float, float, str]]:
    """Return from where to where an occlusion holds what is bright and no contrast, with a name."""
    found, stent = scene.found, scene.stent
    if stent is not None:
        return [(found.proximal.at_mm, found.distal.at_mm, stent_name(stent))]
    chalk = found.calcium
    seen = (chalk.area_percent > 0) & ~scene.in_contrast(chalk.arc_mm)
    edges = np.diff(np.concatenate([[False], seen, [False]]))
    ends = np.flatnonzero(edges).reshape(-1, 2) - (0, 1)
    places = chalk.arc_mm[ends]
    return [(float(start), float(end), words("calcium_hides")) for start, end in places]


def _name_bright(axes: Axes, scene: Scene) -> None:
    """Draw above the curve a bar along what is bright and no contrast; name it where it fits."""
    edge = -np.inf
    for start, end, name in _bright(scene):
        level = axes.get_xaxis_transform()
        style: Style = {"linewidth": 2.4, "solid_capstyle": "butt", "transform": level}
        axes.plot([start, end], [BRIGHT_LEVEL, BRIGHT_LEVEL], color=INK, **style)
        text = axes.annotate(
            name,
            ((start + end) / 2, BRIGHT_LEVEL),
            (0, 2.5),
            xycoords=level,
            textcoords="offset points",
            fontsize=SMALL_PT,
            fontweight="bold",
            ha="center",
            va="bottom",
            path_effects=[ON_WHITE],
        )
        left, _, right, _ = box_of(text)
        if left < edge:
            text.remove()
        else:
            edge = right + APART_PT


def _draw_across(axes: Axes, scene: Scene, part: slice, column: int) -> None:
    """Draw how brightness falls from the middle of a reference into the fat."""
    vessel = scene.found.vessel
    edges = np.arange(0.0, float(vessel.axis_mm[-1]), RING_MM)
    ring = np.digitize(vessel.distance_mm.ravel(), edges)
    mean = vessel.hu[part].mean(axis=0).ravel()
    count = np.bincount(ring, minlength=len(edges) + 1)[1 : len(edges)]
    total = np.bincount(ring, weights=mean, minlength=len(edges) + 1)[1 : len(edges)]
    axes.plot(edges[:-1] + RING_MM / 2, total / np.maximum(count, 1), color="black", linewidth=1.2)
    rings = (scene.found.proximal_lumen, scene.found.distal_lumen)[column]
    outer = float(vessel.line.outer_radius_mm[part].mean())
    axes.axvline(rings.lumen_radius_mm, color=LUMEN_COLOUR, linewidth=1.1)
    axes.axvline(outer, color=WALL_COLOUR, linewidth=1.4)
    level = axes.get_xaxis_transform()
    style: Style = {"fontsize": SMALL_PT, "transform": level, "path_effects": [ON_WHITE]}
    axes.text(rings.lumen_radius_mm - 0.06, 0.1, words("lumen_edge"), ha="right", **style)
    axes.text(outer + 0.06, 0.78, words("wall_edge"), **style)
    label = words("outwards", letter="SE"[column])
    axes.set_xlabel(label, fontsize=LETTERS_PT, labelpad=1)
    axes.set_xlim(0.0, float(edges[-1]))
    axes.set_ylabel("HU", fontsize=LETTERS_PT, labelpad=1)
    plain_axes(axes)


def _words(scene: Scene) -> list[tuple[str, bool]]:
    """Return the lines below the graphs, and whether each is a heading."""
    lines = [("Scan", True), *_wrapped(_scan(scene))]
    limits = limits_of(scene.analysis.findings.quality)
    lines += [line for limit in limits for line in _wrapped(f"! {limit}")]
    lines += [line for text in scene.voltage for line in _wrapped(f"! {text}")]
    groups: dict[str, list[str]] = {}
    for name, because in scene.doubts.items():
        groups.setdefault(because, []).append(title_of(name))
    lines.append((_to_review(len(scene.doubts), len(groups)), True))
    for because, names in groups.items():
        lines += _wrapped(f"? {'; '.join(names)}: {because}")
    return [(_mm(line), heavy) for line, heavy in lines]


def _to_review(number: int, reasons: int) -> str:
    """Return how much needs review, and how many reasons stand below."""
    if number == 0:
        return words("nothing_to_review")
    if number == reasons:
        return words("to_review", number=number)
    return words("to_review_for", number=number, reasons=reasons)


def _mm(line: str) -> str:
    return line.replace("mm2", "mm²").replace("mm3", "mm³")


def _scan(scene: Scene) -> str:
    quality, marked = scene.analysis.findings.quality, scene.analysis.marked
    told = [
        f"Noise {quality.noise_hu:.0f} HU",
        f"blur {quality.fwhm_mm:.2f} mm",
        f"contrast {quality.proximal_hu:.0f} HU before, {quality.distal_hu:.0f} HU behind",
        f"contrast {quality.contrast_to_noise:.0f} times the noise",
        f"voxels up to {quality.coarsest_mm:.2f} mm",
    ]
    if marked.drawn:
        told.append(words("line_given"))
    else:
        told.append(words("wall_seen", share=f"{100 * marked.seen_share:.0f}"))
    if marked.worst_cost_per_mm is not None:
        told.append(words("line_cost", cost=f"{marked.worst_cost_per_mm:.1f}"))
    return "; ".join(told) + "."


def _wrapped(text: str) -> list[tuple[str, bool]]:
    return [(line, False) for line in textwrap.wrap(text, CHARACTERS, subsequent_indent="   ")]


def _caption(scene: Scene) -> str:
    limits = limits_of(scene.analysis.findings.quality)
    review = "; ".join(map(title_of, scene.doubts)) or "nothing"
    return " ".join(
        [
            "How far the scan can be trusted.",
            "Above, brightness along the middle of the vessel; grey lines, the contrast.",
            "Below, brightness from the middle into the fat at both references.",
            _scan(scene),
            *limits,
            *scene.voltage,
            f"Needs review: {review}. {words('standing')}",
        ]
    )
