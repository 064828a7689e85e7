"""What a table of the specification says of a case, and what a case says in the words of a table.

A case is a mapping from places of the case file to words, numbers and lists, and all of it is
known. What a table leaves open is left open here too: then several strategies may come first, or
nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

Known = Decimal | str | tuple[str, ...]
Case = Mapping[str, Known]
Options = Sequence[tuple[str, tuple[str, ...]]]

AWE, PARALLEL, IVUS = "antegrade_wire_escalation", "parallel_wire", "ivus_guided_wiring"
ADR, RWE, RDR = (
    "antegrade_dissection_reentry",
    "retrograde_wire_escalation",
    "retrograde_dissection_reentry",
)
STOP, INVEST, NOT_AT_ALL = "stop", "investment_procedure", "do_not_attempt"
NOTHING = "nothing"
RA, OA, LASER = "rotational_atherectomy", "orbital_atherectomy", "laser_atherectomy"
NC, HIGH, OPN = "nc_balloon", "high_pressure_balloon", "very_high_pressure_balloon"
CUTTING, SCORING, IVL = "cutting_balloon", "scoring_balloon", "ivl"


@dataclass(frozen=True)
class Told:
    """What a table says of a case.

    Attributes:
        first: What may come first; empty while the table leaves that open.
        before: Pairs of which the first stands before the second.
        offers: What has to be on the list.
        never: What must not be on it.
        by: Techniques that go with a strategy, in this order among themselves.
        not_by: Techniques that do not.
        moves: Where what was tried goes: to the "front" or the "end"; empty while it stays.
    """

    first: frozenset[str] = frozenset()
    before: tuple[tuple[str, str], ...] = ()
    offers: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moves: str = ""


def says(
    *first: str,
    before: tuple[tuple[str, str], ...] = (),
    offers: frozenset[str] = frozenset(),
    never: frozenset[str] = frozenset(),
    by: Mapping[str, tuple[str, ...]] | None = None,
    not_by: Mapping[str, tuple[str, ...]] | None = None,
) -> Told:
    """Return what a table says that names what comes first."""
    return Told(frozenset(first), before, offers, never, by or {}, not_by or {})


def in_order(*names: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a list that is given in order."""
    return tuple((a, b) for i, a in enumerate(names) for b in names[i + 1 :])


# Section 0.3: what the tables ask for


def word(case: Case, name: str) -> str:
    """Return a word."""
    found = case[name]
    assert isinstance(found, str)  # noqa: S101  the grid gives words here
    return found


def number(case: Case, name: str) -> Decimal:
    """Return a number."""
    found = case[name]
    assert isinstance(found, Decimal)  # noqa: S101  the grid gives numbers here
    return found


def listed(case: Case, name: str) -> tuple[str, ...]:
    """Return the words of a fact that is a list."""
    found = case[name]
    assert isinstance(found, tuple)  # noqa: S101  the grid gives a list here
    return found


def tried(case: Case) -> tuple[str, ...]:
    """Return the strategies already tried, the latest last."""
    return listed(case, "procedure.strategies_tried")


def planning(case: Case) -> bool:
    return word(case, "procedure.phase") == "planning"


def ambiguous_cap(case: Case) -> bool:
    """CT-CAP: an entry that CT shows is not ambiguous, nor is one that angiography shows."""
    return "clear" not in {case["angiography.proximal_cap"], case["ccta.proximal_cap"]}


def ambiguous_course(case: Case) -> bool:
    """CT-COURSE: a course that CT traces is not ambiguous, nor is one that angiography shows."""
    return "clear" not in {case["angiography.vessel_course"], case["ccta.vessel_course"]}


def long_occlusion(case: Case) -> bool:
    return number(case, "angiography.occlusion_length") >= 20


def poor_target(case: Case) -> bool:
    return (
        number(case, "angiography.distal_vessel_diameter") < 2
        or number(case, "angiography.distal_stenosis") > 50
        or word(case, "angiography.distal_disease") == "diffuse"
    )


def severe_calcium(case: Case) -> bool:
    return (
        number(case, "ccta.calcium_area_fraction") >= 50
        or word(case, "ccta.calcification") == "severe"
    )


