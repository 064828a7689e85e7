"""What a person confirmed or changed: the editable document, and what it does to the facts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem

from cto_cds_ccta.measure.occlusion import NOWHERE, REFERENCE_HALF_MM, Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.straight import StraightVessel
    from cto_cds_ccta.vessel import MarkedVessel

WALL_REACH_MM = 2.0
RADIUS_MM = (0.4, 5.0)
SHOWN_MM = 0.05
"""Positions are shown in tenths of a millimetre: one that is off by no more is the same."""
_ROUNDING = 1e-9
LONGEST_TOLD = 60
HELP = (
    "Positions are millimetres from the beginning of the line, as in the pictures. Move P and D "
    "(the caps) or S and E (the references), add wall corrections as {at_mm, radius_mm}, and set "
    "confirmed to true for what you looked at and found right; calcium and branches say that you "
    "looked at the calcium map and the sections, and confirm their values; what needs review "
    "is answered in the case file, under ccta. contrast_between_caps is for caps "
    "that have open vessel between them although both are right: volumes and calcium are then left "
    "to review. Then run 'cto-cds quantify --edits FOLDER/review.json --out NEW_FOLDER' with the "
    "folder of this file; without --out nothing is written."
)
CONFIRMABLE = (
    "line",
    "wall",
    "caps",
    "references",
    "calcium",
    "branches",
    "contrast_between_caps",
)
_KEYS = (
    "help",
    "backend",
    "vessel",
    "caps_mm",
    "references_mm",
    "wall",
    "waypoints_lps_mm",
    "confirmed",
)


@dataclass(frozen=True, slots=True)
class Edits:
    """What a person confirmed or changed.

    Attributes:
        places: Caps and references that a person moved, and caps that one confirmed.
        wall: Corrections of the outer wall: position on the line, and radius.
        changed: Whether anything differs from what was found.
        line_confirmed: Whether a person found the line right.
        caps_confirmed: Whether a person found the caps right.
        moved: Letters of the marks that a person moved.
        wall_confirmed: Whether a person found the outer wall right.
        references_confirmed: Whether a person found the references right.
        calcium_confirmed: Whether a person looked at the calcium and found it right.
        branches_confirmed: Whether a person looked at the branches and found them right.
        contrast_confirmed: Whether a person insists that what looks open lies between the caps.
        shown: All four marks as they stand in the document.
        was: The same as they were found.
    """

    places: Places = NOWHERE
    wall: tuple[tuple[float, float], ...] = ()
    changed: bool = False
    line_confirmed: bool = False
    caps_confirmed: bool = False
    moved: frozenset[str] = frozenset()
    wall_confirmed: bool = False
    references_confirmed: bool = False
    calcium_confirmed: bool = False
    branches_confirmed: bool = False
    contrast_confirmed: bool = False
    shown: Places = field(default=NOWHERE, compare=False)
    was: Places = field(default=NOWHERE, compare=False)

    @property
    def caps_looked_at(self) -> bool:
        """Whether a person placed or confirmed both caps."""
        return self.caps_confirmed or self.moved >= {"P", "D"}

    @property
    def confirmed(self) -> frozenset[str]:
        """Letters of the marks that a person found right as they are."""
        caps = "PD" if self.caps_confirmed else ""
        references = "SE" if self.references_confirmed else ""
        return frozenset(caps + references) - self.moved

    @property
    def followed(self) -> frozenset[str]:
        """Letters of the references that nobody moved and that a cap has now reached."""
        before, behind = self.shown.before_mm, self.shown.behind_mm
        first, last = self.shown.proximal_mm, self.shown.distal_mm
        reached = set()
        if before is not None and first is not None and before + REFERENCE_HALF_MM > first:
            reached.add("S")
        if behind is not None and last is not None and behind - REFERENCE_HALF_MM < last:
            reached.add("E")
        return frozenset(reached) - self.moved

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

    def over(self, given: Places) -> Places:
        """Return where to measure: where a person moved a mark, or gave it, or left it.

        A reference stays where the document shows it when a cap is moved, until the cap reaches it.
        """
        put = self.put(given)
        if not (self.changed or self.caps_confirmed or self.references_confirmed):
            return put
        before = self.shown.before_mm if put.before_mm is None else put.before_mm
        behind = self.shown.behind_mm if put.behind_mm is None else put.behind_mm
        return replace(
            put,
            before_mm=None if "S" in self.followed else before,
            behind_mm=None if "E" in self.followed else behind,
        )

    def put(self, given: Places) -> Places:
        """Return the caps and references that a person placed: here, or as they were given."""
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
        if not self.line_confirmed:
            return marked
        return replace(marked, reasons=(), line_confirmed=True)


NO_EDITS = Edits()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A position on the line as it stands in the document, and as it was found."""

    at_mm: float
    was_mm: float

    @property
    def moved(self) -> bool:
        """Whether a person moved it."""
        return self.at_mm != self.was_mm


