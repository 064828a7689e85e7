"""Side branches at the caps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.branches import Branch, find_branches
from cto_cds_ccta.measure.landing import LARGE_BRANCH_RADIUS_MM
from cto_cds_ccta.measure.lumen import sections_between
from cto_cds_ccta.readings import ANSWER, NOT_SEEN_IS_NOT_NONE, why_unsure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cto_cds_ccta.measure.caps import Cap
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.readings import Reading

NEAR_CAP_MM = 3.0
PAST_CAP_MM = 1.0
SHOWN_MM = 0.05
_LOOK_MM = 8.0
MOST_FWHM_MM = 1.25


def branch_readings(found: Occlusion) -> list[Reading]:
    """Return whether a branch leaves at the proximal caps, and one at the last distal cap."""
    return [_alike([_proximal(each) for each in found.lesions]), _distal(found.last)]


def proximal_branches(found: Occlusion) -> list[Branch]:
    """Return the branches that leave before the proximal cap, and before where contrast ends."""
    stretches = [(cap - _LOOK_MM, cap + PAST_CAP_MM) for cap in _places(found.proximal)]
    return _branches(found, found.levels.proximal_hu, stretches)


def distal_branches(found: Occlusion) -> list[Branch]:
    """Return the branches that leave behind the distal cap, and behind where contrast returns."""
    far = found.distal.taper_mm + _LOOK_MM
    stretches = [(cap - PAST_CAP_MM, cap + far) for cap in _places(found.distal)]
    return _branches(found, found.levels.distal_hu, stretches)


def mouth_doubts(found: Occlusion) -> list[Doubt]:
    """Return doubts about a diameter whose reference a person put into the mouth of a branch."""
    first, last, places = found.first, found.last, found.places
    doubts = []
    if places.before_mm is not None:
        start, end = _stretch(found, found.before)
        near = (max(start - _LOOK_MM, 0.0), min(end + _LOOK_MM, first.proximal.at_mm + PAST_CAP_MM))
        known = (*proximal_branches(first), *_branches(found, first.levels.proximal_hu, [near]))
        doubts += _in_mouth("proximal_vessel_diameter", "S", start, end, known)
    if places.behind_mm is not None:
        start, end = _stretch(found, found.behind)
        total = float(found.vessel.line.arc_mm[-1])
        near = (max(start - _LOOK_MM, last.distal.at_mm - PAST_CAP_MM), min(end + _LOOK_MM, total))
        known = (*distal_branches(last), *_branches(found, last.levels.distal_hu, [near]))
        doubts += _in_mouth("distal_vessel_diameter", "E", start, end, known)
    return doubts


def _stretch(found: Occlusion, sections: slice) -> tuple[float, float]:
    """Return where sections begin and end on the line."""
    at = found.vessel.line.arc_mm[sections]
    return float(at[0]), float(at[-1])


def _in_mouth(
    name: str, mark: str, start_mm: float, end_mm: float, branches: Iterable[Branch]
) -> list[Doubt]:
    """Return the doubt about a diameter that is measured in the mouth of the first sure branch."""
    mouths = (b for b in branches if b.sure and b.from_mm <= end_mm and b.to_mm >= start_mm)
    return [
        Doubt(
            name,
            f"A branch leaves at the reference {mark}: its mouth goes from {mouth.from_mm:.1f} to "
            f"{mouth.to_mm:.1f} mm of the line, the reference from {start_mm:.1f} to "
            f"{end_mm:.1f} mm, and the lumen looks wider there. Move the reference to where none "
            "leaves.",
        )
        for mouth in [*mouths][:1]
    ]


def _places(cap: Cap) -> list[float]:
    """Return where a cap was found, and where a person put it."""
    return [cap.at_mm] if cap.found_mm is None else [cap.found_mm, cap.at_mm]


def _branches(
    found: Occlusion, contrast_hu: float, stretches: list[tuple[float, float]]
) -> list[Branch]:
    """Return the branches of some stretches, each as it is seen in the first that has it."""
    levels, branches = found.levels, list[Branch]()
    for low, high in stretches:
        part = sections_between(found.vessel, low, high)
        seen = find_branches(found.vessel, part, contrast_hu, levels.noise_hu, levels.fwhm_mm)
        branches += [
            one
            for one in seen
            if all(one.to_mm < other.from_mm or one.from_mm > other.to_mm for other in branches)
        ]
    return branches


def _alike(readings: list[Reading]) -> Reading:
    """Return what is seen at the proximal cap of every occlusion, where it is the same."""
    facts = [one for one in readings if isinstance(one, MeasuredFact)]
    if len(facts) < len(readings):
        return next(one for one in readings if isinstance(one, Doubt))
    if len({fact.value for fact in facts}) == 1:
        return facts[0]
    seen = " ".join(f"Occlusion {number}: {fact.note}" for number, fact in enumerate(facts, 1))
    because = f"The proximal caps of the {len(facts)} occlusions differ. {seen}"
    return Doubt(facts[0].name, because)


def _proximal(found: Occlusion) -> Reading:
    cap = found.proximal.at_mm
    branches = proximal_branches(found)
    near = [b for b in branches if -PAST_CAP_MM <= cap - b.to_mm <= NEAR_CAP_MM]
    seen = _reading(
        "side_branch_at_proximal_cap",
        near,
        found,
        "before the proximal cap",
        lambda branch: f"ends at {branch.to_mm:.1f} mm of the line, and the cap is at {cap:.1f} mm",
    )
    ends = found.proximal.found_mm
    if ends is None or not isinstance(seen, MeasuredFact) or seen.value != "no":
        return seen
    if any(-PAST_CAP_MM <= ends - b.to_mm <= NEAR_CAP_MM for b in branches):
        because = (
            f"No branch leaves within {NEAR_CAP_MM:.0f} mm before the cap that a person placed, "
            f"but one leaves where contrast ends, at {ends:.1f} mm. {ANSWER}"
        )
        return Doubt(seen.name, because)
    return seen


def _distal(found: Occlusion) -> Reading:
    cap, taper = found.distal.at_mm, found.distal.taper_mm
    branches = distal_branches(found)
    near = [b for b in branches if -PAST_CAP_MM <= b.from_mm - cap <= taper + NEAR_CAP_MM]
    large = [b for b in near if b.radius_mm >= LARGE_BRANCH_RADIUS_MM or not b.sure]
    small = [b for b in near if b not in large]
    if small and not large:
        most = max(b.radius_mm for b in small)
        because = (
            f"A branch of about {2 * most:.1f} mm leaves at the distal cap; whether it is worth "
            "preserving is for a person to say."
        )
        return Doubt("distal_cap_at_bifurcation", because)
    tip = f", with a taper of {taper:.1f} mm" if taper > SHOWN_MM else ""
    seen = _reading(
        "distal_cap_at_bifurcation",
        large,
        found,
        f"behind the distal cap{' and its taper' if tip else ''}",
        lambda branch: (
            f"begins at {branch.from_mm:.1f} mm of the line, and the cap is at {cap:.1f} mm{tip}"
        ),
    )
    if not isinstance(seen, MeasuredFact) or seen.value != "no":
        return seen
    returns, tapers = found.distal.found_mm, found.distal.found_taper_mm
    if returns is not None and any(
        -PAST_CAP_MM <= b.from_mm - returns <= tapers + NEAR_CAP_MM for b in branches
    ):
        because = (
            f"No branch leaves within {NEAR_CAP_MM:.0f} mm behind the cap that a person placed, "
            f"but one leaves where contrast returns, at {returns:.1f} mm. {ANSWER}"
        )
        return Doubt(seen.name, because)
    return Doubt(seen.name, f"{seen.note} {NOT_SEEN_IS_NOT_NONE}")


def _reading(
    name: str, near: list[Branch], found: Occlusion, where: str, mouth: Callable[[Branch], str]
) -> Reading:
    sure = [branch for branch in near if branch.sure]
    if sure:
        branch = max(sure, key=lambda each: each.radius_mm)
        note = (
            f"A contrast-filled branch of about {2 * branch.radius_mm:.1f} mm leaves the vessel "
            f"{where}: its mouth {mouth(branch)}. Up to {NEAR_CAP_MM:.0f} mm between them count."
        )
        return MeasuredFact(name, "yes", note=note)
    if (because := why_unsure(near, where)) is not None:
        return Doubt(name, because)
    if found.levels.fwhm_mm > MOST_FWHM_MM:
        because = f"No branch is seen, but a blur of {found.levels.fwhm_mm:.1f} mm may hide one."
        return Doubt(name, because)
    note = f"No contrast-filled tube leaves the vessel within {NEAR_CAP_MM:.0f} mm {where}."
    return MeasuredFact(name, "no", note=note)
