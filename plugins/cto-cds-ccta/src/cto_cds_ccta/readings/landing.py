"""The landing zone beyond the distal cap."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.landing import (
    CLEAR_LOSS,
    LARGE_BRANCH_RADIUS_MM,
    LEAST_ZONE_MM,
    LITTLE,
    MOSTLY,
    NARROWED_SDS,
    LandingZone,
    least_loss,
)
from cto_cds_ccta.measure.rim import LEAST_RIM_MM2, bright_rim_mm2
from cto_cds_ccta.readings import NOT_SEEN_IS_NOT_NONE, why_unsure

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.readings import Reading

NAMES = (
    "distal_stenosis",
    "distal_disease",
    "landing_zone_calcium",
    "landing_zone_large_branch",
)
BRANCH_RADIUS_SD_MM = 0.1
LEAST_FREE_MM = 2.5
"""Half of a reference, and the blur of what lies beside it."""
LONG_TAPER_MM = 3.0
SHORT_SHARE = 0.4
"""A narrowing over more of the zone leaves the reference no better place."""
MOST_SD_PERCENT = 20.0
"""Where the lumen is known less well, a narrowing that matters could hide."""
_STEP = Decimal("0.1")


def reference_doubts(found: Occlusion, zone: LandingZone) -> list[Reading]:
    """Return doubts about the diameter where calcium in the wall of a reference hides the lumen."""
    arc, noise = found.vessel.line.arc_mm[found.behind], found.levels.noise_hu
    in_zone = (zone.bright_at_mm >= arc[0]) & (zone.bright_at_mm <= arc[-1])
    before, behind = (
        bright_rim_mm2(found.vessel, piece, noise) > LEAST_RIM_MM2
        for piece in (found.before, found.behind)
    )
    bright = {
        ("proximal_vessel_diameter", "S"): before,
        ("distal_vessel_diameter", "E"): behind
        or (bool(in_zone.any()) and zone.bright_rim_mm2 > LEAST_RIM_MM2),
    }
    return [
        Doubt(
            name,
            f"A part of the wall of the reference {mark} is brighter than the rest of its round, "
            "probably by calcium, which makes the lumen look wider; move the reference.",
        )
        for (name, mark), is_bright in bright.items()
        if is_bright
    ]


def crowded_references(found: Occlusion) -> list[Reading]:
    """Return doubts about diameters whose reference lies close to another interruption."""
    doubts: list[Reading] = []
    for name, mark, piece in (
        ("proximal_vessel_diameter", "S", found.before),
        ("distal_vessel_diameter", "E", found.behind),
    ):
        at = float(found.vessel.line.arc_mm[piece].mean())
        others = [gap for gap in found.gaps_mm if gap != found.main_gap_mm]
        away = min((max(low - at, at - high) for low, high in others), default=LEAST_FREE_MM)
        if away < LEAST_FREE_MM:
            because = (
                f"Contrast is interrupted again {max(away, 0.0):.1f} mm from the middle of the "
                f"reference {mark}, so that it may lie in a taper; move it."
            )
            doubts.append(Doubt(name, because))
    return doubts


def narrowed_reference(found: Occlusion, zone: LandingZone) -> list[Reading]:
    """Return a doubt about the distal diameter where its reference lies at a short narrowing.

    At the edge of a narrowing the lumen changes over less than the length of the reference, and
    the blur lets it look wider than it is. A lumen that is narrow all along is measured.
    """
    arc, blur = found.vessel.line.arc_mm[found.behind], found.levels.fwhm_mm
    at, loss = zone.profile.arc_mm, 100.0 * zone.profile.loss
    near = loss[(at >= arc[0] - blur) & (at <= arc[-1] + blur)]
    most, least = float(near.max(initial=0.0)), float(near.min(initial=100.0))
    clear = 100.0 * CLEAR_LOSS
    short = zone.narrowed_share <= SHORT_SHARE
    if not short or most <= max(clear, zone.stenosis_percent / 2) or most - least <= clear:
        return []
    because = (
        f"At the reference E, or close to it, the lumen seems narrowed by {most:.0f} %, and by "
        f"{least:.0f} % a few millimetres on. Move it to where the lumen is even."
    )
    return [Doubt("distal_vessel_diameter", because)]


def landing_readings(zone: LandingZone) -> list[Reading]:
    """Return stenosis, disease, calcium and branches of the landing zone."""
    if zone.length_mm < LEAST_ZONE_MM:
        because = (
            f"The line goes on for {zone.length_mm:.1f} mm only beyond the distal cap and its "
            "taper; place the distal seed farther on."
        )
        return [Doubt(name, because) for name in NAMES]
    return [_stenosis(zone), _disease(zone), _calcium(zone), _branch(zone)]


def _where(zone: LandingZone) -> str:
    length = f"the {zone.length_mm:.0f} mm"
    if zone.left_mm is None:
        return f"{length} beyond the distal cap and its taper"
    return (
        f"{length} from {zone.from_mm:.1f} mm of the line on, where contrast returns (a person "
        f"placed D at {zone.left_mm:.1f} mm)"
    )


def _stenosis(zone: LandingZone) -> Reading:
    beyond = abs(zone.stenosis_at_mm - zone.from_mm)
    if (because := _why_unclear(zone)) is not None:
        return Doubt("distal_stenosis", because)
    if _narrowed(zone) and zone.narrowed_share < MOSTLY:
        because = (
            f"The lumen of {_where(zone)} is narrowed, {beyond:.0f} mm into it, by at least "
            f"{zone.stenosis_percent:.0f} %. The blur of the scan lets a short narrowing look "
            "milder than it is, so a person reads its degree."
        )
        return Doubt("distal_stenosis", because)
    return MeasuredFact(
        "distal_stenosis",
        Decimal(repr(zone.stenosis_percent)).quantize(_STEP),
        "%",
        Decimal(repr(zone.stenosis_sd_percent)).quantize(_STEP),
        f"Largest loss of lumen diameter in {_where(zone)}, {beyond:.0f} mm into it, against the "
        "lumen that a healthy vessel of the same outer wall would have.",
    )


def _narrowed(zone: LandingZone) -> bool:
    """Whether the lumen is narrower than the measurement can miss."""
    return zone.stenosis_percent > NARROWED_SDS * zone.stenosis_sd_percent


def _why_unclear(zone: LandingZone) -> str | None:
    """Return why a narrowing can neither be told nor ruled out; None where it can."""
    if _narrowed(zone):
        return None
    if zone.calcium_mm3 > 0 or zone.bright_rim_mm2 > LEAST_RIM_MM2:
        return (
            f"The wall of {_where(zone)} holds something as bright as contrast, probably calcium; "
            "the lumen looks wider by it, and a narrowing would not be seen."
        )
    if zone.stenosis_sd_percent > MOST_SD_PERCENT:
        return (
            f"Contrast in {_where(zone)} is so weak that the lumen is known to "
            f"{zone.stenosis_sd_percent:.0f} % only; a narrowing would not be seen."
        )
    if zone.taper_mm > LONG_TAPER_MM:
        return (
            f"The lumen narrows over {zone.taper_mm:.1f} mm towards the distal cap; so long a "
            "taper may be disease, which the landing zone does not show."
        )
    if zone.stenosis_percent <= 100.0 * CLEAR_LOSS:
        return None
    return (
        f"The lumen of {_where(zone)} seems narrowed by {zone.stenosis_percent:.0f} %, give or "
        f"take {zone.stenosis_sd_percent:.0f}. It may be noise, or a short narrowing that looks "
        "milder than it is."
    )


def _disease(zone: LandingZone) -> Reading:
    name = "distal_disease"
    least = 100.0 * least_loss(zone.stenosis_percent / 100.0)
    told = (
        f"The lumen of {_where(zone)} is narrowed by up to {zone.stenosis_percent:.0f} %; a loss "
        f"of more than {least:.0f} % counts, which it has over {100 * zone.narrowed_share:.0f} % "
        "of its length."
    )
    if (because := _why_unclear(zone)) is not None:
        return Doubt(name, because)
    if not _narrowed(zone):
        return MeasuredFact(name, "none", note=told)
    if zone.narrowed_share >= MOSTLY:
        return MeasuredFact(name, "diffuse", note=told)
    if zone.narrowed_share <= LITTLE:
        return MeasuredFact(name, "focal", note=told)
    return Doubt(name, f"{told} That is between focal and diffuse.")


def _calcium(zone: LandingZone) -> Reading:
    if zone.calcium_mm3 > 0:
        because = (
            f"There are {zone.calcium_mm3:.1f} mm3 of calcium in {_where(zone)}; grades from mild "
            "to severe have no published limits, so a person grades it."
        )
        return Doubt("landing_zone_calcium", because)
    if zone.bright_rim_mm2 > LEAST_RIM_MM2:
        because = (
            f"{zone.bright_rim_mm2:.0f} mm2 of the wall of {_where(zone)} are brighter than the "
            "rest of its round; it is probably a thin plate of calcium beside the contrast."
        )
        return Doubt("landing_zone_calcium", because)
    if zone.stenosis_sd_percent > MOST_SD_PERCENT:
        because = (
            f"Nothing in {_where(zone)} is clearly brighter than contrast, but contrast is so weak "
            "there that the lumen is not told from its wall; a person looks for calcium."
        )
        return Doubt("landing_zone_calcium", because)
    note = (
        f"Nothing in {_where(zone)} is clearly brighter than contrast, or than the wall opposite."
    )
    return MeasuredFact("landing_zone_calcium", "none", note=note)


def _branch(zone: LandingZone) -> Reading:
    name = "landing_zone_large_branch"
    limit = f"{2 * LARGE_BRANCH_RADIUS_MM:.1f} mm"
    sure = [branch for branch in zone.branches if branch.sure]
    large = [b for b in sure if b.radius_mm >= LARGE_BRANCH_RADIUS_MM + BRANCH_RADIUS_SD_MM]
    if large:
        widest = 2 * max(branch.radius_mm for branch in large)
        beyond = large[0].at_mm - zone.from_mm
        note = f"A branch of about {widest:.1f} mm leaves {beyond:.0f} mm into the landing zone."
        return MeasuredFact(name, "yes", note=note)
    near = [b for b in sure if b.radius_mm >= LARGE_BRANCH_RADIUS_MM - BRANCH_RADIUS_SD_MM]
    if near:
        because = (
            f"A branch of about {2 * near[0].radius_mm:.1f} mm leaves {_where(zone)}; whether it "
            f"has {limit} is too close to tell."
        )
        return Doubt(name, because)
    unsure = why_unsure(zone.branches, f"in {_where(zone)}")
    if unsure is not None:
        return Doubt(name, unsure)
    because = f"No branch of {limit} or more is seen in {_where(zone)}. {NOT_SEEN_IS_NOT_NONE}"
    return Doubt(name, because)
