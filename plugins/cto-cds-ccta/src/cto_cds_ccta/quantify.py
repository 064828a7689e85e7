"""From a volume and what was marked in it to everything the backend hands back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cto_cds.facts.measured import DataFile, Doubt, Figure, MeasuredFact, Measurements

from cto_cds_ccta.direction import direction_reasons, fork_reasons
from cto_cds_ccta.edits import NO_EDITS, Edits
from cto_cds_ccta.facts import facts_of
from cto_cds_ccta.findings import Findings, findings_of, study_entries
from cto_cds_ccta.inreview import hidden_entries, hidden_marks, score_doubts
from cto_cds_ccta.judgement import doubts_of, first_of_each, notes_of, with_own_length
from cto_cds_ccta.measure.occlusion import Occlusion, measure_occlusion
from cto_cds_ccta.measure.spread import DRAWN_SD_MM, FOUND_SD_MM, Spread, spread
from cto_cds_ccta.metal import Stent, hidden_stretches, stent_doubts, stent_fact, stent_in
from cto_cds_ccta.placing import (
    check_placed,
    placing_doubts,
    placing_notes,
    told_without_opened,
    wall_doubts,
    wall_notes,
    without_opened,
)
from cto_cds_ccta.readings.unmeasured import unmeasured
from cto_cds_ccta.references import check_references
from cto_cds_ccta.rests import rests_of, with_status
from cto_cds_ccta.vessel import MarkedVessel, marked_vessel

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from cto_cds.dicom.volume import SeriesInfo
    from cto_cds.hookspecs import Request


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything measured and judged, before it is drawn.

    Attributes:
        marked: The vessel and where its line and wall come from.
        found: The occlusion.
        sd: How far its numbers may be off.
        findings: What lies around it.
        facts: What can be trusted.
        doubts: What needs a person's review.
        edits: What a person confirmed or changed.
        stent: The stent that the occlusion lies in, where one is seen.
    """

    marked: MarkedVessel
    found: Occlusion
    sd: Spread
    findings: Findings
    facts: tuple[MeasuredFact, ...]
    doubts: tuple[Doubt, ...]
    edits: Edits = NO_EDITS
    stent: Stent | None = None


def analysed(request: Request, progress: Callable[[str, float], None]) -> Analysis:
    """Find the vessel, measure its occlusion and judge the numbers.

    Args:
        request: The CT and what was marked in it.
        progress: Called with the stage and the share done.

    Raises:
        BackendError: The study cannot be measured with what was marked.
    """
    return analysis_of(marked_vessel(request, progress), progress)


def analysis_of(
    marked: MarkedVessel, progress: Callable[[str, float], None], edits: Edits = NO_EDITS
) -> Analysis:
    """Measure the occlusion of a straightened vessel and judge the numbers.

    Args:
        marked: The vessel.
        progress: Called with the stage and the share done.
        edits: What a person confirmed or changed.

    Raises:
        BackendError: The vessel cannot be measured.
    """
    marked = edits.trusted(_doubted(marked, direction_reasons(marked.vessel)))
    vessel = edits.with_wall(marked.vessel)
    found = measure_occlusion(vessel, marked.source, progress, edits.over(marked.given))
    found = replace(found, places=edits.put(marked.given))
    check_references(found, edits.untouched(marked.given))
    check_placed(found, edits)
    found = without_opened(found)
    progress("estimate the uncertainty", 0.6)
    sd = spread(found, DRAWN_SD_MM if marked.drawn else FOUND_SD_MM)
    progress("look around the occlusion", 0.75)
    stent = stent_in(found)
    findings = findings_of(found, sd, marked, in_stent=stent is not None)
    marked = edits.trusted(_doubted(marked, fork_reasons(found, findings.zone)))
    hidden = [] if stent is None else stent_doubts(stent, found, findings.zone)
    own = doubts_of(found, sd, marked, findings)
    placed = placing_doubts(found, edits, hidden_stretches(found, stent))
    rests = rests_of(found, findings.zone, edits.followed)
    own = (*placed, *wall_doubts(found, marked.vessel, edits, rests), *own)
    doubts = with_own_length(first_of_each([*hidden, *score_doubts(own), *own, *unmeasured()]))
    doubted = {doubt.name for doubt in doubts}
    facts = told_without_opened(facts_of(found, sd, marked.info) + findings.facts, found)
    before = _in_wall_found(marked, edits, sd, in_stent=stent is not None)
    trusted = tuple(
        with_status(fact, rests, edits, before) for fact in facts if fact.name not in doubted
    )
    if stent is not None:
        trusted = (stent_fact(stent), *trusted)
    return Analysis(marked, found, sd, findings, trusted, doubts, edits, stent)


