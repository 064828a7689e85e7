"""What every picture of one measurement is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.closed import closed_between
from cto_cds_ccta.figure.marks import Mark, marks_of
from cto_cds_ccta.figure.palette import class_map
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.metal import hidden_stretches
from cto_cds_ccta.placing import TOLD_MM, closed_beyond, opened_between
from cto_cds_ccta.readings import NEEDS_REVIEW
from cto_cds_ccta.readings.adjusted import voltage_sentences
from cto_cds_ccta.readings.branches import distal_branches, proximal_branches
from cto_cds_ccta.readings.several import which_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cto_cds_ccta.measure.branches import Branch
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.metal import Stent
    from cto_cds_ccta.quantify import Analysis

BESIDE_MM = 7.0
SAME_BRANCH_MM = 1.5
LEAST_OPEN_MM = 2 * STEP_MM


@dataclass(frozen=True, slots=True)
class Interruption:
    """A piece of the line without contrast, apart from the occlusion that was measured.

    Attributes:
        start_mm: Where it begins, roughly.
        end_mm: Where it ends.
        name: What stands beside it.
    """

    start_mm: float
    end_mm: float
    name: str


@dataclass(frozen=True, slots=True)
class SideBranch:
    """A branch as the pictures show it.

    Attributes:
        seen: The branch.
        name: What stands beside it: its diameter, or that it is in doubt.
        before: Whether it leaves before the occlusion.
    """

    seen: Branch
    name: str
    before: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """A measurement to be drawn.

    Attributes:
        analysis: What was measured and judged.
        doubts: Why, for each fact that needs review.
        marks: S, P, D and E.
        classes: The class of each pixel inside the wall.
        shown_mm: The piece of the line that pictures along the vessel show.
        others: Pieces without contrast beside the occlusion.
        branches: Side branches at the caps and in the landing zone.
    """

    analysis: Analysis
    doubts: Mapping[str, str]
    marks: tuple[Mark, ...]
    classes: NDArray[np.int8]
    shown_mm: tuple[float, float]
    others: tuple[Interruption, ...]
    branches: tuple[SideBranch, ...]

    @property
    def found(self) -> Occlusion:
        """The occlusion."""
        return self.analysis.found

    @property
    def stent(self) -> Stent | None:
        """The stent that the occlusion lies in, where one is seen."""
        return self.analysis.stent

    @property
    def occluded_mm(self) -> tuple[tuple[float, float], ...]:
        """Every piece in which contrast was found to be missing: between the caps, then others."""
        others = tuple((one.start_mm, one.end_mm) for one in self.others)
        return (*closed_between(self.found, self.stent), *others)

    @property
    def hidden_mm(self) -> tuple[tuple[float, float], ...]:
        """Every piece of which a stent hides whether it holds contrast."""
        return hidden_stretches(self.found, self.stent)

    @property
    def open_mm(self) -> tuple[tuple[float, float], ...]:
        """Every piece that is shown and holds contrast, as far as that is seen."""
        low, high = self.shown_mm
        closed = sorted((*self.occluded_mm, *self.hidden_mm))
        starts = [low, *(end for _, end in closed)]
        stops = [*(start for start, _ in closed), high]
        pieces = zip(starts, stops, strict=True)
        return tuple(piece for piece in pieces if piece[1] - piece[0] >= LEAST_OPEN_MM)

    @property
    def contrast_mm(self) -> tuple[tuple[float, float], ...]:
        """Every piece of open vessel that moved caps took in, as it is told: it is no plaque."""
        taken_in = tuple(opened_between(self.found))
        return taken_in if sum(end - start for start, end in taken_in) > TOLD_MM else ()

    def in_contrast(self, at_mm: NDArray[np.float64] | float) -> NDArray[np.bool_]:
        """Return which places lie in open vessel that moved caps took in."""
        at = np.asarray(at_mm)
        inside = np.zeros(at.shape, dtype=np.bool_)
        for start, end in self.contrast_mm:
            inside |= (at >= start) & (at <= end)
        return inside

    @property
    def several_known(self) -> bool:
        """Whether each length is known, and only which of several counts needs review."""
        because = self.doubts.get("occlusion_length")
        return because is not None and because == which_counts(self.found)

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
    return Scene(
        analysis,
        doubts,
        marks,
        class_map(found.vessel),
        _shown(found, marks),
        _others(found, doubts, analysis.stent),
        _branches(analysis, doubts),
    )


def _shown(found: Occlusion, marks: tuple[Mark, ...]) -> tuple[float, float]:
    """Return the piece of the line from S to E and a bit more; every interruption is on it."""
    places = [mark.at_mm for mark in marks] + [at for gap in found.gaps_mm for at in gap]
    low = max(min(places) - BESIDE_MM, 0.0)
    return low, min(max(places) + BESIDE_MM, float(found.vessel.line.arc_mm[-1]))


def _others(
    found: Occlusion, doubts: Mapping[str, str], stent: Stent | None
) -> tuple[Interruption, ...]:
    """Return the other pieces without contrast, numbered along the vessel with the occlusion.

    What moved caps left out is one of them, without a number.
    """
    doubt = "?" if "occlusion_count" in doubts else ""
    others = [
        Interruption(*piece, words("other_occlusion", number=number) + doubt)
        for number, piece in enumerate(found.closed_mm, start=1)
        if piece[0] >= found.distal.at_mm or piece[1] <= found.proximal.at_mm
    ]
    before, behind = closed_beyond(found, hidden_stretches(found, stent))
    others += [
        Interruption(start, end, words("left_out"))
        for start, end in (*before, *behind)
        if end - start > TOLD_MM and not any(one.start_mm <= start <= one.end_mm for one in others)
    ]
    return tuple(sorted(others, key=lambda one: one.start_mm))


def _branches(analysis: Analysis, doubts: Mapping[str, str]) -> tuple[SideBranch, ...]:
    """Return the branches that the facts rest on, each once, along the vessel."""
    found = analysis.found
    shown = [
        SideBranch(one, _name(one, doubted="proximal_vessel_diameter" in doubts), before=True)
        for one in proximal_branches(found.first)
    ]
    for one in (*distal_branches(found.last), *analysis.findings.zone.branches):
        if all(abs(one.at_mm - other.seen.at_mm) > SAME_BRANCH_MM for other in shown):
            doubted = "distal_vessel_diameter" in doubts
            shown.append(SideBranch(one, _name(one, doubted=doubted), before=False))
    return tuple(sorted(shown, key=lambda each: each.seen.at_mm))


def _name(branch: Branch, *, doubted: bool) -> str:
    """Return what stands beside a branch; the diameter is in doubt where cap or line is."""
    if doubted or not branch.sure:
        return words("branch_doubted")
    return words("branch", diameter=f"{2 * branch.radius_mm:.1f}")
