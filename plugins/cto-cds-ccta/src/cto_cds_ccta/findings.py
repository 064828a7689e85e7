"""Everything beyond the occlusion itself: branches, landing zone, places of calcium, the scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.chalk import Chalk, chalk_of
from cto_cds_ccta.measure.landing import LandingZone, landing_zone
from cto_cds_ccta.measure.quality import Quality, quality_of
from cto_cds_ccta.measure.voltage import AdjustedContent, adjusted_content
from cto_cds_ccta.readings.adjusted import adjusted_entries
from cto_cds_ccta.readings.bends import bend_readings
from cto_cds_ccta.readings.branches import branch_readings, mouth_doubts
from cto_cds_ccta.readings.calcium import calcium_readings, cap_calcium_doubts
from cto_cds_ccta.readings.landing import (
    crowded_references,
    landing_readings,
    narrowed_reference,
    reference_doubts,
)
from cto_cds_ccta.readings.quality import quality_reading

if TYPE_CHECKING:
    from collections.abc import Collection

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread
    from cto_cds_ccta.readings import Reading
    from cto_cds_ccta.vessel import MarkedVessel


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found around an occlusion.

    Attributes:
        zone: The landing zone.
        chalk: The calcium of the artery.
        quality: The scan.
        adjusted: Plaque classes with limits made for the tube voltage; None where none are known.
        readings: A fact or a doubt for each name.
    """

    zone: LandingZone
    chalk: Chalk
    quality: Quality
    adjusted: AdjustedContent | None
    readings: tuple[Reading, ...]

    @property
    def facts(self) -> tuple[MeasuredFact, ...]:
        """The readings that are facts."""
        return tuple(one for one in self.readings if isinstance(one, MeasuredFact))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The readings that are doubts."""
        return tuple(one for one in self.readings if isinstance(one, Doubt))


def findings_of(found: Occlusion, sd: Spread, marked: MarkedVessel, *, in_stent: bool) -> Findings:
    """Measure what lies around an occlusion, which may lie in a stent."""
    zone, chalk = landing_zone(found), chalk_of(found)
    quality = quality_of(found, marked.flaws, in_stent=in_stent)
    kilovolt = marked.info.tube_voltage_kv
    return Findings(
        zone=zone,
        chalk=chalk,
        quality=quality,
        adjusted=None if kilovolt is None else adjusted_content(found, kilovolt),
        readings=(
            *bend_readings(found, sd),
            *branch_readings(found),
            *landing_readings(zone),
            *reference_doubts(found, zone),
            *narrowed_reference(found, zone),
            *crowded_references(found),
            *mouth_doubts(found),
            *calcium_readings(found, chalk, sd.calcium_area_percent),
            *cap_calcium_doubts(found, sd),
            quality_reading(quality),
        ),
    )


def study_entries(findings: Findings, doubted: Collection[str]) -> dict[str, str]:
    """Return what the vocabulary has no name for, as text; ``doubted`` facts give no numbers."""
    quality, zone, chalk = findings.quality, findings.zone, findings.chalk
    least = "at least " if chalk.uncounted_mm else ""
    return {
        "noise": f"{quality.noise_hu:.0f} HU",
        "point_spread": f"{quality.fwhm_mm:.2f} mm",
        "contrast_before": f"{quality.proximal_hu:.0f} HU",
        "contrast_behind": f"{quality.distal_hu:.0f} HU",
        "landing_zone": f"{zone.from_mm:.1f} to {zone.to_mm:.1f} mm of the line",
        "landing_zone_diameter": f"{zone.mean_diameter_mm:.2f} mm",
        "artery_calcium_volume": f"{least}{chalk.artery_mm3:.1f} mm3",
        "cta_calcium_score": f"{least}{chalk.cta_score:.0f} (not an Agatston score)",
    } | adjusted_entries(findings.adjusted, doubted)