def _in_wall_found(
    marked: MarkedVessel, edits: Edits, sd: Spread, *, in_stent: bool
) -> dict[str, int | Decimal | str]:
    """Return the value of each fact without the corrections of the wall, if there are any."""
    if not edits.wall:
        return {}
    found = measure_occlusion(marked.vessel, marked.source, _quietly, edits.over(marked.given))
    found = replace(found, places=edits.put(marked.given))
    findings = findings_of(found, sd, marked, in_stent=in_stent)
    return {fact.name: fact.value for fact in facts_of(found, sd, marked.info) + findings.facts}


def _quietly(stage: str, share: float) -> None:
    """Report nothing: this was measured before."""


def _doubted(marked: MarkedVessel, reasons: tuple[str, ...]) -> MarkedVessel:
    """Return the vessel with what else speaks against its line, each reason once."""
    return replace(marked, reasons=tuple(dict.fromkeys((*reasons, *marked.reasons))))


def told(
    analysis: Analysis,
    source: str,
    figures: tuple[Figure, ...] = (),
    files: tuple[DataFile, ...] = (),
) -> Measurements:
    """Return an analysis as measurements.

    Args:
        analysis: What was measured.
        source: Name and version that the facts carry.
        figures: Its pictures.
        files: Its details for other programs.
    """
    found, findings, info = analysis.found, analysis.findings, analysis.marked.info
    if analysis.stent is not None:  # caps and volumes are those of the metal
        return Measurements(
            source=source,
            facts=analysis.facts,
            doubts=analysis.doubts,
            marks=_marks(analysis) if found.proximal.placed and found.distal.placed else {},
            study=_study(info, analysis.marked.name),
            notes=(
                analysis.stent.sentence,
                *placing_notes(found, analysis.edits, hidden_stretches(found, analysis.stent)),
                *wall_notes(found, analysis.marked.vessel),
                *info.notes,
            ),
            figures=figures,
            files=files,
        )
    doubted = {doubt.name for doubt in analysis.doubts}
    volume = {"occlusion_vessel_volume": f"{found.content.vessel_mm3:.1f} mm3"}
    entries = study_entries(findings, doubted)
    hidden = hidden_entries(analysis.doubts)
    return Measurements(
        source=source,
        facts=analysis.facts,
        doubts=analysis.doubts,
        marks=_marks(analysis),
        study=_study(info, analysis.marked.name)
        | ({} if "plaque_volume" in doubted else volume)
        | {key: text for key, text in entries.items() if key not in hidden},
        notes=(
            *placing_notes(found, analysis.edits),
            *wall_notes(found, analysis.marked.vessel),
            *notes_of(found, analysis.marked, findings, doubted, analysis.edits),
            *info.notes,
        ),
        figures=figures,
        files=files,
    )


def _marks(analysis: Analysis) -> dict[str, tuple[float, float, float]]:
    """Return caps, middles of the references, sharpest bend and landing zone; none in doubt."""
    found, zone = analysis.found, analysis.findings.zone
    arc = found.vessel.line.arc_mm
    marks = {
        "proximal_cap_lps_mm": _mark(found, found.proximal.at_mm),
        "distal_cap_lps_mm": _mark(found, found.distal.at_mm),
        "proximal_reference_lps_mm": _mark(found, float(arc[found.before].mean())),
        "distal_reference_lps_mm": _mark(found, float(arc[found.behind].mean())),
        "sharpest_bend_lps_mm": _mark(found, found.bend.at_mm),
        "landing_zone_from_lps_mm": _mark(found, zone.from_mm),
        "landing_zone_to_lps_mm": _mark(found, zone.to_mm),
    }
    hidden = hidden_marks(analysis.doubts)
    return {name: place for name, place in marks.items() if name not in hidden}


def _mark(found: Occlusion, at_mm: float) -> tuple[float, float, float]:
    x, y, z = (round(float(value), 2) for value in found.point(at_mm))
    return (x, y, z)


def _study(info: SeriesInfo, name: str) -> dict[str, str]:
    """Return what is known of the series, and what a person calls its case."""
    kilovolt = info.tube_voltage_kv
    told = {
        "name": name,
        "series": info.description or info.series_uid,
        "series_uid": info.series_uid,
        "tube_voltage": "" if kilovolt is None else f"{kilovolt:g} kV",
        "kernel": info.kernel,
        "cardiac_phase": info.cardiac_phase,
        "contrast_agent": info.contrast_agent,
        "manufacturer": info.manufacturer,
    }
    return {key: text for key, text in told.items() if text}
