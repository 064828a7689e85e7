"""The cardiac phase of an image. Classic CT has no attribute for it; vendors write it anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cto_cds.dicom.attributes import number, text
from cto_cds.dicom.private import CANON, CANON_PHASES

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

TEXT_PLACES = ("ImageComments", "SeriesDescription", "ProtocolName")
_STRENGTH_OF_RECONSTRUCTION = re.compile(
    r"\b(?:asir|asir-v|ar|ir|idose|admire|safire|aidr)\W{0,2}\d{1,3}(?:[.,]\d+)?\s*%", re.IGNORECASE
)
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)\s*%")
_TIME = re.compile(r"(?<![\d.,])(\d{2,4})\s*ms\b", re.IGNORECASE)
_BEST = re.compile(r"\bbest[ _-]?(dia|sys)", re.IGNORECASE)
_BEST_NAMES = {"dia": "best diastolic", "sys": "best systolic"}


def phase_in_text(words: str) -> str:
    """Return the phase that a free text names, such as ``75 %`` or ``300 ms``; empty if none."""
    words = _STRENGTH_OF_RECONSTRUCTION.sub(" ", words)
    for pattern, unit in ((_PERCENT, "%"), (_TIME, "ms")):
        found = [match.replace(",", ".") for match in pattern.findall(words)]
        if found:
            return ", ".join(f"{float(value):g} {unit}" for value in dict.fromkeys(found))
    best = _BEST.search(words)
    return _BEST_NAMES[best[1].lower()] if best else ""


def cardiac_phases(dataset: Dataset) -> tuple[tuple[str, str], ...]:
    """Return every phase an image names, as (phase, attribute), the most reliable first."""
    found = []
    nominal = number(dataset, "NominalPercentageOfCardiacPhase")
    if nominal is not None:
        found.append((f"{nominal:g} %", "NominalPercentageOfCardiacPhase"))
    for element, unit in CANON_PHASES:
        value = CANON.number(dataset, element)
        if value:
            found.append((f"{value:g} {unit}", CANON.place(element)))
    for place in TEXT_PLACES:
        phase = phase_in_text(text(dataset, place))
        if phase:
            found.append((phase, place))
    return tuple(found)
