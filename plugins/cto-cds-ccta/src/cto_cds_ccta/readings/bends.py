"""Bends of the entry segment and the occlusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt, MeasuredFact

from cto_cds_ccta.measure.bend import BendCount, count_bends

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread
    from cto_cds_ccta.readings import Reading

LIMITS_DEG = (70, 90, 120)
LEAST_ENTRY_MM = 10.0
"""So much open vessel before the proximal cap a count of bends needs, as the seeds do. It is the
choice of this program."""


def bend_readings(found: Occlusion, sd: Spread) -> list[Reading]:
    """Return the counts of sharp bends from the beginning of the line to the last distal cap."""
    readings: list[Reading] = []
    end = found.last.distal.at_mm
    entry = found.first.proximal.at_mm
    for limit in LIMITS_DEG:
        name = f"bends_over_{limit}"
        bends = count_bends(found.vessel.line, 0.0, end, limit, sd.bend_deg)
        if entry < LEAST_ENTRY_MM:
            readings.append(Doubt(name, _short_entry(entry, bends)))
        elif bends.fewest == bends.most:
            note = (
                f"Counted from the beginning of the line, which lies {entry:.0f} mm before the "
                "proximal cap, to the distal cap."
            )
            readings.append(MeasuredFact(name, bends.count, note=note))
        else:
            because = (
                f"A bend lies within the error of {sd.bend_deg:.0f} degrees of the limit: "
                f"{bends.fewest} to {bends.most} bends may be over {limit} degrees."
            )
            readings.append(Doubt(name, because))
    return readings


def _short_entry(entry_mm: float, bends: BendCount) -> str:
    """Return why bends are not counted along a line that begins close before the cap."""
    seen = f"{bends.fewest}" if bends.fewest == bends.most else f"{bends.fewest} to {bends.most}"
    return (
        f"The line begins only {entry_mm:.1f} mm before the proximal cap, so bends farther before "
        f"are not seen; {seen} over {bends.limit_deg} degrees from there to the distal cap. Begin "
        f"it at least {LEAST_ENTRY_MM:.0f} mm before the cap, or count them on the images."
    )
