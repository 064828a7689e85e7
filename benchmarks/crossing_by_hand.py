"""The algorithms for crossing, written down a third time, from the tables of the specification."""

from __future__ import annotations

from dataclasses import replace

from told_by_hand import (
    ADR,
    AWE,
    IVUS,
    NOTHING,
    PARALLEL,
    RDR,
    RWE,
    Case,
    Told,
    ambiguous_cap,
    ambiguous_course,
    collaterals,
    complication,
    contrast_times,
    hard_cap,
    hard_stop,
    in_order,
    in_the_laboratory,
    joining,
    listed,
    long_occlusion,
    no_progress,
    number,
    planning,
    poor_target,
    retrograde_used_up,
    says,
    severe_calcium,
    tortuous,
    tried,
    used_up,
    well_advanced,
    wire,
    word,
)


def _any_reason_to_stop(case: Case) -> bool:
    """H10 and G10: every stop condition of section 10.3, what the team says among them."""
    return hard_stop(case) or word(case, "procedure.reason_to_end") != "none"


def hybrid(case: Case) -> Told:
    return in_the_laboratory(case, _hybrid, stop=_any_reason_to_stop)


def _hybrid(case: Case) -> Told:
    four = frozenset({AWE, ADR, RWE, RDR})
    if not planning(case) and wire(case) == "extraplaque":  # H8
        by_device = {ADR: ("stingray", "last", "star")}
        return says(ADR, by=by_device, offers=four)
    by: dict[str, tuple[str, ...]] = {}
    if word(case, "angiography.in_stent") == "yes":  # H9
        by[ADR] = ("crossboss",)
    landing = long_occlusion(case) and _bad_landing_zone(case)  # H1 (c), H3b
    if not ambiguous_cap(case) and not poor_target(case) and not landing:  # H2, H3
        return says(ADR if long_occlusion(case) else AWE, offers=four, by=by)
    if collaterals(case):  # H4, H5
        return says(RDR if long_occlusion(case) else RWE, offers=four, by=by)
    if ambiguous_cap(case):  # H6
        by = {AWE: ("ivus_guided_entry",), ADR: (*by.get(ADR, ()), "move_the_cap")}
    return says(AWE, ADR, offers=frozenset({AWE, ADR}), by=by)


def _bad_landing_zone(case: Case) -> bool:
    """H1 (c) reads calcium and branches with the distal vessel."""
    branch = word(case, "angiography.landing_zone_large_branch") == "yes"
    return branch or word(case, "angiography.landing_zone_calcium") == "severe"


# Section 2


def ultrasound_at_the_cap(case: Case) -> bool:
    """A2: a side branch takes the catheter, and what the entry needs is here."""
    lacks = {"ultrasound_catheter", "large_guide_catheter", "ivus_guided_entry"}
    here = lacks.isdisjoint(listed(case, "center.missing_equipment"))
    return here and word(case, "angiography.side_branch_takes_ivus") == "yes"


def asia_pacific(case: Case) -> Told:
    def stop(case: Case) -> bool:  # A10; its 3.7 x is quoted only
        limits = number(case, "procedure.duration") > 180 or number(case, "procedure.air_kerma") > 5
        return hard_stop(case) or (limits and not well_advanced(case))

    told = in_the_laboratory(case, _asia_pacific, stop=stop, used=used_up, over=no_progress)
    return says(RDR) if told.moves == "front" and joining(case) else told


def _asia_pacific(case: Case) -> Told:
    if not planning(case) and wire(case) == "extraplaque":
        return _asia_pacific_outside(case)
    if ambiguous_cap(case):
        if ultrasound_at_the_cap(case):  # A2
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
    if severe_calcium(case) or sum(factors) >= 2:
        return says(AWE, by={ADR: ("knuckle",)}, before=((ADR, PARALLEL), (ADR, RDR)))
    past = not planning(case) and wire(case) != "proximal to cap"
    stuck = past and AWE in tried(case) and no_progress(case)
    if _unfit_for_a_balloon(case) or stuck:  # A8b, and the four conditions of section 2.1
        without = {ADR: ("stingray",)} if _unfit_for_a_balloon(case) else {}
        return says(AWE, before=in_order(PARALLEL, IVUS, ADR), not_by=without)
    return says(AWE, before=in_order(ADR, PARALLEL, IVUS))


