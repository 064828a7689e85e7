"""The published algorithms, written down a third time, from the tables of the specification.

Nothing here is taken from the rule files or shares code with the engine. A case is a mapping from
places of the case file to words, numbers and lists, and all of it is known. What a table leaves
open is left open here too: then several strategies may come first, or nothing is said.
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
        moves: Whether what was tried moves: to the front while it makes progress, else to the end.
    """

    first: frozenset[str] = frozenset()
    before: tuple[tuple[str, str], ...] = ()
    offers: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moves: bool = False


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


def tried(case: Case) -> tuple[str, ...]:
    """Return the strategies already tried, the latest last."""
    found = case["procedure.strategies_tried"]
    assert isinstance(found, tuple)  # noqa: S101  the grid gives a list here
    return found


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
    """Section 10.3: the wire in the distal true lumen, or said so."""
    return word(case, "procedure.well_advanced") == "yes" or wire(case) == "distal true lumen"


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


def used_up(case: Case, *also: str, reentry_open: bool = True) -> bool:
    """No remaining option: wiring, re-entry and the retrograde way, and what else there is."""
    used = set(tried(case))
    back = bool({RWE, RDR} & used) or not collaterals(case)
    others = not also or bool(set(also) & used)
    return AWE in used and (ADR in used or not reentry_open) and back and others


NO_OPTION_LEFT = says(INVEST, STOP)


def in_the_laboratory(
    case: Case,
    base: Callable[[Case], Told],
    *,
    stop: Callable[[Case], bool] = hard_stop,
    used: Callable[[Case], bool] = used_up,
    injected: Callable[[Case], bool] = lambda case: case["procedure.dual_injection_done"] == "yes",
    left: Told = NO_OPTION_LEFT,
) -> Told:
    """The common ground: injection, stop, change of strategy, a wire that has arrived."""
    if planning(case):
        return base(case)
    if not injected(case):
        return says(NOTHING)
    if stop(case):
        return says(STOP)
    if tried(case) and no_progress(case) and used(case):
        return left
    if wire(case) == "distal true lumen":
        return says(NOTHING)
    return replace(base(case), moves=True)


# Section 1


def hybrid(case: Case) -> Told:
    return in_the_laboratory(case, _hybrid)


def _hybrid(case: Case) -> Told:
    four = frozenset({AWE, ADR, RWE, RDR})
    if not planning(case) and wire(case) == "extraplaque":  # H8
        return says(ADR, by={ADR: ("stingray", "last", "star")}, offers=four)
    by: dict[str, tuple[str, ...]] = {}
    if word(case, "angiography.in_stent") == "yes":  # H9
        by[ADR] = ("crossboss",)
    if not ambiguous_cap(case) and not poor_target(case):  # H2, H3
        return says(ADR if long_occlusion(case) else AWE, offers=four, by=by)
    if collaterals(case):  # H4, H5
        return says(RDR if long_occlusion(case) else RWE, offers=four, by=by)
    if ambiguous_cap(case):  # H6
        by = {AWE: ("ivus_guided_entry",), ADR: (*by.get(ADR, ()), "move_the_cap")}
    return says(AWE, ADR, offers=frozenset({AWE, ADR}), by=by)


# Section 2


def asia_pacific(case: Case) -> Told:
    return in_the_laboratory(case, _asia_pacific, used=lambda case: used_up(case, PARALLEL, IVUS))


def _asia_pacific(case: Case) -> Told:
    if not planning(case) and wire(case) == "extraplaque":
        return _asia_pacific_outside(case)
    if ambiguous_cap(case):
        if word(case, "angiography.side_branch_takes_ivus") == "yes":  # A2
            guided = _asia_pacific_front(case)
            return replace(guided, by={**guided.by, AWE: ("ivus_guided_entry",)})
        if collaterals(case):  # A3
            return _asia_pacific_back(case)
        return says(ADR, by={ADR: ("base", "scratch_and_go")})
    if poor_target(case) and collaterals(case):  # A4
        return _asia_pacific_back(case)
    return _asia_pacific_front(case)


def _asia_pacific_back(case: Case) -> Told:
    """A9: straight to reverse CART, directed where the course is clear."""
    technique = "reverse_cart" if ambiguous_course(case) else "directed_reverse_cart"
    return says(RDR, by={RDR: (technique,)})


