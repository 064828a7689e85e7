"""A phantom in memory, as a backend meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.hookspecs import Centreline, PracticeCase, Request

from cto_cds_ccta.phantom.expected import expected_facts

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.study import Phantom


def volume_of(phantom: Phantom) -> Volume:
    """Return the volume as the reader would return it from the series."""
    design = phantom.design
    info = SeriesInfo(
        series_uid=design.name,
        study_uid=design.name,
        description=f"SYNTHETIC {design.name}",
        tube_voltage_kv=float(design.tube_voltage_kv),
        slice_thickness_mm=design.slice_mm,
    )
    return Volume(phantom.image.hu, phantom.image.affine_lps_mm, info)


def practice_case(phantom: Phantom) -> PracticeCase:
    """Return the volume with the phantom's own line and its seed points."""
    line = Centreline(phantom.line_lps_mm, phantom.outer_radius_mm, "drawn")
    return PracticeCase(
        name=phantom.design.name,
        request=Request(volume_of(phantom), line, phantom.seeds),
        expected=expected_facts(phantom.truth),
    )