def _unfit_for_a_balloon(case: Case) -> bool:
    """What predicts failure of re-entry: a branch, calcium or a poor vessel beyond the cap."""
    branch = "yes" in {
        case["angiography.landing_zone_large_branch"],
        case["angiography.distal_cap_at_bifurcation"],
    }
    calcified = word(case, "angiography.landing_zone_calcium") == "severe"
    return branch or calcified or poor_target(case)


def _asia_pacific_outside(case: Case) -> Told:
    """A8, with the four conditions for re-entry and what predicts its failure."""
    if _unfit_for_a_balloon(case):  # A8b
        return says(PARALLEL, before=in_order(PARALLEL, IVUS, ADR), not_by={ADR: ("stingray",)})
    return says(ADR, by={ADR: ("stingray", "last")}, offers=frozenset({PARALLEL, IVUS}))


# Section 3


def eurocto(case: Case) -> Told:
    def base(case: Case) -> Told:
        if not planning(case) and wire(case) == "extraplaque":  # not read
            return says(NOTHING)
        branch = word(case, "angiography.distal_cap_at_bifurcation") == "yes"
        if ambiguous_cap(case) or poor_target(case) or branch:  # section 11: not read
            return says(NOTHING)
        named = {AWE, ADR} if severe_calcium(case) else {AWE}
        if not planning(case) and not named.issuperset(tried(case)):  # E5 was not read
            return says(NOTHING)
        if severe_calcium(case):  # E3
            return says(ADR, by={ADR: ("knuckle",)}, offers=frozenset({AWE}))
        return says(AWE)  # E2

    def ending(case: Case) -> bool:  # E8
        limits = (
            number(case, "procedure.duration") > 180
            or contrast_times(case, 4)
            or number(case, "procedure.air_kerma") > 5
        )
        return complication(case) or (no_progress(case) and limits)  # 10.3

    def said(case: Case) -> bool:
        """E5 was not read, and is not written down: after E2 and E3 there is silence."""
        return AWE in tried(case) and (ADR in tried(case) or not severe_calcium(case))

    return in_the_laboratory(
        case, base, stop=ending, used=said, ended=lambda _: False, over=no_progress
    )


# Section 4


def global_algorithm(case: Case) -> Told:
    def injected(case: Case) -> bool:  # G1
        own_artery = (
            case["angiography.collateral_route"] == "ipsilateral"
            and case["angiography.sole_collateral"] == "yes"
        )
        flush = case["angiography.flush_aorto_ostial"] == "yes"
        return case["procedure.dual_injection_done"] == "yes" or own_artery or flush

    return in_the_laboratory(case, _global, stop=_any_reason_to_stop, injected=injected)


def _global(case: Case) -> Told:
    branch = word(case, "angiography.distal_cap_at_bifurcation") == "yes"
    if not planning(case) and wire(case) == "extraplaque":
        if not branch:
            return Told()
        spare = {IVUS: ("dual_lumen_microcatheter",)}  # G4
        return Told(by=spare, before=((IVUS, ADR), (RDR, ADR)), never=frozenset({AWE, RWE}))
    by: dict[str, tuple[str, ...]] = {}
    if ambiguous_cap(case):  # G3
        if ultrasound_at_the_cap(case):
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
    if branch:
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
        done = set(tried(case))
        front = {AWE, PARALLEL, IVUS} <= done and (ADR in done or not suits_reentry(case))
        return front and retrograde_used_up(case)

    return in_the_laboratory(case, _china, used=used, over=no_progress)


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
    told = in_the_laboratory(case, _heavy_calcium)
    if told.moves == "end" and hard_cap(case) and ADR not in tried(case):  # M3, without an order
        return replace(told, moves="")
    return told


def _heavy_calcium(case: Case) -> Told:
    fit = not poor_target(case) and word(case, "angiography.landing_zone_calcium") in {
        "none",
        "mild",
    }
    round_it = says(ADR if fit else RDR)  # M6
    if not planning(case):
        if wire(case) == "extraplaque":
            return replace(round_it, before=() if fit else ((RDR, ADR),))
        if hard_cap(case):  # M3, M4
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
