"""What every picture of one measurement is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds_ccta.figure.marks import Mark, marks_of
from cto_cds_ccta.figure.palette import class_map
from cto_cds_ccta.readings import NEEDS_REVIEW
from cto_cds_ccta.readings.adjusted import voltage_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.quantify import Analysis

BESIDE_MM = 7.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A measurement to be drawn.

    Attributes:
        analysis: What was measured and judged.
        doubts: Why, for each fact that needs review.
        marks: S, P, D and E.
        classes: The class of each pixel inside the wall.
        shown_mm: The piece of the line that pictures along the vessel show.
    """

    analysis: Analysis
    doubts: Mapping[str, str]
    marks: tuple[Mark, ...]
    classes: NDArray[np.int8]
    shown_mm: tuple[float, float]

    @property
    def found(self) -> Occlusion:
        """The occlusion."""
        return self.analysis.found

    @property
    def voltage(self) -> tuple[str, ...]:
        """What the tube voltage means for the plaque classes."""
        kilovolt = self.analysis.marked.info.tube_voltage_kv
        return voltage_sentences(kilovolt, self.analysis.findings.adjusted, self.doubts)

    def told(self, name: str, text: str) -> str:
        """Return a number in words, or that it needs review: a doubt is never a number."""
        return NEEDS_REVIEW if name in self.doubts else text


def scene_of(analysis: Analysis) -> Scene:
    """Prepare a measurement for its pictures."""
    found = analysis.found
    doubts = {doubt.name: doubt.because for doubt in analysis.doubts}
    marks = marks_of(found, analysis.edits, doubts)
    return Scene(analysis, doubts, marks, class_map(found.vessel), _shown(found, marks))


def _shown(found: Occlusion, marks: tuple[Mark, ...]) -> tuple[float, float]:
    """Return the piece of the line from S to E and a bit more; every interruption is on it."""
    places = [mark.at_mm for mark in marks] + [at for gap in found.gaps_mm for at in gap]
    low = max(min(places) - BESIDE_MM, 0.0)
    return low, min(max(places) + BESIDE_MM, float(found.vessel.line.arc_mm[-1]))
