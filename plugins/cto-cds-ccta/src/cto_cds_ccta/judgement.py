"""What cannot be trusted: doubts, which take the place of facts, and notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Doubt

from cto_cds_ccta.facts import BLUNT_UP_TO_MM, TAPERED_FROM_MM, closed_pieces, doubt_all
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.limbs import touching
from cto_cds_ccta.measure.line import PIECE_MM
from cto_cds_ccta.measure.several import CLEAR_GAP_MM
from cto_cds_ccta.readings.adjusted import voltage_sentences
from cto_cds_ccta.readings.landing import NAMES as LANDING
from cto_cds_ccta.readings.several import CALCIUM, several_doubts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cto_cds_ccta.edits import Edits
    from cto_cds_ccta.findings import Findings
    from cto_cds_ccta.measure.caps import Cap
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread
    from cto_cds_ccta.vessel import MarkedVessel

AT_PROXIMAL_CAP = (
    "stump",
    "proximal_vessel_diameter",
    "side_branch_at_proximal_cap",
    "calcium_proximal_cap",
    "calcium_body",
    "calcification",
)
AT_PROXIMAL_CAPS = ("stump", "side_branch_at_proximal_cap")
"""What is told of the proximal caps of all occlusions, if there are several."""
AT_DISTAL_CAP = (
    "distal_vessel_diameter",
    "distal_cap_at_bifurcation",
    "calcium_distal_cap",
    "calcium_body",
    "calcification",
    *LANDING,
)
BENDS = ("max_bend", "bends_over_70", "bends_over_90", "bends_over_120")
BETWEEN_CAPS = (
    "occlusion_length",
    "max_bend",
    "plaque_volume",
    "percent_atheroma_volume",
    *(f"{name}_volume" for name in CLASSES),
    *(f"{name}_pav" for name in CLASSES),
)
CLASS_FACTS = BETWEEN_CAPS[4:]
CALCIUM_SITES = (
    "calcification",
    "calcium_proximal_cap",
    "calcium_body",
    "calcium_distal_cap",
    "landing_zone_calcium",
)
DRAWN = (
    *BETWEEN_CAPS,
    *BENDS,
    *AT_PROXIMAL_CAP,
    *AT_DISTAL_CAP,
    "occlusion_count",
    "calcium_area_fraction",
    "calcium_arc",
)
MOST_OFFSET_MM, MOST_OFFSET_FOUND_MM = 0.3, 0.5
TOLD_JITTER_MM = 0.1
MOST_RADIUS_OFF_MM = 0.2
MOST_APART_MM = 2.5
MOST_BEND_SD_DEG = 6.0
LEAST_STEP_NOISES = 3.0
LEAST_BRIGHT_STEP_NOISES = 2.0
MOST_CAP_SD_MM = 1.5
MOST_MISFIT = 0.12
MOST_NOISE_HU = 60.0
MOST_VOXEL_MM = 0.8
MOST_FWHM_MM = 1.3
LOOK_AT_LINE = (
    "Look at the line: a waypoint may mend it. Where it is right, and the disease lies on one "
    "side, confirm it in review.json."
)
LENGTH_IS = "The length goes from cap to cap."
USUAL_LUMEN_HU = (250.0, 500.0)


def doubts_of(
    found: Occlusion, sd: Spread, marked: MarkedVessel, findings: Findings
) -> tuple[Doubt, ...]:
    """Return a doubt for every fact that would be a guess, each fact at most once."""
    doubts = _course_doubts(found, sd, marked)
    doubts += _cap_doubts(found, sd)
    doubts += several_doubts(found)
    taper = found.proximal.taper_mm
    if BLUNT_UP_TO_MM < taper < TAPERED_FROM_MM:
        because = f"The lumen narrows over {taper:.1f} mm, between blunt and tapered."
        doubts.append(Doubt("stump", because))
    doubts += _count_doubts(found)
    doubts += _image_doubts(found, marked)
    doubts += _step_doubts(found, marked)
    doubts += findings.doubts
    doubts += _unseen_calcium(found, marked, findings)
    return first_of_each(doubts)


def first_of_each(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Return the first doubt about each fact."""
    first = {doubt.name: doubt for doubt in reversed(doubts)}
    return tuple(first[name] for name in dict.fromkeys(doubt.name for doubt in doubts))


