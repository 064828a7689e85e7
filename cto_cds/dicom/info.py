"""What the headers of an accepted series tell a reader of the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.dicom.pixels import AIR_HU, padding_is_tissue
from cto_cds.dicom.volume import Images, SeriesInfo
from cto_cds.dicom.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cto_cds.dicom.headers import Header


SAME_PHASE_MS = 1.0
"""Times after the R wave that are no further apart differ by rounding alone."""


def series_info(headers: Sequence[Header], padded: int, notes: Iterable[str]) -> SeriesInfo:
    """Return the description of an accepted series.

    Args:
        headers: Of all slices, in order.
        padded: How many voxels were not scanned.
        notes: What was tolerated so far.
    """
    first = headers[0]
    phase, phase_notes = _phase(headers)
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
        images=Images(
            sop_class_uid=first.sop_class,
            frame_of_reference_uid=first.frame_of_reference,
            sop_uids=tuple(header.sop_uid for header in headers),
            date=first.date,
        ),
    )


def _phase(headers: Sequence[Header]) -> tuple[str, list[str]]:
    first = headers[0]
    if first.phases:
        (phase, place), *others = first.phases
        notes = [f"The cardiac phase {phase} is taken from {place}."]
        notes += [f"{other} says {said}." for said, other in others if said != phase]
        return phase, notes
    times_ms = [h.trigger_time_ms for h in headers if h.trigger_time_ms is not None]
    if not times_ms:
        return "", []
    low_ms, high_ms = min(times_ms), max(times_ms)
    if high_ms - low_ms > SAME_PHASE_MS:
        told = (
            f"The cardiac phase is not known: TriggerTime differs between the slices, {low_ms:g} "
            f"to {high_ms:g} ms after the R wave. Either the heart beat unevenly, or phases were "
            "put end to end; look at the vessel where the times change."
        )
        return "", [told]
    if len(times_ms) < len(headers):
        without = len(headers) - len(times_ms)
        return "", [f"The cardiac phase is not known: {without} slices have no TriggerTime."]
    phase = f"{times_ms[0]:g} ms"
    return phase, [f"The cardiac phase {phase} after the R wave is taken from TriggerTime."]


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
