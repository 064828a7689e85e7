"""What follows the crossing, when to stop and whether to begin, a third time, from the tables."""

from __future__ import annotations

from decimal import Decimal

from told_by_hand import (
    ADR,
    AWE,
    CUTTING,
    HIGH,
    INVEST,
    IVL,
    IVUS,
    LASER,
    NC,
    NOT_AT_ALL,
    NOTHING,
    OA,
    OPN,
    PARALLEL,
    RA,
    RDR,
    SCORING,
    STOP,
    Case,
    Told,
    ambiguous_cap,
    collaterals,
    complication,
    contrast_times,
    hard_stop,
    in_order,
    no_progress,
    number,
    retrograde_used_up,
    says,
    tried,
    used_up,
    word,
)


def inside_the_plaque(case: Case) -> bool:
    """MH7: a track after dissection lies inside the plaque once ultrasound has shown it there."""
    shown = word(case, "procedure.track_confirmed_by") == "ivus"
    dissected = bool({ADR, RDR} & set(tried(case)))
    return word(case, "procedure.track") == "intraplaque" and (shown or not dissected)


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
        if not inside_the_plaque(case):  # MH1, MH3
            return says(RA, never=frozenset({OA, LASER, NC, IVL, HIGH, OPN}))
        return says(RA, OA, LASER, before=((RA, NC), (OA, NC), (LASER, NC)))
    return says(NC)  # P1


def against_the_thin_wall() -> Told:
    cutting = (RA, OA, CUTTING, SCORING)
    before = tuple((gentle, cuts) for gentle in (IVL, NC) for cuts in cutting)
    return says(IVL, NC, before=before, never=frozenset({HIGH, OPN}))


def undilatable(case: Case) -> Told:
    if word(case, "procedure.balloon_expands") == "yes":  # P2
        return says(NOTHING)
    if not inside_the_plaque(case):  # P7
        never = frozenset({HIGH, OPN, OA, LASER, CUTTING, SCORING, "bam"})
        return says(NC, never=never, before=((NC, RA), (IVL, RA)))
    if word(case, "procedure.imaging_catheter_crosses") == "no":  # P3: nothing to choose by
        return says(NOTHING)
    if word(case, "ivus.wire_bias") == "unfavourable":  # 7.4
        return against_the_thin_wall()
    if word(case, "angiography.in_stent") == "yes":  # 8.3, rank 1 and special
        before = ((HIGH, SCORING), (HIGH, OPN), (SCORING, IVL), (RA, OA))
        return says(HIGH, before=before, offers=frozenset({OPN}))
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
    if word(case, "procedure.imaging_catheter_crosses") == "no":  # SC2
        ladder = ("small_balloon", RA, LASER)
        return says(ladder[0], before=in_order(*ladder), offers=frozenset({OA}))
    nodule = word(case, "ivus.calcified_nodule") == "yes"
    if nodule and word(case, "ivus.wire_bias") == "unfavourable":  # 7.4
        return against_the_thin_wall()
    if nodule:  # SC5
        return says(RA, IVL, offers=frozenset({RA, OA, IVL}))
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
    resists = word(case, "procedure.balloon_expands") == "no"  # 7.1, deformability
    if by_ultrasound >= 2 or by_light == 4 or resists:  # SC4
        return says(IVL, RA, OA, offers=frozenset({IVL, RA, OA}))
    return says(NC, offers=frozenset({CUTTING, SCORING}), never=frozenset({RA, OA}))  # SC3


# Sections 10.3 and 10.4


def stop_limits(case: Case) -> Told:
    tired = word(case, "procedure.reason_to_end") != "none"
    across = word(case, "procedure.wire_position") == "distal true lumen"
    if word(case, "procedure.phase") != "crossing" and across:
        stopped = complication(case) or contrast_times(case, 3) or tired
        return says(STOP) if stopped else says(NOTHING)
    if hard_stop(case) or tired:
        return says(STOP)
    if no_way_in(case) and word(case, "procedure.wire_position") == "proximal to cap":
        return says(STOP)  # no remaining option
    if used_up(case):  # 7.5: whom the study of planned investment left out
        return says(STOP) if left_out(case) else says(INVEST)
    used = set(tried(case))
    able = word(case, "operator.can_adr") == "yes"
    back = word(case, "operator.can_retrograde") == "yes" and not retrograde_used_up(case)
    mine = {AWE, PARALLEL, IVUS} <= used and (ADR in used or not able)
    if no_progress(case) and mine and not back:
        return says(STOP)  # no expertise
    return says(NOTHING)


def no_way_in(case: Case) -> bool:
    """H6, 9.1, 10.3: neither a branch nor a segment before the cap nor a collateral lets one in.

    AR4: no wire comes straight through the left main or the ostium of the LAD, and reverse CART
    needs a balloon from the front.
    """
    vessel = word(case, "angiography.target_vessel")
    ostial = word(case, "angiography.ostial") == "yes"
    open_from_behind = collaterals(case) and not (
        (
            word(case, "angiography.sole_collateral") == "yes"
            and word(case, "angiography.donor_severely_diseased") == "yes"
        )
        or vessel == "LM"
        or (vessel == "LAD" and ostial)
    )
    branch = word(case, "angiography.side_branch_at_proximal_cap") == "yes"
    shown = branch and word(case, "angiography.side_branch_takes_ivus") == "yes"
    flush = word(case, "angiography.flush_aorto_ostial") == "yes"
    front_closed = (flush and not branch) or ((ostial or vessel == "LM") and not shown)
    return ambiguous_cap(case) and front_closed and not open_from_behind


def left_out(case: Case) -> bool:
    flush = word(case, "angiography.flush_aorto_ostial") == "yes"
    return (
        word(case, "angiography.in_stent") == "yes"
        or (flush and word(case, "angiography.target_vessel") in {"LM", "RCA"})
        or word(case, "history.territory_viability") == "non-viable"
        or word(case, "history.can_take_dapt") == "no"
        or word(case, "history.radiation_skin_injury") == "yes"
    )


def indication(case: Case) -> Told:
    reason = word(case, "history.symptoms") != "none" or (
        word(case, "history.territory_ischaemia") == "present"
        and word(case, "history.territory_viability") == "viable"
    )
    return says(NOTHING) if reason else says(NOT_AT_ALL)