def with_own_length(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Return the doubts; a reason that the length shares with the stump says what it does to it."""
    stump = {doubt.because for doubt in doubts if doubt.name == "stump"}
    return tuple(
        replace(doubt, because=f"{doubt.because} {LENGTH_IS}")
        if doubt.name == "occlusion_length" and doubt.because in stump
        else doubt
        for doubt in doubts
    )


def _count_doubts(found: Occlusion) -> list[Doubt]:
    """Return a doubt where an interruption is so short that it may be a tight stenosis."""
    if all(end - start >= CLEAR_GAP_MM for start, end in found.gaps_mm):
        return []
    because = (
        f"Contrast is interrupted {len(found.gaps_mm)} times along the line: "
        f"{closed_pieces(found)}. One that is shorter than {CLEAR_GAP_MM:.0f} mm may be a tight "
        "stenosis."
    )
    return doubt_all(("occlusion_count",), because)


def _course_doubts(found: Occlusion, sd: Spread, marked: MarkedVessel) -> list[Doubt]:
    """Return what cannot be trusted because of the course of line and wall.

    Where a disease lies on one side only, the contrast is beside the middle of the vessel, and a
    person who confirms the line says so.
    """
    limbs = _limb_reasons(found)
    if limbs:
        return doubt_all(DRAWN, " ".join([*limbs, *marked.reasons]))
    if marked.drawn:
        off = [*_drawing_reasons(found), *marked.reasons]
        return (doubt_all(DRAWN, " ".join(off)) if off else []) + _line_doubts(found, sd)
    off = [
        f"{where.capitalize()} the occlusion the line found lies {fit.offset_mm:.1f} mm beside "
        "the middle of the lumen."
        for fit, where in ((found.proximal_fit, "before"), (found.distal_fit, "behind"))
        if fit.offset_mm > MOST_OFFSET_FOUND_MM and not marked.line_confirmed
    ]
    off += marked.reasons
    if not off:
        return []
    return doubt_all(DRAWN, " ".join([*off, LOOK_AT_LINE]))


def _limb_reasons(found: Occlusion) -> list[str]:
    """Return why nothing is measured where the vessel touches itself."""
    places = touching(found.vessel.line)
    if places is None:
        return []
    because = (
        f"The vessel turns back so closely that its limbs touch, at {places[0]:.0f} and "
        f"{places[1]:.0f} mm of the line: what belongs to which cannot be told."
    )
    return [because]


def _line_doubts(found: Occlusion, sd: Spread) -> list[Doubt]:
    """Return what cannot be trusted because of where the points of a given line lie."""
    doubts: list[Doubt] = []
    line = found.vessel.line
    start, end = found.proximal.at_mm - PIECE_MM, found.distal.at_mm + PIECE_MM
    apart = np.diff(line.given_at_mm)
    beside = (line.given_at_mm[1:] > start) & (line.given_at_mm[:-1] < end)
    widest = float(apart[beside].max(initial=0.0))
    if widest > MOST_APART_MM:
        because = (
            f"The points of the line are up to {widest:.1f} mm apart in the occlusion; a bend over "
            f"{PIECE_MM:.0f} mm needs at least one point per millimetre."
        )
        doubts += doubt_all(("max_bend",), because)
    if sd.bend_deg > MOST_BEND_SD_DEG:
        because = (
            f"The bend is uncertain by {sd.bend_deg:.0f} degrees; the points of the line scatter "
            f"by {line.jitter_mm:.2f} mm and are up to {widest:.1f} mm apart."
        )
        doubts += doubt_all(("max_bend",), because)
    return doubts


def _drawing_reasons(found: Occlusion) -> list[str]:
    reasons = []
    for fit, where in ((found.proximal_fit, "before"), (found.distal_fit, "behind")):
        if fit.offset_mm > MOST_OFFSET_MM:
            reasons.append(
                f"{where.capitalize()} the occlusion the line lies {fit.offset_mm:.1f} mm beside "
                "the middle of the lumen; centre it in the vessel."
            )
        if fit.seen_radius_mm is not None and abs(fit.radius_off_mm) > MOST_RADIUS_OFF_MM:
            reasons.append(
                f"{where.capitalize()} the occlusion the given outer radius is "
                f"{fit.radius_mm:.2f} mm, but the vessel in the image has "
                f"{fit.seen_radius_mm:.2f} mm; correct the outer wall."
            )
    return reasons


def _cap_doubts(found: Occlusion, sd: Spread) -> list[Doubt]:
    """Return what cannot be trusted because of a cap, of any occlusion.

    What lies before rests on the first cap, what lies behind on the last one.
    """
    several = len(found.lesions) > 1
    every: list[str] = []
    doubts: list[Doubt] = []
    for number, (each, own) in enumerate(zip(found.lesions, sd.lesions, strict=True), start=1):
        of = f" of occlusion {number}" if several else ""
        noise = each.levels.noise_hu
        before = _cap_reasons(each.proximal, own.proximal_mm, noise, f"proximal cap{of}")
        behind = _cap_reasons(each.distal, own.distal_mm, noise, f"distal cap{of}")
        every += [*before, *behind]
        if before:
            names = AT_PROXIMAL_CAP if each is found.first else AT_PROXIMAL_CAPS
            doubts += doubt_all(names, " ".join(before))
        if behind and each is found.last:
            doubts += doubt_all(AT_DISTAL_CAP, " ".join(behind))
    if every:
        between = (*BETWEEN_CAPS, "occlusion_count", *(CALCIUM if several else ()))
        doubts = doubt_all(between, " ".join(every)) + doubts
    return doubts


def _cap_reasons(cap: Cap, sd_mm: float, noise_hu: float, where: str) -> list[str]:
    if cap.placed:
        return []
    step = cap.lumen_hu - cap.plaque_hu
    reasons = []
    bright = cap.lumen_hu - cap.bright_plaque_hu < LEAST_BRIGHT_STEP_NOISES * noise_hu
    if step < LEAST_STEP_NOISES * noise_hu or bright:
        level = cap.bright_plaque_hu
        reasons.append(
            f"At the {where} plaque ({level:.0f} HU) is nearly as bright as contrast "
            f"({cap.lumen_hu:.0f} HU)."
        )
    if sd_mm > MOST_CAP_SD_MM:
        reasons.append(f"The {where} is uncertain by {sd_mm:.1f} mm.")
    if cap.misfit > MOST_MISFIT:
        reasons.append(f"The lumen does not end at the {where} as a flat or tapered end does.")
    return reasons


def _image_doubts(found: Occlusion, marked: MarkedVessel) -> list[Doubt]:
    doubts: list[Doubt] = []
    if found.levels.noise_hu > MOST_NOISE_HU:
        because = f"The noise is {found.levels.noise_hu:.0f} HU, wider than the plaque classes."
        doubts += doubt_all(CLASS_FACTS, because)
    if marked.flaws.coarsest_mm > MOST_VOXEL_MM:
        because = (
            f"Voxels of {marked.flaws.coarsest_mm:.2f} mm are too coarse for plaque and calcium."
        )
        names = (*CLASS_FACTS, "calcium_area_fraction", "calcium_arc")
        doubts += doubt_all(names, because)
    if found.levels.fwhm_mm > MOST_FWHM_MM:
        because = f"The image is blurred by {found.levels.fwhm_mm:.1f} mm."
        doubts += doubt_all(("calcium_area_fraction", "calcium_arc"), because)
    return doubts


def _unseen_calcium(found: Occlusion, marked: MarkedVessel, findings: Findings) -> list[Doubt]:
    """Return a doubt where no calcium is seen in an image that would hide a plate."""
    limits = []
    if found.levels.fwhm_mm > MOST_FWHM_MM:
        limits.append(f"a blur of {found.levels.fwhm_mm:.1f} mm")
    if marked.flaws.coarsest_mm > MOST_VOXEL_MM:
        limits.append(f"voxels of {marked.flaws.coarsest_mm:.2f} mm")
    if not limits:
        return []
    because = f"No calcium is seen, but {' and '.join(limits)} may hide it."
    none = {fact.name for fact in findings.facts if fact.value == "none"}
    return doubt_all(tuple(name for name in CALCIUM_SITES if name in none), because)


def _step_doubts(found: Occlusion, marked: MarkedVessel) -> list[Doubt]:
    """Return doubts about bends where slices that do not match cross the occlusion."""
    start, end = found.proximal.at_mm - PIECE_MM, found.distal.at_mm + PIECE_MM
    for at in marked.flaws.steps_at_mm:
        if start < at < end:
            because = f"Slices that do not match cross the vessel at {at:.0f} mm of the line."
            return doubt_all(BENDS, because)
    return []


def notes_of(
    found: Occlusion,
    marked: MarkedVessel,
    findings: Findings,
    doubted: Collection[str],
    edits: Edits,
) -> tuple[str, ...]:
    """Return what a reader of any of the numbers should know."""
    levels = found.levels
    before_hu, behind_hu = found.first.levels.proximal_hu, found.last.levels.distal_hu
    several = "the first and the last occlusion" if found.parts else "the occlusion"
    contrast = (
        f"Contrast {before_hu:.0f} HU before and {behind_hu:.0f} HU behind {several}, "
        f"noise {levels.noise_hu:.0f} HU, point spread {levels.fwhm_mm:.2f} mm."
    )
    notes = [_origin_note(marked, edits), contrast]
    if marked.drawn:
        notes += _line_notes(found)
    notes += voltage_sentences(marked.info.tube_voltage_kv, findings.adjusted, doubted)
    if not USUAL_LUMEN_HU[0] <= before_hu <= USUAL_LUMEN_HU[1]:
        notes.append("HU classes shift with contrast; it is unusually strong or weak here.")
    return tuple(notes)


_LEFT_TO_CONFIRM = {
    (False, False): "Caps and line should be confirmed by a person.",
    (True, False): "The line should be confirmed by a person.",
    (False, True): "The caps should be confirmed by a person.",
    (True, True): "",
}


def _origin_note(marked: MarkedVessel, edits: Edits) -> str:
    if marked.drawn:
        return "The line and the outer wall were given, not found; every number depends on them."
    seen = 100 * marked.seen_share
    wall = f"The outer wall was found in the image; {seen:.0f} % of it is seen against fat."
    if marked.worst_cost_per_mm is None:
        return f"The line was given and moved into the middle of the vessel. {wall}"
    cost = marked.worst_cost_per_mm
    told = (
        f"The line was found between the seeds; its worst 5 mm cost {cost:.1f} per mm (a tube in "
        f"fat costs 1). {wall} {_LEFT_TO_CONFIRM[edits.caps_looked_at, edits.line_confirmed]}"
    )
    return told.rstrip()


def _line_notes(found: Occlusion) -> list[str]:
    line = found.vessel.line
    notes = []
    if line.jitter_mm > TOLD_JITTER_MM:
        notes.append(
            f"The given points scatter by {line.jitter_mm:.2f} mm around a smooth line. Their "
            f"chain is {line.raw_length_mm:.0f} mm long; the line measured has "
            f"{line.arc_mm[-1]:.0f} mm."
        )
    unseen = [
        where
        for fit, where in ((found.proximal_fit, "before"), (found.distal_fit, "behind"))
        if fit.seen_radius_mm is None
    ]
    if unseen:
        notes.append(
            f"There is no fat beside the vessel {' and '.join(unseen)} the occlusion; the given "
            "outer wall could not be checked there."
        )
    return notes
