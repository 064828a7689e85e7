"""What a person confirmed or changed: the editable document, and what it does to the facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem

from cto_cds_ccta.measure.occlusion import NOWHERE, Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cto_cds.facts.measured import MeasuredFact

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.straight import StraightVessel
    from cto_cds_ccta.vessel import MarkedVessel

WALL_REACH_MM = 2.0
RADIUS_MM = (0.4, 5.0)
SAME_MM = 0.01
OF_THE_SCAN = ("tube_voltage", "image_quality", "calcium_score")
HELP = (
    "Positions are millimetres from the beginning of the line, as in the pictures. Move P and D "
    "(the caps) or S and E (the references), add wall corrections as {at_mm, radius_mm}, and set "
    "confirmed to true for what you looked at and found right. Then run 'cto-cds quantify --edits' "
    "with this file."
)
_KEYS = ("help", "backend", "caps_mm", "references_mm", "wall", "waypoints_lps_mm", "confirmed")


@dataclass(frozen=True, slots=True)
class Edits:
    """What a person confirmed or changed.

    Attributes:
        places: Caps and references that stand in the document.
        wall: Corrections of the outer wall: position on the line, and radius.
        changed: Whether anything differs from what was found.
        line_confirmed: Whether a person found the line right.
        caps_confirmed: Whether a person found the caps right.
        moved: Letters of the marks that a person moved.
    """

    places: Places = NOWHERE
    wall: tuple[tuple[float, float], ...] = ()
    changed: bool = False
    line_confirmed: bool = False
    caps_confirmed: bool = False
    moved: frozenset[str] = frozenset()

    def with_wall(self, vessel: StraightVessel) -> StraightVessel:
        """Return the vessel with its outer wall corrected, over a few millimetres."""
        if not self.wall:
            return vessel
        arc, radius = vessel.line.arc_mm, vessel.line.outer_radius_mm.copy()
        for at, wanted in self.wall:
            near = np.exp(-0.5 * ((arc - at) / WALL_REACH_MM) ** 2)
            radius += near * (wanted - float(np.interp(at, arc, radius)))
        moved = (radius - vessel.line.outer_radius_mm).astype(np.float32)
        return replace(
            vessel,
            line=replace(vessel.line, outer_radius_mm=radius),
            border_mm=np.asarray(vessel.border_mm + moved[:, None, None], dtype=np.float32),
        )

    def marked(self, fact: MeasuredFact) -> MeasuredFact:
        """Return the fact with the status that the edits give it."""
        if fact.name in OF_THE_SCAN or not (self.changed or self.caps_confirmed):
            return fact
        return replace(fact, status="edited" if self.changed else "confirmed")

    def over(self, given: Places) -> Places:
        """Return caps and references: moved here, or as they were given."""
        before, behind = self.places.before_mm, self.places.behind_mm
        return replace(
            self.places,
            before_mm=given.before_mm if before is None else before,
            behind_mm=given.behind_mm if behind is None else behind,
        )

    def untouched(self, given: Places) -> Places:
        """Return the given references that nobody moved since."""
        return replace(
            given,
            before_mm=given.before_mm if self.places.before_mm is None else None,
            behind_mm=given.behind_mm if self.places.behind_mm is None else None,
        )

    def trusted(self, marked: MarkedVessel) -> MarkedVessel:
        """Return the vessel without what speaks against its line, where a person found it right."""
        return replace(marked, reasons=()) if self.line_confirmed else marked


NO_EDITS = Edits()


def document_of(found: Occlusion, backend: str) -> dict[str, object]:
    """Return the editable document of a measurement."""
    arc = found.vessel.line.arc_mm
    return {
        "help": HELP,
        "backend": backend,
        "caps_mm": {"P": _mm(found.proximal.at_mm), "D": _mm(found.distal.at_mm)},
        "references_mm": {
            "S": _mm(float(arc[found.before].mean())),
            "E": _mm(float(arc[found.behind].mean())),
        },
        "wall": [],
        "waypoints_lps_mm": [],
        "confirmed": {"line": False, "caps": False},
    }


def edits_from(document: Mapping[str, object], own: Mapping[str, object], total_mm: float) -> Edits:
    """Return the edits that a person made to a document.

    Args:
        document: The document after a person edited it.
        own: The document as it was written.
        total_mm: Length of the line.

    Raises:
        BackendError: With every edit that is impossible.
    """
    problems: list[Problem] = []
    for key in document:
        if key not in _KEYS:
            mend = f"allowed are {', '.join(_KEYS)}"
            problems.append(Problem(Place("edits", key=key), "is not a known key", mend))
    if document.get("waypoints_lps_mm"):
        mend = "put it into the seeds and run the review on the study again"
        found_ = "a waypoint changes the way, which a straightened vessel cannot show"
        problems.append(Problem(Place("edits", key="waypoints_lps_mm"), found_, mend))
    caps = _positions(document, own, "caps_mm", total_mm, problems)
    references = _positions(document, own, "references_mm", total_mm, problems)
    if not problems and caps["D"][0] - caps["P"][0] < 1.0:
        at = f"P is at {caps['P'][0]:.1f} and D at {caps['D'][0]:.1f} mm"
        mend = "P is the proximal cap; D lies at least 1 mm behind it"
        problems.append(Problem(Place("edits", key="caps_mm"), at, mend))
    wall = _wall(document, total_mm, problems)
    confirmed = document.get("confirmed", {})
    if not isinstance(confirmed, dict) or any(type(v) is not bool for v in confirmed.values()):
        mend = 'write {"line": true, "caps": true} for what you found right'
        problems.append(Problem(Place("edits", key="confirmed"), "is not true or false", mend))
    if problems:
        raise BackendError.of(problems)
    line, looked = _confirmed(confirmed, "line"), _confirmed(confirmed, "caps")
    places = Places(
        proximal_mm=_kept(caps["P"], looked=looked),
        distal_mm=_kept(caps["D"], looked=looked),
        before_mm=_kept(references["S"], looked=False),
        behind_mm=_kept(references["E"], looked=False),
    )
    moved = frozenset(letter for letter, (_, away) in (caps | references).items() if away)
    return Edits(places, wall, bool(wall or moved), line, looked, moved)


def _confirmed(confirmed: object, key: str) -> bool:
    return isinstance(confirmed, dict) and confirmed.get(key) is True


def _kept(position: tuple[float, bool], *, looked: bool) -> float | None:
    """Return a position that a person moved or confirmed; the others are found again."""
    at, moved = position
    return at if moved or looked else None


def _positions(
    document: Mapping[str, object],
    own: Mapping[str, object],
    key: str,
    total: float,
    problems: list[Problem],
) -> dict[str, tuple[float, bool]]:
    """Return each position and whether it was moved."""
    before, given = own[key], document.get(key, own[key])
    place = Place("edits", key=key)
    if not isinstance(before, dict):
        before = {}
    if not isinstance(given, dict) or not set(given) <= set(before):
        names = " and ".join(before)
        problems.append(Problem(place, f"must hold {names}", "give millimetres along the line"))
        given = before
    positions = {}
    for name, was in before.items():
        at = _number(given.get(name, was))
        if at is None or not 0 <= at <= total:
            mend = f"the line goes from 0 to {total:.1f} mm"
            problems.append(Problem(place, f"{name} is not a position on the line", mend))
            at = float(was)
        positions[name] = (at, abs(at - float(was)) > SAME_MM)
    return positions


def _wall(
    document: Mapping[str, object], total: float, problems: list[Problem]
) -> tuple[tuple[float, float], ...]:
    given = document.get("wall", [])
    place = Place("edits", key="wall")
    mend = f"write {{at_mm, radius_mm}}: 0 to {total:.1f} mm, and a radius of 0.4 to 5 mm"
    if not isinstance(given, list):
        problems.append(Problem(place, "is not a list", mend))
        return ()
    anchors = []
    for number, entry in enumerate(given):
        at = _number(entry.get("at_mm")) if isinstance(entry, dict) else None
        radius = _number(entry.get("radius_mm")) if isinstance(entry, dict) else None
        if at is None or radius is None or not _is_wall(at, radius, total):
            problems.append(Problem(place, f"entry {number + 1} is not usable", mend))
        else:
            anchors.append((at, radius))
    return tuple(anchors)


def _is_wall(at: float, radius: float, total: float) -> bool:
    return 0 <= at <= total and RADIUS_MM[0] <= radius <= RADIUS_MM[1]


def _number(value: object) -> float | None:
    """Return a number as it stands in JSON; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _mm(value: float) -> float:
    return round(float(value), 2)
