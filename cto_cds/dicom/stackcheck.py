"""Whether a stack of slices is complete, straight and regular."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.choice import FEWEST_SLICES
from cto_cds.dicom.wording import count, listed, mm
from cto_cds.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cto_cds.dicom.geometry import Stack
    from cto_cds.dicom.headers import Header

_AGAIN = "Export the whole series again from the archive or the scanner."
_MISSING_FROM = 1.5
_SHOWN = 5
_FEW = 4


def stack_problems(folder: Path, stack: Stack) -> list[Problem]:
    """Return what is wrong with the places of the slices; empty for a regular grid.

    Args:
        folder: Where the files are, for messages.
        stack: Images of one orientation, ordered.
    """
    place = Place(str(folder))
    if len(stack.places) < FEWEST_SLICES:
        found = f"the slices stand at {count(len(stack.places), 'place')} only"
        return [Problem(place, f"{found}; a volume needs at least {FEWEST_SLICES}", _AGAIN)]
    crowded = list(_repeated(place, stack)) or list(_interleaved(place, stack))
    problems = [*crowded, *_gaps(place, stack)]
    sideways = list(_sideways(place, stack))
    if sideways or problems:
        return [*problems, *sideways]
    return list(_irregular(place, stack))


def _repeated(place: Place, stack: Stack) -> Iterator[Problem]:
    doubled = [indices for indices in stack.places if len(indices) > 1]
    if not doubled:
        return
    files = [stack.headers[i] for i in doubled[0]]
    differ = _differences(files)
    yield Problem(
        place,
        f"{len(doubled)} of {len(stack.places)} places hold more than one image, first at "
        f"{stack.where(doubled[0][0])}: {listed([header.name for header in files])}; {differ}",
        "Remove the copies, choose one phase with --phase, or export one phase, acquisition and "
        "reconstruction alone.",
    )


def _differences(files: Sequence[Header]) -> str:
    if len({(header.sop_uid, header.frame) for header in files}) == 1:
        return "they are copies of one image"
    told = {
        "AcquisitionNumber": [header.acquisition or "none" for header in files],
        "TriggerTime": [f"{header.trigger_time_ms}" for header in files],
        "cardiac phase": [header.phase or "none" for header in files],
        "TemporalPositionIndex": [header.temporal_position or "none" for header in files],
    }
    differ = [f"{name} ({listed(values)})" for name, values in told.items() if len(set(values)) > 1]
    return (
        f"they differ in {', '.join(differ)}"
        if differ
        else "nothing in the headers sets them apart"
    )


def _interleaved(place: Place, stack: Stack) -> Iterator[Problem]:
    """Acquisitions one after the other along the body are one scan; mixed in space they are not.

    A trigger time may come back in a later heartbeat, so only times that alternate from slice to
    slice are taken for two phases.
    """
    numbers = [header.acquisition for header in stack.headers]
    if _runs(numbers) > len(set(numbers)):
        yield Problem(
            place,
            f"the slices of {len(set(numbers))} acquisitions lie between each other "
            f"(AcquisitionNumber {listed(sorted({number or 'none' for number in numbers}))})",
            "Export one acquisition alone, into a folder of its own.",
        )
    times = [header.trigger_time_ms for header in stack.headers]
    distinct = set(times)
    if len(distinct) * _FEW <= len(times) and _runs(times) > len(times) / 2:
        told = listed(sorted("none" if time is None else f"{time:g} ms" for time in distinct))
        yield Problem(
            place,
            f"the slices of {len(distinct)} cardiac phases lie between each other "
            f"(TriggerTime {told})",
            "Choose one with --phase, as it stands here, or export one cardiac phase alone.",
        )


def _runs(values: Sequence[object]) -> int:
    """Return how many stretches of equal values there are."""
    return 1 + sum(a != b for a, b in pairwise(values))


def _gaps(place: Place, stack: Stack) -> Iterator[Problem]:
    spacing_mm = stack.spacing_mm
    gaps = np.flatnonzero(stack.distances_mm > _MISSING_FROM * spacing_mm)
    for gap in gaps[:_SHOWN]:
        before, after = stack.places[gap][-1], stack.places[gap + 1][0]
        distance_mm = float(stack.distances_mm[gap])
        missing = max(round(distance_mm / spacing_mm) - 1, 1)
        yield Problem(
            place,
            f"{count(missing, 'slice')} missing between {stack.headers[before].name} at "
            f"{stack.where(before)} and {stack.headers[after].name} at {stack.where(after)}: "
            f"{mm(distance_mm)} apart, elsewhere {mm(spacing_mm)}",
            _AGAIN,
        )
    if len(gaps) > _SHOWN:
        yield Problem(place, f"slices are missing at {len(gaps) - _SHOWN} more places", _AGAIN)


def _sideways(place: Place, stack: Stack) -> Iterator[Problem]:
    drift_mm = stack.drift_mm
    allowed_mm = max(min(stack.headers[0].pixel_spacing_mm or (0.0,)) / 2.0, stack.tolerance_mm)
    if float(drift_mm.max()) <= allowed_mm:
        return
    length_mm = float(stack.along_mm[-1] - stack.along_mm[0])
    tilt = float(np.degrees(np.arctan2(drift_mm[-1], length_mm)))
    if drift_mm[-1] > allowed_mm:
        yield Problem(
            place,
            f"the slices are stacked {tilt:.2f} degrees off their normal (gantry tilt or shear): "
            f"the last stands {mm(float(drift_mm[-1]))} beside the first",
            "Export a reconstruction whose slices stand at a right angle to the table movement.",
        )
        return
    worst = int(np.argmax(drift_mm))
    yield Problem(
        place,
        f"{stack.headers[worst].name} at {stack.where(worst)} stands "
        f"{mm(float(drift_mm[worst]))} beside the other slices",
        _AGAIN,
    )


def _irregular(place: Place, stack: Stack) -> Iterator[Problem]:
    jitter_mm = stack.jitter_mm
    steps_mm = np.abs(stack.distances_mm - stack.spacing_mm)
    worst = int(np.argmax(jitter_mm))
    off_mm = max(float(jitter_mm[worst]), float(steps_mm.max()))
    if off_mm > stack.tolerance_mm:
        low_mm, high_mm = float(stack.distances_mm.min()), float(stack.distances_mm.max())
        yield Problem(
            place,
            f"the distances between slices are not equal: {mm(low_mm)} to {mm(high_mm)}; "
            f"{stack.headers[worst].name} at {stack.where(worst)} stands "
            f"{mm(float(jitter_mm[worst]))} off a regular grid, "
            f"allowed is {mm(stack.tolerance_mm)}",
            _AGAIN,
        )
