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
)
from cto_cds_ccta.measure.rim import LEAST_RIM_MM2, bright_rim_mm2
from cto_cds_ccta.readings import NOT_SEEN_IS_NOT_NONE

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.readings import Reading

NAMES = (
    "distal_stenosis",
    "distal_disease",
    "landing_zone_calcium",
    "landing_zone_large_branch",
)
_STEP = Decimal("0.1")


def reference_doubts(found: Occlusion) -> list[Reading]:
    """Return doubts about the diameter where calcium in the wall of a reference hides the lumen."""
    references = (
        ("proximal_vessel_diameter", "S", found.before),
        ("distal_vessel_diameter", "E", found.behind),
    )
    return [
        Doubt(
            name,
            f"A part of the wall of the reference {mark} is brighter than the rest of its round, "
            "probably by calcium, which makes the lumen look wider; move the reference.",
        )
        for name, mark, piece in references
        if bright_rim_mm2(found.vessel, piece, found.levels.noise_hu) > LEAST_RIM_MM2
    ]


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
    return f"the {zone.length_mm:.0f} mm beyond the distal cap and its taper"


def _stenosis(zone: LandingZone) -> Reading:
    beyond = abs(zone.stenosis_at_mm - zone.from_mm)
    if _unclear(zone):
        return Doubt("distal_stenosis", _why_unclear(zone))
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


def _unclear(zone: LandingZone) -> bool:
    """Whether a short narrowing and the noise look alike."""
    return zone.stenosis_percent > 100.0 * CLEAR_LOSS and not _narrowed(zone)


def _why_unclear(zone: LandingZone) -> str:
    return (
        f"The lumen of {_where(zone)} seems narrowed by {zone.stenosis_percent:.0f} %, give or "
        f"take {zone.stenosis_sd_percent:.0f}. It may be noise, or a short narrowing that looks "
        "milder than it is."
    )


def _disease(zone: LandingZone) -> Reading:
    name = "distal_disease"
    told = (
        f"The lumen of {_where(zone)} is narrowed by up to {zone.stenosis_percent:.0f} %, over "
        f"{100 * zone.narrowed_share:.0f} % of its length."
    )
    if _unclear(zone):
        return Doubt(name, _why_unclear(zone))
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
    note = (
        f"Nothing in {_where(zone)} is clearly brighter than contrast, or than the wall opposite."
    )
    return MeasuredFact("landing_zone_calcium", "none", note=note)


def _branch(zone: LandingZone) -> Reading:
    name = "landing_zone_large_branch"
    limit = f"{2 * LARGE_BRANCH_RADIUS_MM:.1f} mm"
    large = [b for b in zone.branches if b.sure and b.radius_mm >= LARGE_BRANCH_RADIUS_MM]
    if large:
        widest = 2 * max(branch.radius_mm for branch in large)
        beyond = large[0].at_mm - zone.from_mm
        note = f"A branch of about {widest:.1f} mm leaves {beyond:.0f} mm into the landing zone."
        return MeasuredFact(name, "yes", note=note)
    if any(not branch.sure for branch in zone.branches):
        because = f"Something faintly bright touches the vessel in {_where(zone)}."
        return Doubt(name, because)
    because = f"No branch of {limit} or more is seen in {_where(zone)}. {NOT_SEEN_IS_NOT_NONE}"
    return Doubt(name, because)
