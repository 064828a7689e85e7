"""What each fact rests on, and hence whether a person has looked at it or changed it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cto_cds_ccta.edits import WALL_REACH_MM
from cto_cds_ccta.judgement import BENDS, CLASS_FACTS
from cto_cds_ccta.measure.chalk import CAP_MM
from cto_cds_ccta.measure.occlusion import REFERENCE_HALF_MM
from cto_cds_ccta.readings.landing import NAMES as LANDING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from cto_cds.facts.measured import MeasuredFact

    from cto_cds_ccta.edits import Edits
    from cto_cds_ccta.measure.landing import LandingZone
    from cto_cds_ccta.measure.occlusion import Occlusion

Stretch = tuple[float, float]

OF_THE_SCAN = ("tube_voltage", "image_quality", "calcium_score", "in_stent")
OF_OTHERS = "the caps of the other occlusions"
CONTRAST = "where contrast was found to return"
"""Marks that nobody can confirm or move: what rests on them stays as it was found."""
NEAR_CAP_MM = 5.0
_SIGMAS = 3.0
_CALCIUM_INSIDE = (
    "calcium_area_fraction",
    "calcium_arc",
    "calcification",
    "calcium_proximal_cap",
    "calcium_body",
    "calcium_distal_cap",
)
_CONTENT = ("plaque_volume", "percent_atheroma_volume", *CLASS_FACTS, *_CALCIUM_INSIDE)
FOUND_ANEW = (
    "occlusion_length",
    "occlusion_count",
    "stump",
    "side_branch_at_proximal_cap",
    "distal_cap_at_bifurcation",
    *BENDS,
)
"""What is found anew in a corrected wall, and may be what it was."""
READ_OFF = (
    "occlusion_length",
    "occlusion_count",
    "stump",
    *BENDS,
    "proximal_vessel_diameter",
    "distal_vessel_diameter",
    "plaque_volume",
    "percent_atheroma_volume",
)
"""What line, wall, caps and references give: who confirms those confirms these."""
CALCIUM = (
    "dense_calcium_volume",
    "dense_calcium_pav",
    *_CALCIUM_INSIDE,
    "landing_zone_calcium",
)
BRANCHES = (
    "side_branch_at_proximal_cap",
    "distal_cap_at_bifurcation",
    "landing_zone_large_branch",
)
ABSENT = ("none", "no")


@dataclass(frozen=True, slots=True)
class Rest:
    """What a fact rests on, beside the line.

    Attributes:
        marks: Letters of the marks whose position it changes with.
        wall_mm: The stretches of the outer wall that it is measured in.
    """

    marks: frozenset[str]
    wall_mm: tuple[Stretch, ...]

    def in_corrected_wall(self, edits: Edits) -> bool:
        """Whether a person corrected the wall that it is measured in."""
        reach = _SIGMAS * WALL_REACH_MM
        return any(
            low - reach < at < high + reach for at, _ in edits.wall for low, high in self.wall_mm
        )

    def confirmed(self, edits: Edits) -> bool:
        """Whether a person found everything right that it rests on."""
        sure = edits.line_confirmed and (edits.wall_confirmed or not self.wall_mm)
        return sure and self.marks <= edits.confirmed


def rests_of(found: Occlusion, zone: LandingZone, followed: frozenset[str]) -> Mapping[str, Rest]:
    """Return what each fact rests on; what is missing rests on the scan alone.

    Args:
        found: The occlusion.
        zone: Its landing zone.
        followed: Letters of the references that were placed anew because a cap was moved.
    """
    arc = found.vessel.line.arc_mm
    first, last = found.proximal.at_mm, found.distal.at_mm
    entry = (first - NEAR_CAP_MM, first + NEAR_CAP_MM)
    leave = (last - NEAR_CAP_MM, last + NEAR_CAP_MM)
    before, behind = (
        (float(arc[piece].mean()) - REFERENCE_HALF_MM, float(arc[piece].mean()) + REFERENCE_HALF_MM)
        for piece in (found.before, found.behind)
    )
    several = frozenset({OF_OTHERS}) if found.parts else frozenset()
    caps = frozenset("PD") | several
    closed = tuple((each.proximal.at_mm, each.distal.at_mm) for each in found.lesions)
    # A cap that a person placed does not move with the wall.
    at_p = () if found.proximal.placed else (entry,)
    at_d = () if found.distal.placed else (leave,)
    rests = {
        "occlusion_length": Rest(caps, (*at_p, *at_d)),
        "max_bend": Rest(caps, (*at_p, *at_d)),
        "occlusion_count": Rest(frozenset("PD"), ((0.0, float(arc[-1])),)),
        "stump": Rest(frozenset("P") | several, (entry,)),
        "side_branch_at_proximal_cap": Rest(frozenset("P") | several, (entry,)),
        "distal_cap_at_bifurcation": Rest(frozenset("D") | several, (leave,)),
        "proximal_vessel_diameter": Rest(frozenset("S"), (before,)),
        "distal_vessel_diameter": Rest(frozenset("E"), (behind,)),
    }
    exit_cap = frozenset("D") | several
    rests |= {f"bends_over_{limit}": Rest(exit_cap, at_d) for limit in (70, 90, 120)}
    rests |= {name: Rest(caps, closed) for name in _CONTENT}
    if found.length_mm >= 3 * CAP_MM:  # else a third of the length, which both caps make
        for letter, name, piece in (
            ("P", "calcium_proximal_cap", (first, first + CAP_MM)),
            ("D", "calcium_distal_cap", (last - CAP_MM, last)),
        ):
            stretches = closed if several else (piece,)
            rests[name] = Rest(frozenset(letter) | several, stretches)
    # A zone that begins where contrast returns, and not at the cap, did not move with the cap.
    zone_from = exit_cap if zone.left_mm is None else frozenset({CONTRAST})
    rests |= {name: Rest(zone_from, ((zone.from_mm, zone.to_mm),)) for name in LANDING}
    for letter, cap, name in (
        ("S", "P", "proximal_vessel_diameter"),
        ("E", "D", "distal_vessel_diameter"),
    ):
        if letter in followed:
            rests[name] = replace(rests[name], marks=frozenset((letter, cap)))
    return rests


def with_status(
    fact: MeasuredFact,
    rests: Mapping[str, Rest],
    edits: Edits,
    in_wall_found: Mapping[str, int | Decimal | str],
) -> MeasuredFact:
    """Return a fact with the status that the edits give it.

    Args:
        fact: The fact.
        rests: What each fact rests on.
        edits: What a person confirmed or changed.
        in_wall_found: The values without corrections of the wall, where there are some.
    """
    rest = rests.get(fact.name)
    if rest is None:
        return fact
    if fact.name in FOUND_ANEW:
        corrected = bool(edits.wall) and fact.value != in_wall_found.get(fact.name)
    else:
        corrected = rest.in_corrected_wall(edits)
    if corrected or rest.marks & edits.moved:
        return replace(fact, status="auto" if _is_absent(fact) else "edited")
    looked_at = (
        fact.name in READ_OFF
        or (fact.name in CALCIUM and edits.calcium_confirmed)
        or (fact.name in BRANCHES and edits.branches_confirmed)
    )
    return replace(fact, status="confirmed" if looked_at and rest.confirmed(edits) else "auto")


def _is_absent(fact: MeasuredFact) -> bool:
    """Whether nothing was seen: who moves a mark or the wall did not look for it."""
    return fact.value in ABSENT or (fact.name in CALCIUM and fact.value == 0)