def _asia_pacific_front(case: Case) -> Told:
    if word(case, "angiography.in_stent") == "yes":  # A5
        return says(ADR, by={ADR: ("crossboss", "stingray")})
    ambiguous = ambiguous_course(case)
    factors = [
        severe_calcium(case),
        tortuous(case),
        long_occlusion(case),
        word(case, "history.prior_failed_attempt") == "yes",
    ]
    if ambiguous and sum(factors) >= 2:  # section 2.2
        return says(ADR, by={ADR: ("knuckle",)})
    if ambiguous:
        return says(AWE, by={ADR: ("knuckle",)})
    if severe_calcium(case):
        return says(AWE, by={ADR: ("knuckle",)}, before=((ADR, PARALLEL), (ADR, RDR)))
    return says(AWE, offers=frozenset({ADR, PARALLEL, IVUS}))


def _asia_pacific_outside(case: Case) -> Told:
    """A8, with the four conditions for re-entry and what predicts its failure."""
    branch = "yes" in {
        case["angiography.landing_zone_large_branch"],
        case["angiography.distal_cap_at_bifurcation"],
    }
    calcified = word(case, "angiography.landing_zone_calcium") == "severe"
    if branch or calcified or poor_target(case):  # A8b
        return says(PARALLEL, before=in_order(PARALLEL, IVUS, ADR), not_by={ADR: ("stingray",)})
    return says(ADR, by={ADR: ("stingray", "last")}, offers=frozenset({PARALLEL, IVUS}))


# Section 3


def eurocto(case: Case) -> Told:
    def base(case: Case) -> Told:
        if severe_calcium(case):  # E3
            return says(ADR, by={ADR: ("knuckle",)}, offers=frozenset({AWE}))
        return says(AWE)  # E2

    def ending(case: Case) -> bool:  # E8
        limits = (
            number(case, "procedure.duration") > 180
            or contrast_times(case, 4)
            or number(case, "procedure.air_kerma") > 5
        )
        return no_progress(case) and limits

    def said(case: Case) -> bool:
        """E5 was not read, and is not written down: after E2 and E3 there is silence."""
        return AWE in tried(case) and (ADR in tried(case) or not severe_calcium(case))

    return in_the_laboratory(case, base, stop=ending, used=said, left=says(NOTHING))


# Section 4


def global_algorithm(case: Case) -> Told:
    def injected(case: Case) -> bool:  # G1
        own_artery = (
            case["angiography.collateral_route"] == "ipsilateral"
            and case["angiography.sole_collateral"] == "yes"
        )
        flush = case["angiography.flush_aorto_ostial"] == "yes"
        return case["procedure.dual_injection_done"] == "yes" or own_artery or flush

    def stop(case: Case) -> bool:  # G10
        return hard_stop(case) or word(case, "procedure.reason_to_end") != "none"

    return in_the_laboratory(case, _global, stop=stop, injected=injected)


def _global(case: Case) -> Told:
    if not planning(case) and wire(case) == "extraplaque":
        return Told()
    by: dict[str, tuple[str, ...]] = {}
    if ambiguous_cap(case):  # G3
        if word(case, "angiography.side_branch_takes_ivus") == "yes":
            by[AWE] = ("ivus_guided_entry",)
        elif collaterals(case):
            return _global_back(case)
        else:
            return says(ADR, by={ADR: ("move_the_cap",)})
    if poor_target(case):  # G4
        if collaterals(case):
            return _global_back(case)
        return says(AWE, by=by)
    dissect = _dissect(case)
    wiring = (RDR, RWE) if dissect else (RWE, RDR)
    if word(case, "angiography.distal_cap_at_bifurcation") == "yes":
        wiring = (RDR, RWE) if severe_calcium(case) else (RWE, RDR)
        by[AWE] = (*by.get(AWE, ()), "dual_lumen_microcatheter")
        before = (wiring, (AWE, ADR), (IVUS, ADR), (RWE, ADR))
        return says(AWE, by=by, before=before, offers=frozenset({IVUS}))
    if dissect:
        by[ADR] = ("knuckle", "stingray")
    return says(AWE, by=by, before=(wiring, (ADR, RWE), (ADR, RDR)))


def _dissect(case: Case) -> bool:
    """Section 4.2: retrograde dissection instead of retrograde wiring."""
    unclear = ambiguous_course(case)
    return severe_calcium(case) or long_occlusion(case) or unclear or tortuous(case)


def _global_back(case: Case) -> Told:
    return says(RDR) if _dissect(case) else says(RWE)


# Section 5.2


