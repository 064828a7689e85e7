"""How an image was scanned: kernel, contrast and energy, from wherever a vendor writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cto_cds.dicom.attributes import number, text
from cto_cds.dicom.guard import UnreadableError, attempt
from cto_cds.dicom.private import CANON, CANON_CONTRAST, CANON_KERNEL

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

GIVEN = "given, agent not named"
NO_AGENT = {"NONE", "NO", "N"}
_TOLD_BY = ("ContrastBolusRoute", "ContrastBolusStartTime", "ContrastBolusIngredient")
_ENERGY = re.compile(r"(?<![\d.,])(\d{2,3})\s*_?keV\b", re.IGNORECASE)
_ENERGY_PLACES = ("SeriesDescription", "ImageComments", "ImageType")


def kernel(dataset: Dataset) -> str:
    """Return the reconstruction kernel; empty when no place names it."""
    return text(dataset, "ConvolutionKernel") or CANON.text(dataset, CANON_KERNEL)


def contrast(dataset: Dataset) -> str:
    """Return the contrast agent, or that one was given; empty when no place says so."""
    agent = text(dataset, "ContrastBolusAgent")
    agent = agent or _coded(dataset) or CANON.text(dataset, CANON_CONTRAST)
    if agent:
        return agent
    volume = number(dataset, "ContrastBolusVolume")
    if volume or any(text(dataset, place) for place in _TOLD_BY):
        return GIVEN
    return ""


def energy_kev(dataset: Dataset) -> float | None:
    """Return the energy of a virtual monoenergetic image; None for every other image."""
    for place in _ENERGY_PLACES:
        found = _ENERGY.search(text(dataset, place))
        if found:
            return float(found[1])
    return None


def _coded(dataset: Dataset) -> str:
    try:
        items = attempt(lambda: list(dataset.get("ContrastBolusAgentSequence") or ()))
    except UnreadableError:
        return ""
    return "/".join(filter(None, (text(item, "CodeMeaning") for item in items)))
