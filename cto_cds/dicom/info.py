"""What the headers of an accepted series tell a reader of the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.dicom.pixels import AIR_HU, padding_is_tissue
from cto_cds.dicom.volume import SeriesInfo
from cto_cds.dicom.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cto_cds.dicom.headers import Header


def series_info(headers: Sequence[Header], padded: int, notes: Iterable[str]) -> SeriesInfo:
    """Return the description of an accepted series.

    Args:
        headers: Of all slices, in order.
        padded: How many voxels were not scanned.
        notes: What was tolerated so far.
    """
    first = headers[0]
    phase, phase_notes = _phase(first)
    return SeriesInfo(
        series_uid=first.series_uid,
        study_uid=first.study_uid,
        description=first.description,
        tube_voltage_kv=None if first.energy_kev is not None else first.tube_voltage_kv,
        kernel=first.kernel,
        slice_thickness_mm=first.slice_thickness_mm,
        cardiac_phase=phase,
        contrast_agent=first.contrast,
        manufacturer=first.manufacturer,
        notes=(*notes, *phase_notes, *_image_notes(headers, padded)),
    )


def _phase(header: Header) -> tuple[str, list[str]]:
    if header.phases:
        (phase, place), *others = header.phases
        notes = [f"The cardiac phase {phase} is taken from {place}."]
        notes += [f"{other} says {said}." for said, other in others if said != phase]
        return phase, notes
    if header.trigger_time_ms is not None:
        phase = f"{header.trigger_time_ms:g} ms"
        return phase, [f"The cardiac phase {phase} after the R wave is taken from TriggerTime."]
    return "", []


def _image_notes(headers: Sequence[Header], padded: int) -> list[str]:
    first = headers[0]
    notes = []
    if first.energy_kev is not None:
        notes.append(
            f"The images are virtual monoenergetic ones of {first.energy_kev:g} keV; no tube "
            "voltage belongs to their CT numbers."
        )
    elif first.tube_voltage_kv is None:
        notes.append("The images do not state their tube voltage (KVP).")
    if padded:
        notes.append(
            f"{padded} voxels hold PixelPaddingValue {first.padding}: they were not scanned and "
            f"were set to {AIR_HU} HU."
        )
    if padding_is_tissue(first):
        notes.append(
            f"PixelPaddingValue {first.padding} stands for a CT number that scanned voxels may "
            "have; such voxels were left as they are."
        )
    if any(header.lossy for header in headers):
        notes.append("The images were compressed with loss; their CT numbers are changed.")
    if first.image_type[:1] == ("DERIVED",):
        notes.append(f"The images are derived ones: {'/'.join(first.image_type)}.")
    acquisitions = sorted({header.acquisition for header in headers})
    if len(acquisitions) > 1:
        notes.append(
            f"The series joins {len(acquisitions)} acquisitions end to end "
            f"(AcquisitionNumber {listed(acquisitions)})."
        )
    return notes