def suits_reentry(case: Case) -> bool:
    """C4: longer than 20 mm, no diffuse distal disease, no large branch in the landing zone."""
    return (
        number(case, "angiography.occlusion_length") > 20
        and word(case, "angiography.distal_disease") != "diffuse"
        and word(case, "angiography.landing_zone_large_branch") == "no"
    )


def china(case: Case) -> Told:
    def used(case: Case) -> bool:
        return used_up(case, PARALLEL, IVUS, reentry_open=suits_reentry(case))

    return in_the_laboratory(case, _china, used=used)


def _china(case: Case) -> Told:
    never = frozenset() if suits_reentry(case) else frozenset({ADR})
    if not planning(case) and wire(case) == "extraplaque":
        return Told(never=never, before=((PARALLEL, IVUS), (IVUS, RWE)))
    if word(case, "angiography.stump") == "tapered":  # C2, C4, C8
        failed = word(case, "history.prior_failed_attempt") == "yes"
        order = (*in_order(AWE, PARALLEL, IVUS), (IVUS, RWE))
        return says(ADR if failed and not never else AWE, never=never, before=order)
    if collaterals(case):  # C3
        return says(RWE, RDR, never=never, before=((RWE, AWE), (RDR, AWE)))
    return says(AWE if never else ADR, never=never)  # C4: poor collaterals


# Section 6.1


def heavy_calcium(case: Case) -> Told:
    return in_the_laboratory(case, _heavy_calcium)


def _heavy_calcium(case: Case) -> Told:
    fit = not poor_target(case) and word(case, "angiography.landing_zone_calcium") in {
        "none",
        "mild",
    }
    round_it = says(ADR if fit else RDR)  # M6
    if not planning(case):
        if wire(case) == "extraplaque":
            return replace(round_it, before=() if fit else ((RDR, ADR),))
        at_the_cap = wire(case) in {"proximal to cap", "in cap"}
        if at_the_cap and word(case, "procedure.cap_penetrable") == "no":  # M3, M4
            by = {
                AWE: ("guide_support", "penetrating_microcatheter", "carlino"),
                ADR: ("move_the_cap", "base"),
            }
            return Told(by=by, offers=frozenset({AWE, ADR, RDR}))
    if long_occlusion(case) or tortuous(case):  # M5
        by = {ADR: ("knuckle",)} if fit else {}
        return replace(round_it, by=by, never=frozenset() if fit else frozenset({ADR}))
    return says(AWE, RWE, before=((AWE, ADR), (RWE, ADR), (RWE, RDR)))  # M2


# Sections 6.2, 6.3, 7.2, 8.3


def uncrossable(case: Case) -> Told:
    if word(case, "procedure.device_crosses") == "no":  # table 2
        ladder = (
            "guide_support",
            "small_balloon",
            "guide_extension",
            "anchor_balloon",
            "penetrating_microcatheter",
            "bam",
            RA,
            LASER,
            OA,
            ADR,
            RDR,
        )
        by = {ADR: ("base", "side_base", "power_knuckle")}
        return says(ladder[0], before=in_order(*ladder), offers=frozenset(ladder), by=by)
    if word(case, "procedure.nc_balloon_reaches") == "no":  # P8
        return says(RA, OA, LASER, before=((RA, NC), (OA, NC), (LASER, NC)))
    return says(NC)  # P1


def undilatable(case: Case) -> Told:
    if word(case, "procedure.balloon_expands") == "yes":  # P2
        return says(NOTHING)
    if word(case, "procedure.track") != "intraplaque":  # P7
        never = frozenset({HIGH, OPN, OA, LASER, CUTTING, SCORING, "bam"})
        return says(NC, never=never, before=((NC, RA), (IVL, RA)))
    if word(case, "angiography.in_stent") == "yes":  # 8.3, special
        return says(NC, SCORING, before=((SCORING, IVL), (RA, OA)))
    if word(case, "ivus.calcium_distribution") == "eccentric":  # P6
        return says(IVL, offers=frozenset({RA, OA}))
    if word(case, "ivus.calcium_depth") == "deep":  # P5
        return says(IVL)
    ladder = (HIGH, CUTTING, IVL, OPN, RA, LASER)  # P4, 8.3
    offers = frozenset({*ladder, SCORING, OA})
    return says(HIGH, NC, before=(*in_order(*ladder), (SCORING, IVL), (OA, LASER)), offers=offers)


