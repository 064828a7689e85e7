"""How far the scan can be trusted: contrast, noise, blur, and what a person has to look at."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import ALONG, LETTERS_PT, SMALL_PT, new_canvas, plain_axes, png
from cto_cds_ccta.figure.marks import draw_letters, draw_lines
from cto_cds_ccta.figure.palette import WALL_COLOUR
from cto_cds_ccta.measure.lumen import core_hu
from cto_cds_ccta.readings.quality import limits_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene

GRAPHS_INCH, LINE_INCH, FOOT_INCH = 3.55, 0.135, 0.12
CHARACTERS = 100
RING_MM = 0.1
LEVEL_COLOUR = "#D55E00"


def quality_figure(scene: Scene) -> Figure:
    """Draw brightness along and across the vessel above the words."""
    words = _words(scene)
    tall = GRAPHS_INCH + LINE_INCH * len(words) + FOOT_INCH
    canvas = new_canvas(tall)

    def up(inch: float) -> float:
        return (tall - inch) / tall

    along = canvas.add_axes((0.085, up(1.95), 0.89, 1.73 / tall))
    _draw_along(along, scene)
    for column, part in enumerate((scene.found.before, scene.found.behind)):
        axes = canvas.add_axes((0.085 + column * 0.49, up(3.2), 0.41, 0.72 / tall))
        _draw_across(axes, scene, part, column)
    for row, (text, heavy) in enumerate(words):
        canvas.text(
            0.012,
            up(GRAPHS_INCH + LINE_INCH * (row + 0.5)),
            text,
            fontsize=LETTERS_PT,
            fontweight="bold" if heavy else "normal",
            va="center",
        )
    return Figure("quality.png", "image/png", png(canvas), _caption(scene))


def _draw_along(axes: Axes, scene: Scene) -> None:
    """Draw the brightness of the core of the vessel, with the noise and where contrast is lost."""
    found = scene.found
    at, levels = found.vessel.line.arc_mm, found.levels
    core = core_hu(found.vessel)
    for number, (start, end) in enumerate(found.gaps_mm):
        label = None if number else "hardly any contrast"
        axes.axvspan(start, end, color="#e4e4e4", linewidth=0, label=label)
    noise = f"± noise of {levels.noise_hu:.0f} HU"
    axes.fill_between(
        at,
        core - levels.noise_hu,
        core + levels.noise_hu,
        color="#9ecbe8",
        linewidth=0,
        label=noise,
    )
    axes.plot(at, core, color="black", linewidth=1.2, label="middle of the vessel")
    low, high = scene.shown_mm
    for level, start, end, label in (
        (levels.proximal_hu, low, found.proximal.at_mm, "contrast"),
        (levels.distal_hu, found.distal.at_mm, high, None),
    ):
        axes.plot(
            [start, end], [level, level], "--", color=LEVEL_COLOUR, linewidth=1.4, label=label
        )
    for place in scene.analysis.marked.flaws.steps_at_mm:
        axes.axvline(place, color=LEVEL_COLOUR, linewidth=1.6, linestyle=(0, (1, 1)))
        axes.annotate(
            " slices do not match",
            (place, 0.03),
            xycoords=("data", "axes fraction"),
            fontsize=SMALL_PT,
            annotation_clip=True,
        )
    draw_lines(axes, scene.marks, on_image=False)
    draw_letters(axes, scene.marks, LETTERS_PT)
    axes.set_xlim(low, high)
    shown = core[(at >= low) & (at <= high)]
    axes.set_ylim(min(float(shown.min()) - 60.0, 0.0), 1.3 * float(shown.max()))
    axes.set_ylabel("HU", fontsize=LETTERS_PT, labelpad=1)
    axes.set_xlabel(ALONG, fontsize=LETTERS_PT, labelpad=1)
    axes.legend(
        fontsize=SMALL_PT,
        loc="upper center",
        ncols=4,
        frameon=True,
        framealpha=0.92,
        edgecolor="none",
        borderaxespad=0.2,
        handlelength=1.6,
        columnspacing=1.2,
    )
    plain_axes(axes)


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
    axes.axvline(rings.lumen_radius_mm, color="#444444", linewidth=1.1, linestyle=(0, (2, 1)))
    axes.axvline(outer, color=WALL_COLOUR, linewidth=1.4)
    bottom, top = axes.get_ylim()
    axes.text(rings.lumen_radius_mm - 0.06, bottom, "lumen", fontsize=SMALL_PT, ha="right")
    axes.text(outer + 0.06, top, "outer wall", fontsize=SMALL_PT, va="top")
    letter = "SE"[column]
    axes.set_xlabel(f"from the middle outwards at {letter} (mm)", fontsize=LETTERS_PT, labelpad=1)
    axes.set_xlim(0.0, float(edges[-1]))
    if column == 0:
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
        groups.setdefault(because, []).append(name.replace("_", " "))
    lines.append((f"Needs review: {len(scene.doubts) or 'nothing'}", True))
    for because, names in groups.items():
        lines += _wrapped(f"? {', '.join(names)}: {because}")
    return lines


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
        told.append("line and outer wall were given, not found")
    else:
        told.append(f"wall seen against fat {100 * marked.seen_share:.0f} %")
    if marked.worst_cost_per_mm is not None:
        told.append(f"worst 5 mm of the way cost {marked.worst_cost_per_mm:.1f} (tube in fat: 1)")
    return "; ".join(told) + "."


def _wrapped(text: str) -> list[tuple[str, bool]]:
    return [(line, False) for line in textwrap.wrap(text, CHARACTERS, subsequent_indent="   ")]


def _caption(scene: Scene) -> str:
    limits = limits_of(scene.analysis.findings.quality)
    review = ", ".join(name.replace("_", " ") for name in scene.doubts) or "nothing"
    return " ".join(
        [
            "How far the scan can be trusted.",
            "Above, brightness along the middle of the vessel; dashed orange, the contrast.",
            "Below, brightness from the middle into the fat at both references.",
            _scan(scene),
            *limits,
            *scene.voltage,
            f"Needs review: {review}. For research and planning support.",
        ]
    )
