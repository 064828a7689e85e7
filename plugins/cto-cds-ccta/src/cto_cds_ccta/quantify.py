"""From a volume and what was marked in it to everything the backend hands back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Measurements

from cto_cds_ccta.facts import facts_of
from cto_cds_ccta.figure.page import vessel_figure
from cto_cds_ccta.judgement import doubts_of, notes_of
from cto_cds_ccta.measure.occlusion import measure_occlusion
from cto_cds_ccta.measure.spread import DRAWN_SD_MM, FOUND_SD_MM, spread
from cto_cds_ccta.vessel import marked_vessel

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.dicom.volume import SeriesInfo
    from cto_cds.hookspecs import Request

    from cto_cds_ccta.measure.occlusion import Occlusion


def quantify(request: Request, source: str, progress: Callable[[str, float], None]) -> Measurements:
    """Measure the occlusion of a vessel, judge the numbers and draw the figure.

    Args:
        request: The CT and what was marked in it.
        source: Name and version that the facts carry.
        progress: Called with the stage and the share done.

    Raises:
        BackendError: The study cannot be measured with what was marked.
    """
    volume = request.volume
    marked = marked_vessel(request, progress)
    found = measure_occlusion(marked.vessel, marked.source, progress)
    progress("estimate the uncertainty", 0.6)
    sd = spread(found, DRAWN_SD_MM if marked.traced is None else FOUND_SD_MM)
    doubts = doubts_of(found, sd, marked, volume)
    doubted = {doubt.name for doubt in doubts}
    facts = facts_of(found, sd, volume.info)
    progress("draw the figure", 0.85)
    figure = vessel_figure(found, sd, doubted)
    progress("done", 1.0)
    return Measurements(
        source=source,
        facts=tuple(fact for fact in facts if fact.name not in doubted),
        doubts=doubts,
        marks={
            "proximal_cap_lps_mm": _mark(found, found.proximal.at_mm),
            "distal_cap_lps_mm": _mark(found, found.distal.at_mm),
        },
        study=_study(found, volume.info),
        notes=(*notes_of(found, marked, volume), *volume.info.notes),
        figures=(figure,),
    )


def _mark(found: Occlusion, at_mm: float) -> tuple[float, float, float]:
    x, y, z = (round(float(value), 2) for value in found.point(at_mm))
    return (x, y, z)


def _study(found: Occlusion, info: SeriesInfo) -> dict[str, str]:
    """Return what is known of the series, and the vessel volume, which is no fact of its own."""
    kilovolt = info.tube_voltage_kv
    told = {
        "series": info.description or info.series_uid,
        "series_uid": info.series_uid,
        "tube_voltage": "" if kilovolt is None else f"{kilovolt:g} kV",
        "kernel": info.kernel,
        "cardiac_phase": info.cardiac_phase,
        "manufacturer": info.manufacturer,
        "occlusion_vessel_volume": f"{found.content.vessel_mm3:.1f} mm3",
    }
    return {key: text for key, text in told.items() if text}
