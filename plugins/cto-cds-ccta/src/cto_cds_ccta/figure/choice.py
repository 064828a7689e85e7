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
        occluded: Whether it lies between the caps, and not in contrast that they took in.
        lumen_radius_mm: Radius of the lumen measured there; None where none was.
    """

    number: int
    at_mm: float
    title: str
    occluded: bool
    lumen_radius_mm: float | None = None


def chosen_sections(scene: Scene) -> tuple[Section, ...]:
    """Return eight sections along the vessel.

    Where a person corrected the wall; the references, both ends of the occlusion, the largest
    area of calcium, a branch on each side, another occlusion, the largest arc of calcium; then
    the places that are farthest from those.
    """
    found = scene.found
    low, high = found.proximal.at_mm, found.distal.at_mm
    before, *_, behind = scene.marks
    titles = _edited(scene)
    wanted = (
        {before.at_mm: _reference(scene, "S"), behind.at_mm: _reference(scene, "E")},
        _inside_caps(scene),
        _most(scene, "calcium_area", found.calcium.area_percent, " %"),
    )
    for places in wanted:
        _add(titles, places)
    _add(titles, _branches(scene, titles))
    _add(titles, _other(scene, room=WANTED - len(titles)))
    for at, title in _most(scene, "calcium_arc", found.calcium.arc_deg, "°").items():
        if min(abs(at - other) for other in titles) >= APART_MM:
            _add(titles, {at: title})
    start, end = _closed_ends(scene)
    while len(titles) < WANTED:
        inside = sorted(at for at in (start, *titles, end) if start <= at <= end)
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
        occluded = low <= at <= high and not scene.in_contrast(at)
        sections.append(Section(number, at, titles[at], occluded, told))
    return tuple(sections)


def _add(titles: dict[float, str], places: dict[float, str]) -> None:
    """Add places while there is room; one that is shown already gets the title as well."""
    for at, title in places.items():
        if at in titles:
            titles[at] = f"{titles[at]}; {title}"
        elif len(titles) < WANTED:
            titles[at] = title


def _edited(scene: Scene) -> dict[float, str]:
    """Return where a person corrected the wall, as far as there are sections."""
    places: dict[float, str] = {}
    for at, _ in sorted(scene.analysis.edits.wall):
        if all(abs(at - other) >= APART_MM for other in places):
            places[at] = words("section_at_edited_wall")
    return dict(list(places.items())[:WANTED])


def _closed_ends(scene: Scene) -> tuple[float, float]:
    """Return the caps, or where contrast ends and returns where moved caps took some in."""
    low, high = scene.found.proximal.at_mm, scene.found.distal.at_mm
    for start, end in scene.contrast_mm:
        low = end if start <= low else low
        high = start if end >= high else high
    return low, high


def _inside_caps(scene: Scene) -> dict[float, str]:
    """Return a section inside each end of the occlusion, with how far from its cap it lies."""
    found, (start, end) = scene.found, _closed_ends(scene)
    cap = min(AT_CAP_MM, (end - start) / 8)
    after, ahead = start + cap - found.proximal.at_mm, found.distal.at_mm - end + cap
    return {
        start + cap: words("section_at_proximal_cap", away=f"{after:.1f}"),
        end - cap: words("section_at_distal_cap", away=f"{ahead:.1f}"),
    }


def _other(scene: Scene, *, room: int) -> dict[float, str]:
    """Return where another occlusion is shown: twice, or in its middle where room is short.

    So it is where the two would show the same place.
    """
    places = {}
    for one in scene.others[:1]:
        length = one.end_mm - one.start_mm
        twice = room > 1 and length >= 3 * APART_MM
        for share in (1 / 3, 2 / 3) if twice else (1 / 2,):
            places[one.start_mm + share * length] = one.name
    return places


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

    Nowhere where metal looks like calcium, nor in contrast that a moved cap took in.
    """
    values = np.where(scene.in_contrast(scene.found.calcium.arc_mm), 0.0, values)
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
