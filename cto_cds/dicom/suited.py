"""What speaks against a series where a study holds several."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from cto_cds.dicom.scanning import NO_AGENT
from cto_cds.dicom.wording import mm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cto_cds.dicom.headers import Header

_THICKER_BY, _MUCH_THICKER_BY = 2.0, 3.0
"""By how much slices are thicker than others of the same kernel, or of whichever kernel."""
_REFORMATTED = {"MPR", "MIP", "MINIP", "REFORMATTED", "PROJECTION IMAGE", "VRT", "CPR", "AVERAGE"}
_NATIVE = re.compile(
    r"\b(?:ca[ _-]?sc(?:ore?|oring)?|cal(?:cium)?[ _-]?scor\w*|smart ?score|nativ\w*|un-?enhanced|"
    r"non[ _-]?(?:contrast|enhanced)|w(?:ith)?/?o(?:ut)? contrast|ohne km)\b",
    re.IGNORECASE,
)


def objections(series: Mapping[str, Sequence[Header]]) -> dict[str, tuple[str, ...]]:
    """Return what the headers of each series say against measuring a coronary artery on it.

    Args:
        series: The series that may be a volume, by their UIDs.
    """
    firsts = [files[0] for files in series.values()]
    return {uid: tuple(_against(files[0], firsts)) for uid, files in series.items()}


def _against(first: Header, others: Sequence[Header]) -> Iterator[str]:
    thickness_mm = first.slice_thickness_mm or 0.0
    for other in sorted(others, key=lambda header: header.slice_thickness_mm or math.inf):
        by = _THICKER_BY if other.kernel == first.kernel else _MUCH_THICKER_BY
        thinner_mm = other.slice_thickness_mm or math.inf
        if thickness_mm >= by * thinner_mm:
            yield f"its slices are {mm(thickness_mm)} thick, those of another {mm(thinner_mm)}"
            break
    said = _NATIVE.search(first.description)
    if said:
        yield f"its description says '{said[0]}', a scan without contrast"
    if first.contrast.upper() in NO_AGENT:
        yield f"its contrast agent is '{first.contrast}'"
    made = sorted(_REFORMATTED.intersection(word.upper() for word in first.image_type))
    if made:
        yield f"its images are made from others ({made[0]})"
