"""What follows from marks that a person placed: refusals, doubts, and what a reader should know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cto_cds.errors import BackendError, Place, Problem
from cto_cds.facts.measured import Doubt

from cto_cds_ccta.facts import doubt_all
from cto_cds_ccta.judgement import (
    AT_DISTAL_CAP,
    AT_PROXIMAL_CAP,
    BETWEEN_CAPS,
    CLASS_FACTS,
    MOST_MISFIT,
)
from cto_cds_ccta.measure.calcium import calcium
from cto_cds_ccta.measure.caps import PLACED_SD_MM
from cto_cds_ccta.measure.checks import LEAST_LENGTH_MM
from cto_cds_ccta.measure.composition import fat_taken_in_mm3, left_out_mm3
from cto_cds_ccta.measure.occlusion import REFERENCE_HALF_MM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cto_cds.facts.measured import MeasuredFact

    from cto_cds_ccta.edits import Edits
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.straight import StraightVessel
    from cto_cds_ccta.rests import Rest

Stretch = tuple[float, float]

MOST_AMISS_MM = 2.5
"""So much open vessel between placed caps, or vessel without contrast beyond them, is a difference
of opinion about where contrast ends; more is another lesion, or a slip of the pen. The lengths
found are off by less than that in 19 of 20 phantoms with a point spread of up to 1.0 mm."""
TOLD_MM = 0.5
"""As well as a person sees a cap. More contrast than that between the caps is brighter than most
plaque and fills the round, so that it would count as calcium."""
SAME_MM = LEAST_MM = 0.1
LEAST_FAT_MM3 = LEAST_LEFT_OUT_MM3 = 1.0
"""Less is the noise of a wall that lies right: on four synthetic studies one moved up to 0.1 mm too
far took in at most 0.22 mm3 of fat, one moved 0.2 mm too far 0.4 to 0.8 mm3."""
CLASSES = (
    *CLASS_FACTS,
    "calcium_area_fraction",
    "calcium_arc",
    "calcification",
    "calcium_proximal_cap",
    "calcium_body",
    "calcium_distal_cap",
)
LARGEST = ("calcium_area_fraction", "calcium_arc", "calcification", "calcium_body")
"""Calcium that is looked for from cap to cap, and may leave a piece out where it says so."""
CONTENT = ("plaque_volume", "percent_atheroma_volume", *CLASSES)
IN_FAT = ("plaque_volume", "percent_atheroma_volume", *CLASS_FACTS)
OF_CALCIUM = ("calcium_area_fraction", "calcium_arc", "calcification")
"""What depends on the outer wall where fat lies inside it: the second where there is calcium."""
_DIAMETERS = {"proximal_vessel_diameter", "distal_vessel_diameter"}


def open_between(found: Occlusion) -> list[Stretch]:
    """Return the stretches between the caps that hold contrast."""
    pieces, start = [], found.proximal.at_mm
    for low, high in [*found.gaps_mm, (found.distal.at_mm, found.distal.at_mm)]:
        end = min(low, found.distal.at_mm)
        if end > start:
            pieces.append((start, end))
        start = max(start, high)
    return pieces


def closed_beyond(
    found: Occlusion, hidden: Sequence[Stretch] = ()
) -> tuple[list[Stretch], list[Stretch]]:
    """Return the stretches without contrast that moved caps left out, before and behind.

    They go to the caps as they were found.

    Args:
        found: The occlusion.
        hidden: Where metal hides whether there is contrast, so that nothing is said of it.
    """
    proximal, distal = found.proximal, found.distal
    before = (proximal.at_mm - max(proximal.moved_mm, 0.0), proximal.at_mm)
    behind = (distal.at_mm, distal.at_mm - min(distal.moved_mm, 0.0))
    return list(_without(before, hidden)), list(_without(behind, hidden))


def check_placed(found: Occlusion, edits: Edits) -> None:
    """Check that moved caps enclose no open vessel, and moved references lie outside of them.

    Raises:
        BackendError: With everything that a person put where it cannot be.
    """
    problems = [*_reference_problems(found, edits)]
    too_open = _length(opened_between(found)) > MOST_AMISS_MM
    if edits.moved & {"P", "D"} and not edits.contrast_confirmed and too_open:
        proximal, distal = found.proximal, found.distal
        what = (
            f"P is at {proximal.at_mm:.1f} and D at {distal.at_mm:.1f} mm, but the vessel is open "
            f"between them: it is filled with contrast from {_said(opened_between(found))} mm"
        )
        ends = [
            f"it was found to {how} at {cap.at_mm - cap.moved_mm:.1f} mm"
            for letter, cap, how in (("P", proximal, "end"), ("D", distal, "return"))
            if letter in edits.moved
        ]
        mend = (
            f"put the caps where contrast ends and returns: {' and '.join(ends)}. If both caps are "
            "right, as with channels or plaque as bright as contrast, set contrast_between_caps "
            "in confirmed to true; volumes and calcium are then left to review"
        )
        problems.append(Problem(Place("edits", key="caps_mm"), what, mend))
    if problems:
        raise BackendError.of(problems)


def placing_doubts(found: Occlusion, edits: Edits, hidden: Sequence[Stretch] = ()) -> list[Doubt]:
    """Return what cannot be trusted because of where a person placed the marks."""
    doubts: list[Doubt] = []
    added = opened_between(found)
    if _length(added) > TOLD_MM:
        because = (
            f"Between the caps that a person placed the vessel is filled with contrast from "
            f"{_said(added)} mm, which would count as plaque or calcium."
        )
        doubts += doubt_all(_doubted_by_contrast(found, added), because)
    if not edits.caps_confirmed:
        for beyond, cap, names in zip(
            closed_beyond(found, hidden),
            (f"P at {found.proximal.at_mm:.1f} mm", f"D at {found.distal.at_mm:.1f} mm"),
            (AT_PROXIMAL_CAP, AT_DISTAL_CAP),
            strict=True,
        ):
            if _length(beyond) > MOST_AMISS_MM:
                because = (
                    f"With {cap} a stretch without contrast is left out of the occlusion, from "
                    f"{_said(beyond)} mm. Move the cap, or set caps in confirmed to true."
                )
                at_cap = [name for name in names if name not in _DIAMETERS]
                doubts += doubt_all((*BETWEEN_CAPS, *CONTENT, *at_cap), because)
    proximal = found.proximal
    if abs(proximal.moved_mm) > PLACED_SD_MM and proximal.misfit > MOST_MISFIT:
        because = (
            f"A person placed the cap {abs(proximal.moved_mm):.1f} mm from where the contrast "
            "column was found to end; whether the stump tapers there is for a person to say."
        )
        doubts.append(Doubt("stump", because))
    doubts += [
        Doubt(name, f"{letter} was moved to {at:.1f} mm, where no contrast is seen.")
        for letter, name, at in (
            ("S", "proximal_vessel_diameter", edits.places.before_mm),
            ("E", "distal_vessel_diameter", edits.places.behind_mm),
        )
        if letter in edits.moved
        and at is not None
        and list(_common(found.gaps_mm, at - REFERENCE_HALF_MM, at + REFERENCE_HALF_MM))
    ]
    return doubts


def _doubted_by_contrast(found: Occlusion, added: Sequence[Stretch]) -> tuple[str, ...]:
    """Return what contrast between placed caps makes uncertain.

    A volume is that of everything between the caps, so that it cannot leave a piece out; the
    largest section of calcium can, and so can a site that the contrast does not reach.
    """
    if _length(added) > MOST_AMISS_MM:
        return CONTENT
    if found.chalk_mm is None:
        return CLASSES
    first, last = found.chalk_mm
    at_p = ("calcium_proximal_cap",) if first > found.proximal.at_mm else ()
    at_d = ("calcium_distal_cap",) if last < found.distal.at_mm else ()
    return (*CLASS_FACTS, *at_p, *at_d)


def without_opened(found: Occlusion) -> Occlusion:
    """Return an occlusion whose calcium is that beside the contrast that placed caps take in."""
    added = opened_between(found)
    if found.parts or not TOLD_MM < _length(added) <= MOST_AMISS_MM:
        return found
    proximal, distal = found.proximal, found.distal
    before = any(low < proximal.at_mm - proximal.moved_mm for low, _ in added)
    behind = any(high > distal.at_mm - distal.moved_mm for _, high in added)
    start = proximal.at_mm - proximal.moved_mm if before else proximal.at_mm
    end = distal.at_mm - distal.moved_mm if behind else distal.at_mm
    if end - start < LEAST_LENGTH_MM:
        return found
    seen = calcium(found.vessel, start, end, found.levels)
    return replace(found, calcium=seen, chalk_mm=(start, end))


def told_without_opened(
    facts: tuple[MeasuredFact, ...], found: Occlusion
) -> tuple[MeasuredFact, ...]:
    """Return the facts; those of calcium say where it was not looked for between the caps."""
    if found.chalk_mm is None:
        return facts
    where = _said(opened_between(found))
    told = f"Without {where} mm, which a person took in and which is filled with contrast."
    return tuple(
        replace(fact, note=f"{fact.note} {told}".lstrip()) if fact.name in LARGEST else fact
        for fact in facts
    )


def placing_notes(found: Occlusion, edits: Edits, hidden: Sequence[Stretch] = ()) -> list[str]:
    """Return what a person moved and confirmed, and what follows from it."""
    arc = found.vessel.line.arc_mm
    before, behind = float(arc[found.before].mean()), float(arc[found.behind].mean())
    marks = (
        ("S", edits.was.before_mm, edits.shown.before_mm, before),
        ("P", edits.was.proximal_mm, edits.shown.proximal_mm, found.proximal.at_mm),
        ("D", edits.was.distal_mm, edits.shown.distal_mm, found.distal.at_mm),
        ("E", edits.was.behind_mm, edits.shown.behind_mm, behind),
    )
    notes = []
    moved = [
        f"{letter} from {was:.1f} to {to:.1f} mm"
        for letter, was, to, _ in marks
        if letter in edits.moved
    ]
    if moved:
        notes.append(f"A person moved {', '.join(moved)}.")
    if edits.wall:
        walls = ", ".join(f"{at:.1f} mm to a radius of {r:.2f} mm" for at, r in edits.wall)
        notes.append(f"A person corrected the outer wall at {walls}.")
    told = {
        "line": edits.line_confirmed,
        "outer wall": edits.wall_confirmed,
        "caps": edits.caps_confirmed,
        "references": edits.references_confirmed,
        "calcium": edits.calcium_confirmed,
        "branches": edits.branches_confirmed,
    }
    if any(told.values()):
        notes.append(f"A person confirmed {', '.join(name for name, so in told.items() if so)}.")
    notes += [
        f"{letter} lies at {at:.1f} mm, not at {shown:.1f} as in the file: "
        + (
            "a cap that was moved has reached it, so it was placed anew."
            if letter in edits.followed
            else "it was found anew in the corrected wall."
        )
        for letter, _, shown, at in marks
        if shown is not None and letter not in edits.moved and abs(at - shown) > SAME_MM
    ]
    if edits.moved & {"P", "D"}:
        inside = opened_between(found)
        beyond = [piece for side in closed_beyond(found, hidden) for piece in side]
        if _length(inside) > TOLD_MM:
            notes.append(
                f"Between the caps that a person placed contrast is seen from {_said(inside)} mm."
            )
        if _length(beyond) > TOLD_MM:
            notes.append(
                f"Without contrast, but beyond the caps that a person placed: {_said(beyond)} mm."
            )
        unseen = [piece for piece in hidden if not _between(found, piece)]
        if unseen:
            notes.append(
                f"From {_said(unseen)} mm, beyond the caps that a person placed, the stent hides "
                "whether there is contrast; nothing is told of it."
            )
    return notes


def wall_notes(found: Occlusion, as_found: StraightVessel) -> list[str]:
    """Return what speaks against the outer wall as a person corrected it."""
    notes, fat = [], fat_taken_in_mm3(as_found, found.vessel)
    plaque, lost = _left_out(found, as_found)
    if fat >= LEAST_FAT_MM3:
        notes.append(
            f"The outer wall as a person corrected it takes in {fat:.1f} mm3 of fat (below -30 "
            "HU). The plaque volume leaves that out, but not what the blur makes of its border, "
            "which looks like necrotic core; look at the wall in the sections."
        )
    if plaque >= LEAST_LEFT_OUT_MM3:
        notes.append(
            f"The outer wall as a person corrected it leaves out {plaque:.1f} mm3 of what was "
            f"found inside it between the caps, {lost:.1f} of it calcium (from 351 HU); look at "
            "the wall in the sections."
        )
    return notes


def wall_doubts(
    found: Occlusion, as_found: StraightVessel, edits: Edits, rests: Mapping[str, Rest]
) -> list[Doubt]:
    """Return what cannot be trusted where a corrected wall leaves calcium out, or takes fat in."""
    doubts: list[Doubt] = []
    _, lost = _left_out(found, as_found)
    if lost >= LEAST_LEFT_OUT_MM3:
        because = (
            f"The outer wall as a person corrected it leaves out {lost:.1f} mm3 of calcium "
            "(from 351 HU) that was found inside it. Move the wall out to where the calcium ends, "
            "or look whether that calcium lies in another vessel and enter the value that you see."
        )
        here = tuple(name for name in CONTENT if rests[name].in_corrected_wall(edits))
        doubts += doubt_all(here, because)
    fat = sum(
        fat_taken_in_mm3(as_found, found.vessel, each.proximal.at_mm, each.distal.at_mm)
        for each in found.lesions
    )
    if fat >= LEAST_FAT_MM3:
        because = (
            f"The outer wall as a person corrected it takes in {fat:.1f} mm3 of fat (below -30 "
            "HU) between the caps, and the blur of its border counts as necrotic core and plaque. "
            "Move the wall in to where the fat begins, or enter the value that you see."
        )
        doubts += doubt_all(IN_FAT + (OF_CALCIUM if found.calcium.max_arc_deg else ()), because)
    return doubts


def _left_out(found: Occlusion, as_found: StraightVessel) -> tuple[float, float]:
    caps = found.proximal.at_mm, found.distal.at_mm
    return left_out_mm3(as_found, found.vessel, *caps)


def _reference_problems(found: Occlusion, edits: Edits) -> Iterator[Problem]:
    first, last = found.first.proximal.at_mm, found.last.distal.at_mm
    before, behind = edits.places.before_mm, edits.places.behind_mm
    for letter, at, wrong, where in (
        ("S", before, before is not None and before + REFERENCE_HALF_MM > first, "before P"),
        ("E", behind, behind is not None and behind - REFERENCE_HALF_MM < last, "behind D"),
    ):
        if wrong and letter in edits.moved:
            what = f"{letter} is at {at:.1f} mm, and the caps are at {first:.1f} and {last:.1f} mm"
            mend = f"put it in open vessel, at least {REFERENCE_HALF_MM} mm {where}"
            yield Problem(Place("edits", key="references_mm"), what, mend)


def opened_between(found: Occlusion) -> list[Stretch]:
    """Return the open vessel that lies between the caps only because they were moved."""
    proximal, distal = found.proximal, found.distal
    return [
        piece
        for low, high in (
            (proximal.at_mm, proximal.at_mm - proximal.moved_mm),
            (distal.at_mm - distal.moved_mm, distal.at_mm),
        )
        for piece in _common(open_between(found), low, high)
    ]


def _common(stretches: Iterable[Stretch], low: float, high: float) -> Iterator[Stretch]:
    """Yield what stretches have in common with the one from ``low`` to ``high``."""
    for start, end in stretches:
        if min(end, high) - max(start, low) > LEAST_MM:
            yield max(start, low), min(end, high)


def _between(found: Occlusion, piece: Stretch) -> bool:
    return piece[0] < found.distal.at_mm and piece[1] > found.proximal.at_mm


def _without(stretch: Stretch, hidden: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield what is left of a stretch beside those that are hidden."""
    start, end = stretch
    for low, high in [*sorted(hidden), (end, end)]:
        if min(low, end) - start > LEAST_MM:
            yield start, min(low, end)
        start = max(start, high)


def _length(stretches: Iterable[Stretch]) -> float:
    return sum(end - start for start, end in stretches)


def _said(stretches: Iterable[Stretch]) -> str:
    return " and ".join(f"{start:.1f} to {end:.1f}" for start, end in stretches)
