"""Which cross-sections are shown, and what stands above each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.words import words
from cto_cds_ccta.readings import NEEDS_REVIEW

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene

WANTED = 8
AT_CAP_MM = 1.0
APART_MM = 1.0
"""What lies nearer to another section than this would show the same place again."""


@dataclass(frozen=True, slots=True)
class Section:
    """A cross-section to show.

    Attributes:
        number: Its mark in the straightened view.
        at_mm: Position on the line.
        title: What it is.
        occluded: Whether it lies between the caps.
        lumen_radius_mm: Radius of the lumen measured there; None where none was.
    """

    number: int
    at_mm: float
    title: str
    occluded: bool
    lumen_radius_mm: float | None = None


def chosen_sections(scene: Scene) -> tuple[Section, ...]:
    """Return eight sections along the vessel.

    The references, a branch on each side of the occlusion, both of its ends, the largest area
    of calcium, another occlusion, the largest arc of calcium; then the places that are farthest
    from those.
    """
    found = scene.found
    low, high = found.proximal.at_mm, found.distal.at_mm
    cap = min(AT_CAP_MM, found.length_mm / 8)
    before, *_, behind = scene.marks
    titles = {
        before.at_mm: _reference(scene, "S"),
        low + cap: words("section_at_proximal_cap", away=f"{cap:.1f}"),
        high - cap: words("section_at_distal_cap", away=f"{cap:.1f}"),
        behind.at_mm: _reference(scene, "E"),
        **_most(scene, "calcium_area", found.calcium.area_percent, " %"),
    }
    titles |= _branches(scene, titles)
    titles |= _other(scene, room=WANTED - len(titles))
    for at, title in _most(scene, "calcium_arc", found.calcium.arc_deg, "°").items():
        if len(titles) < WANTED and min(abs(at - other) for other in titles) >= APART_MM:
            titles[at] = title
    while len(titles) < WANTED:
        inside = sorted(at for at in (low, *titles, high) if low <= at <= high)
        widest = max(pairwise(inside), key=lambda pair: pair[1] - pair[0])
        titles[sum(widest) / 2] = ""
    lumen = {
        before.at_mm: ("proximal_vessel_diameter", found.proximal_lumen.lumen_radius_mm),
        behind.at_mm: ("distal_vessel_diameter", found.distal_lumen.lumen_radius_mm),
    }
    sections = []
    for number, at in enumerate(sorted(titles), start=1):
        name, radius = lumen.get(at, ("", None))
        told = None if name in scene.doubts else radius
        sections.append(Section(number, at, titles[at], low <= at <= high, told))
    return tuple(sections)


def _other(scene: Scene, *, room: int) -> dict[float, str]:
    """Return where another occlusion is shown: twice, or in its middle where room is short."""
    return {
        one.start_mm + share * (one.end_mm - one.start_mm): one.name
        for one in scene.others[:1]
        for share in ((1 / 3, 2 / 3) if room > 1 else (1 / 2,))
    }


def _reference(scene: Scene, letter: str) -> str:
    """Return a reference with the diameter of its lumen."""
    name, rings = {
        "S": ("proximal_vessel_diameter", scene.found.proximal_lumen),
        "E": ("distal_vessel_diameter", scene.found.distal_lumen),
    }[letter]
    if name in scene.doubts:
        return f"{letter}: {NEEDS_REVIEW}"
    diameter = f"{2 * rings.lumen_radius_mm:.2f}"
    return words("section_at_reference", letter=letter, diameter=diameter)


def _most(scene: Scene, fact: str, values: NDArray[np.float64], unit: str) -> dict[float, str]:
    """Return where the area or the arc of calcium is largest, with its value.

    Nowhere where metal looks like calcium.
    """
    if scene.stent is not None or values.max(initial=0.0) <= 0:
        return {}
    most = int(np.argmax(values))
    text = words(f"section_of_most_{fact}")
    name = "calcium_area_fraction" if fact == "calcium_area" else fact
    if name not in scene.doubts:
        text = f"{text} {values[most]:.0f}{unit}"
    return {float(scene.found.calcium.arc_mm[most]): text}


def _branches(scene: Scene, others: Collection[float]) -> dict[float, str]:
    """Return a branch on each side of the occlusion, with its diameter.

    It is the nearest to the cap of those that are surely one, or of all where none is; one in
    doubt that lies where another section is shown already is left out.
    """
    caps = {True: scene.found.proximal.at_mm, False: scene.found.distal.at_mm}
    chosen: dict[float, str] = {}
    for before, cap in caps.items():
        here = [one for one in scene.branches if one.before is before]
        if here:
            best = min(here, key=lambda one: (not one.seen.sure, abs(one.seen.at_mm - cap)))
            at = best.seen.at_mm
            if best.seen.sure or min(abs(at - other) for other in others) >= APART_MM:
                chosen[at] = best.name
    return chosen