def document_of(found: Occlusion, backend: str) -> dict[str, object]:
    """Return the editable document of a measurement."""
    arc = found.vessel.line.arc_mm
    return {
        "help": HELP,
        "backend": backend,
        "vessel": _name_of(found.vessel),
        "caps_mm": {"P": _mm(found.proximal.at_mm), "D": _mm(found.distal.at_mm)},
        "references_mm": {
            "S": _mm(float(arc[found.before].mean())),
            "E": _mm(float(arc[found.behind].mean())),
        },
        "wall": [],
        "confirmed": dict.fromkeys(CONFIRMABLE, False),
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
    if document.get("vessel") != own.get("vessel"):
        found_ = "this document was written for another vessel than the state beside it"
        mend = "give review.json and review.state of one review, and leave 'vessel' as it is"
        raise BackendError(Problem(Place("edits", key="vessel"), found_, mend))
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
    if not problems and caps["D"].at_mm - caps["P"].at_mm < 1.0:
        at = f"P is at {caps['P'].at_mm:.1f} and D at {caps['D'].at_mm:.1f} mm"
        mend = "P is the proximal cap; D lies at least 1 mm behind it"
        problems.append(Problem(Place("edits", key="caps_mm"), at, mend))
    wall = _wall(document, total_mm, problems)
    confirmed = _confirmed(document, problems)
    if problems:
        raise BackendError.of(problems)
    looked = confirmed["caps"]
    places = Places(
        proximal_mm=_kept(caps["P"], looked=looked),
        distal_mm=_kept(caps["D"], looked=looked),
        before_mm=_kept(references["S"], looked=False),
        behind_mm=_kept(references["E"], looked=False),
    )
    moved = frozenset(letter for letter, mark in (caps | references).items() if mark.moved)
    marks = caps | references
    return Edits(
        places=places,
        wall=wall,
        changed=bool(wall or moved),
        line_confirmed=confirmed["line"],
        caps_confirmed=looked,
        moved=moved,
        wall_confirmed=confirmed["wall"],
        references_confirmed=confirmed["references"],
        calcium_confirmed=confirmed["calcium"],
        branches_confirmed=confirmed["branches"],
        contrast_confirmed=confirmed["contrast_between_caps"],
        shown=Places(*(marks[letter].at_mm for letter in "PDSE")),
        was=Places(*(marks[letter].was_mm for letter in "PDSE")),
    )


def _name_of(vessel: StraightVessel) -> str:
    """Return a name that another line or another scan does not have."""
    line = np.round(vessel.line.points_lps_mm, 3) + 0.0
    return hashlib.sha256(line.tobytes() + vessel.hu.tobytes()).hexdigest()[:16]


def _confirmed(document: Mapping[str, object], problems: list[Problem]) -> dict[str, bool]:
    given = document.get("confirmed", {})
    place = Place("edits", key="confirmed")
    if not isinstance(given, dict) or any(type(value) is not bool for value in given.values()):
        mend = 'write {"line": true, "caps": true} for what you found right'
        problems.append(Problem(place, "is not true or false", mend))
        given = {}
    for key in given:
        if key not in CONFIRMABLE:
            found = f"{key} is nothing that can be confirmed"
            problems.append(Problem(place, found, f"allowed are {', '.join(CONFIRMABLE)}"))
    return {key: given.get(key) is True for key in CONFIRMABLE}


def _kept(mark: _Mark, *, looked: bool) -> float | None:
    """Return a position that a person moved or confirmed; the others are found again."""
    return mark.at_mm if mark.moved or looked else None


def _positions(
    document: Mapping[str, object],
    own: Mapping[str, object],
    key: str,
    total: float,
    problems: list[Problem],
) -> dict[str, _Mark]:
    """Return each mark as it stands in the document, and as it was found."""
    before, given = own[key], document.get(key, own[key])
    place = Place("edits", key=key)
    if not isinstance(before, dict):
        before = {}
    if not isinstance(given, dict) or not set(given) <= set(before):
        names = " and ".join(before)
        extra = set(given) - set(before) if isinstance(given, dict) else set()
        more = ", ".join(sorted(map(str, extra)))
        told = f"must hold nothing but {names}, not {more}" if more else f"must hold {names}"
        problems.append(Problem(place, told, "give millimetres along the line"))
        given = before
    positions = {}
    for name, was in before.items():
        written = given.get(name, was)
        at = _number(written)
        if at is None or not 0 <= at <= total:
            mend = f"the line goes from 0 to {total:.1f} mm"
            found = f"{name} is not a position on the line"
            if isinstance(written, str):
                found += f", but the text {_quoted(written)}"
                mend = f"{_as_number(written)}; {mend}"
            problems.append(Problem(place, found, mend))
            at = float(was)
        same = abs(at - float(was)) <= SHOWN_MM + _ROUNDING
        positions[name] = _Mark(float(was) if same else at, float(was))
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
            told = f"entry {number + 1} is {str(entry)[:LONGEST_TOLD]}, which is not usable"
            texts = [one for one in _fields(entry) if isinstance(one, str)]
            how = f"{_as_number(texts[0])}; {mend}" if texts else mend
            problems.append(Problem(place, told, how))
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


def _fields(entry: object) -> list[object]:
    """Return the two numbers of a correction as they were written."""
    return [entry.get("at_mm"), entry.get("radius_mm")] if isinstance(entry, dict) else []


def _as_number(written: str) -> str:
    """Return how to write a number that stands there as a text."""
    try:
        number = float(written.strip().replace(",", "."))
    except ValueError:
        return "write a number without quotation marks"
    return f"write the number without quotation marks and with a point: {number:g}"


def _quoted(written: str) -> str:
    """Return a text as it stands in the document, shortened."""
    return json.dumps(written[:LONGEST_TOLD], ensure_ascii=False)


def _mm(value: float) -> float:
    return round(float(value), 2)
