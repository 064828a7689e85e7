"""The frames of an enhanced (multi-frame) CT object, each as if it were an image of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from cto_cds.dicom.attributes import whole
from cto_cds.dicom.guard import UnreadableError, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FRAMES = 20_000
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_OF_ALL_FRAMES = (*_GROUPS, "NumberOfFrames")
_CLASSIC_NAMES = {
    "FrameType": "ImageType",
    "FrameAcquisitionNumber": "AcquisitionNumber",
    "NominalCardiacTriggerDelayTime": "TriggerTime",
}
"""What a frame calls by another name than an image does."""


def frame_datasets(dataset: Dataset) -> Iterator[Dataset]:
    """Yield the attributes of each frame in one level, under the names that a single image has.

    Args:
        dataset: A multi-frame object, without its pixels.

    Raises:
        UnreadableError: The functional groups do not fit to the number of frames.
    """
    frames = whole(dataset, "NumberOfFrames")
    if frames is None or not 0 < frames <= MOST_FRAMES:
        said = "missing" if frames is None else f"{frames}"
        raise UnreadableError(f"NumberOfFrames is {said}; allowed are 1 to {MOST_FRAMES}")
    shared, each = (attempt(partial(_items, dataset, name)) for name in _GROUPS)
    if len(each) != frames:
        raise UnreadableError(
            f"NumberOfFrames is {frames}, and PerFrameFunctionalGroupsSequence has {len(each)}"
        )
    common = attempt(lambda: _common(dataset, shared))
    for own in each:
        yield attempt(partial(_flat, common, own))


def _items(dataset: Dataset, name: str) -> list[Dataset]:
    found = dataset.get(name)
    return [] if found is None else list(found)


def _common(dataset: Dataset, shared: list[Dataset]) -> Dataset:
    common = Dataset()
    for element in dataset:
        if element.keyword not in _OF_ALL_FRAMES:
            common[element.tag] = element
    for item in shared[:1]:
        _take(common, item)
    return common


def _flat(common: Dataset, own: Dataset) -> Dataset:
    flat = Dataset()
    flat.update(common)
    _take(flat, own)
    for theirs, name in _CLASSIC_NAMES.items():
        if theirs in flat:  # a new element: the old one belongs to all frames
            flat.add_new(name, flat[theirs].VR, flat[theirs].value)
    return flat


def _take(flat: Dataset, group: Dataset) -> None:
    """Take what stands in the only item of each functional group."""
    for element in group:
        if element.VR == "SQ" and len(element.value) == 1:
            flat.update(element.value[0])