def scai_calcium(case: Case) -> Told:
    if word(case, "procedure.phase") == "stent optimisation":  # MH11
        return says(NOTHING)
    if word(case, "ivus.calcified_nodule") == "yes":  # SC5
        return says(RA, OA, IVL, offers=frozenset({RA, OA, IVL}))
    arc, length = (number(case, f"ivus.{n}") for n in ("superficial_calcium_arc", "calcium_length"))
    by_ultrasound = sum(
        (
            arc > 270 and length > 5,
            arc >= 360,
            word(case, "ivus.calcified_nodule") == "yes",
            number(case, "ivus.vessel_diameter") < Decimal("3.5"),
        )
    )
    by_light = (
        2 * (number(case, "oct.superficial_calcium_arc") > 180)
        + (number(case, "oct.calcium_thickness") > Decimal("0.5"))
        + (number(case, "oct.calcium_length") > 5)
    )
    if by_ultrasound >= 2 or by_light == 4:  # SC4
        return says(IVL, RA, OA, offers=frozenset({IVL, RA, OA}))
    return says(NC, offers=frozenset({CUTTING, SCORING}), never=frozenset({RA, OA}))  # SC3


# Sections 10.3 and 10.4


def stop_limits(case: Case) -> Told:
    tired = word(case, "procedure.reason_to_end") != "none"
    if word(case, "procedure.phase") != "crossing":
        stopped = complication(case) or contrast_times(case, 3) or tired
        return says(STOP) if stopped else says(NOTHING)
    if hard_stop(case) or tired:
        return says(STOP)
    able_back = word(case, "operator.can_retrograde") == "yes" and collaterals(case)
    used = set(tried(case))
    nothing_left = (
        no_progress(case)
        and AWE in used
        and (ADR in used or word(case, "operator.can_adr") == "no")
        and (bool({RWE, RDR} & used) or not able_back)
    )
    return says(STOP, INVEST) if nothing_left else says(NOTHING)


def indication(case: Case) -> Told:
    reason = word(case, "history.symptoms") != "none" or (
        word(case, "history.territory_ischaemia") == "present"
        and word(case, "history.territory_viability") == "viable"
    )
    return says(NOTHING) if reason else says(NOT_AT_ALL)


ALGORITHMS: Mapping[str, Callable[[Case], Told]] = {
    "hybrid": hybrid,
    "asia_pacific": asia_pacific,
    "eurocto": eurocto,
    "global": global_algorithm,
    "china": china,
    "heavy_calcium": heavy_calcium,
    "uncrossable": uncrossable,
    "undilatable": undilatable,
    "scai_calcium": scai_calcium,
    "stop_limits": stop_limits,
    "indication": indication,
}


def complaints(told: Told, options: Options, case: Case) -> list[str]:
    """Return in what a list of options, best first, is not what the table says."""
    names = [name for name, _ in options]
    found = []
    if told.moves and tried(case):
        found += _moved(told, names, case)
    else:
        first = names[0] if names else NOTHING
        if told.first and first not in told.first:
            found.append(f"{first} comes first instead of {' or '.join(sorted(told.first))}")
        found += [
            f"{one} does not stand before {other}"
            for one, other in told.before
            if one in names and other in names and names.index(one) > names.index(other)
        ]
    found += [f"{name} is missing" for name in sorted(told.offers.difference(names))]
    found += [f"{name} is on the list" for name in sorted(told.never.intersection(names))]
    for name, techniques in options:
        wanted = told.by.get(name, ())
        places = [techniques.index(t) for t in wanted if t in techniques]
        if len(places) < len(wanted) or places != sorted(places):
            found.append(f"{name} goes by {techniques} and not by {wanted}")
        found += [f"{name} goes by {t}" for t in told.not_by.get(name, ()) if t in techniques]
    missing = set(told.by).difference(names)
    return found + [f"{name} is missing" for name in sorted(missing)]


def _moved(told: Told, names: list[str], case: Case) -> list[str]:
    """What was tried last leads while it makes progress; without progress what was tried ends."""
    used = [name for name in tried(case) if name in names]
    new = [name for name in names if name not in used]
    if not no_progress(case):
        if used and names[0] != used[-1]:
            return [f"{names[0]} comes first, and {used[-1]} was in use"]
        return []
    if [*names] != [*new, *[name for name in names if name in used]]:
        return [f"something tried stands before something new: {names}"]
    if new and told.first.intersection(new) and new[0] not in told.first:
        return [f"{new[0]} comes first instead of {' or '.join(sorted(told.first))}"]
    return []