def tortuous(case: Case) -> bool:
    return (
        number(case, "angiography.bends_over_70") >= 2
        or number(case, "angiography.bends_over_90") >= 1
    )


def collaterals(case: Case) -> bool:
    return word(case, "angiography.interventional_collaterals") == "yes"


def wire(case: Case) -> str:
    return word(case, "procedure.wire_position")


def well_advanced(case: Case) -> bool:
    """Section 10.3: the wire in the distal true lumen, or said so with a wire past the cap."""
    past = wire(case) in {"intraplaque", "extraplaque"}
    said = word(case, "procedure.well_advanced") == "yes"
    return (said and past) or wire(case) == "distal true lumen"


def contrast_times(case: Case, limit: int) -> bool:
    """Whether more contrast was given than so many times the filtration rate."""
    return number(case, "procedure.contrast") > limit * number(case, "history.egfr")


def complication(case: Case) -> bool:
    return word(case, "procedure.complication") != "none"


def hard_stop(case: Case) -> bool:
    """Section 10.3: a complication; contrast over 3 x; 7 Gy unless well advanced."""
    radiation = number(case, "procedure.air_kerma") >= 7 and not well_advanced(case)
    return complication(case) or contrast_times(case, 3) or radiation


def no_progress(case: Case) -> bool:
    """Section 1.2: a parameter of 10 minutes."""
    return number(case, "procedure.minutes_without_progress") >= 10


def failed(case: Case) -> bool:
    """H7, H8, M2: no progress, or wiring from the front whose wire lies outside the plaque."""
    used = set(tried(case))
    wired = bool(used) and not {ADR, RDR} & used and tried(case)[-1] != RWE
    left = wire(case) == "extraplaque" and wired
    return no_progress(case) or left


def hard_cap(case: Case) -> bool:
    """M3: no wire enters the cap."""
    outside = wire(case) in {"proximal to cap", "in cap"}
    return outside and word(case, "procedure.cap_penetrable") == "no"


def retrograde_used_up(case: Case) -> bool:
    """No collateral, or reverse CART done; after a retrograde wire alone it is left."""
    return not collaterals(case) or RDR in tried(case)


def joining(case: Case) -> bool:
    """A retrograde wire is in use, and the wire from the front lies outside the plaque."""
    return wire(case) == "extraplaque" and tried(case)[-1:] == (RWE,)


def named_used_up(case: Case) -> bool:
    """Wiring, re-entry and the retrograde way: what the flow charts without a second wire name."""
    used = set(tried(case))
    wired = AWE in used or wire(case) == "extraplaque"
    return wired and ADR in used and retrograde_used_up(case)


def used_up(case: Case) -> bool:
    """Section 10.3, no remaining option: a second wire and ultrasound count as well."""
    wired = {AWE, PARALLEL, IVUS} <= set(tried(case))
    return no_progress(case) and wired and named_used_up(case)


NO_OPTION_LEFT = says(INVEST, STOP)


def in_the_laboratory(
    case: Case,
    base: Callable[[Case], Told],
    *,
    stop: Callable[[Case], bool] = hard_stop,
    used: Callable[[Case], bool] = named_used_up,
    injected: Callable[[Case], bool] = lambda case: case["procedure.dual_injection_done"] == "yes",
    ended: Callable[[Case], bool] = used_up,
    over: Callable[[Case], bool] = failed,
) -> Told:
    """The common ground: injection, stop, change of strategy, a wire that has arrived."""
    if planning(case):
        return base(case)
    if not injected(case):
        return says(NOTHING)
    if stop(case):
        return says(STOP)
    if ended(case):
        return NO_OPTION_LEFT
    if (tried(case) and over(case) and used(case)) or wire(case) == "distal true lumen":
        return says(NOTHING)
    begun = {ADR, RDR} & set(tried(case))
    if over is failed and wire(case) == "extraplaque" and not over(case):  # H8, M6
        if joining(case):
            return says(RDR)
        if begun:
            return says(*begun, before=((ADR, AWE), (RDR, AWE), (ADR, RWE), (RDR, RWE)))
    return replace(base(case), moves="end" if over(case) else "front")


# Section 1
