"""The contrast column beside a gap: how wide it is, and how columns that end anywhere fit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d, label

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA, tapered_end
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import before_blur_hu
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

if TYPE_CHECKING:
    from cto_cds_ccta.measure.caps import Levels

TAPERS_MM = np.arange(0.0, 10.01, 0.5)
MOST_TAPER_MM = (10.0, 5.0)
SMOOTHING_MM = 0.35
CLEAR_STEP_NOISES = 8.0
MOST_BRIGHT_SHARE = 0.6
LUMEN_SHARE = 0.8
NEAR_CAP_MM, NEAR_FIT_MM = 3.0, 3.0
TIP_SHARE, THIN_SHARE, MOST_OVER_TIP = 0.35, 0.45, 0.08
"""Behind the tip plaque or the halo of calcium may touch the column: more width counts little."""
HIDDEN_FROM_MM, HIDDEN_SD_MM = 3.0, 0.7
_BEFORE_MM, _LEAST_BEFORE_MM, _CLEAR_MM = (14.0, 8.0), 3.0, 1.0
_BEHIND_MM, _MARGIN_MM = 3.0, 2.0
_CLEAR_OF_END_MM = 3.0
_FINE_MM = 0.05
_FINE = np.arange(-13.0, 4.0, _FINE_MM)
_HIDDEN_SHARE = 0.35
_CORRELATION_MM = 1.0
_LEAST_PIXELS = 50


@dataclass(frozen=True, slots=True)
class Ends:
    """Columns of every taper that end at every position near a gap, seen from the open vessel.

    Attributes:
        total_mm: Length of the line.
        start_mm: Where the gap begins.
        arc_mm: Positions of the sections that count.
        share: Width of the column there, relative to its full width.
        shapes: The width that a column of each taper would have.
        at_mm: Where a column ends, shape (tapers, positions).
        taper_mm: How long its taper is, same shape.
        badness: How much worse than the noise explains it fits, same shape.
        into_hidden: How likely it is that it goes on into calcium, same shape.
        distal: Whether the open vessel is the distal one.
        plaque_hu: See :class:`~cto_cds_ccta.measure.caps.Cap`.
        bright_plaque_hu: See :class:`~cto_cds_ccta.measure.caps.Cap`.
        lumen_hu: See :class:`~cto_cds_ccta.measure.caps.Cap`.
    """

    total_mm: float
    start_mm: float
    arc_mm: NDArray[np.float64]
    share: NDArray[np.float64]
    shapes: list[NDArray[np.float64]]
    at_mm: NDArray[np.float64]
    taper_mm: NDArray[np.float64]
    badness: NDArray[np.float64]
    into_hidden: NDArray[np.float64]
    distal: bool
    plaque_hu: float
    bright_plaque_hu: float
    lumen_hu: float

    def misfit(self, shape: NDArray[np.float64], at_mm: float) -> float:
        """Return how far the width is from a column close to the cap, where disease matters less.

        Args:
            shape: One of ``shapes``.
            at_mm: Where the column ends.
        """
        near = (self.arc_mm > self.start_mm - NEAR_FIT_MM) & (
            self.arc_mm < self.start_mm + NEAR_FIT_MM
        )
        if not near.any():
            return 1.0
        model = np.interp(self.arc_mm[near] - at_mm, _FINE, shape)
        return float(np.sqrt(np.mean(_misfits(self.share[near], model) ** 2)))


def column_ends(
    vessel: StraightVessel,
    levels: Levels,
    hidden: NDArray[np.bool_],
    gap_mm: tuple[float, float],
    *,
    distal: bool,
    middle: float = 0.5,
    open_mm: float,
) -> Ends:
    """Fit columns of every taper that end at every position near a gap.

    Args:
        vessel: The straightened vessel.
        levels: Contrast, noise and blur.
        hidden: Where calcium hides contrast, shape as ``vessel.hu``.
        gap_mm: Where contrast is missing, roughly.
        distal: Whether to look from the distal end.
        middle: Share of the way from plaque to contrast at which the width is taken.
        open_mm: How much open vessel lies between this gap and the next on that side.
    """
    before = min(_BEFORE_MM[distal], max(open_mm - _CLEAR_MM, _LEAST_BEFORE_MM))
    sign = -1 if distal else 1
    view = slice(None, None, sign)
    total = float(vessel.line.arc_mm[-1])
    start, end = (total - gap_mm[1], total - gap_mm[0]) if distal else gap_mm
    low = max(int((start - before - _MARGIN_MM) / STEP_MM), 0)
    piece = slice(low, int((start + _BEHIND_MM + _MARGIN_MM) / STEP_MM) + 1)
    hu, concealed = vessel.hu[view][piece], hidden[view][piece]
    outer = vessel.line.outer_radius_mm[view][piece]
    arc = np.asarray((low + np.arange(len(hu))) * STEP_MM, dtype=np.float64)
    lumen, fwhm = levels.distal_hu if distal else levels.proximal_hu, levels.fwhm_mm
    plaque, brighter = _plaque_behind(vessel, hidden, view, start, end)
    held = min(brighter, plaque + MOST_BRIGHT_SHARE * (lumen - plaque))
    level = held + middle * (lumen - held)
    smoothing, hu = _calmed(hu, levels.noise_hu, lumen - held)
    first = float(arc[0])
    patent = (start - before - first, start - first)
    width, seen = _column(vessel, hu, concealed, outer, level, patent)
    use = (arc > start - before) & (arc < min(start + _BEHIND_MM, end)) & seen
    plateau = width[(arc > start - before) & (arc < start - 0.5 * before) & seen]
    if distal:
        beside = width[(arc > start - before) & (arc < start - 1.0) & seen]
        plateau = beside[beside >= np.percentile(beside, 50)] if len(beside) else plateau
    if len(plateau) < 8:
        plateau = width[(arc < start) & seen]
    full = max(float(np.median(plateau)) if len(plateau) else 1.0, 0.1)
    spread = max(float(np.std(plateau)) / full if len(plateau) else 0.1, 0.02)
    radius = float(np.interp(start - 1, arc, outer)) * LUMEN_SHARE
    full_hu = before_blur_hu(lumen, float(np.interp(start - _CLEAR_OF_END_MM, arc, outer)), fwhm)
    share = float(np.clip((level - plaque) / max(full_hu - plaque, 1.0), 0.3, 0.9))
    sigma = float(np.hypot(fwhm / FWHM_PER_SIGMA, smoothing))
    tapers = TAPERS_MM[MOST_TAPER_MM[distal] >= TAPERS_MM]
    shapes = [tapered_end(_FINE, radius, float(each), sigma, share) for each in tapers]
    at, taper, score = _fit(arc[use], width[use] / full, start, tapers, shapes)
    return Ends(
        total_mm=total,
        start_mm=start,
        arc_mm=arc[use],
        share=width[use] / full,
        shapes=shapes,
        at_mm=at,
        taper_mm=taper,
        badness=score / spread**2 * STEP_MM / _CORRELATION_MM,
        into_hidden=_into_hidden(arc, seen, at, start),
        distal=distal,
        plaque_hu=plaque,
        bright_plaque_hu=brighter,
        lumen_hu=lumen,
    )


def _calmed(
    hu: NDArray[np.float32], noise_hu: float, step_hu: float
) -> tuple[float, NDArray[np.float32]]:
    """Return how much noise has to be calmed, as sigma in mm, and the image without it."""
    faint = CLEAR_STEP_NOISES * noise_hu / max(step_hu, 1.0) - 1.0
    smoothing = SMOOTHING_MM * float(np.clip(faint, 0.0, 1.0))
    if smoothing == 0:
        return smoothing, hu
    size_mm = np.array([STEP_MM, PIXEL_MM, PIXEL_MM])
    return smoothing, np.asarray(gaussian_filter(hu, smoothing / size_mm), dtype=np.float32)


def _misfits(share: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much wider the column is than the model.

    A column may go on, thin, in bright plaque behind its tip; that must not draw the tip there.
    """
    wider = share - model
    behind = (model < TIP_SHARE) & (share < THIN_SHARE)
    return np.asarray(np.where(behind, np.minimum(wider, MOST_OVER_TIP), wider))


def _into_hidden(
    arc: NDArray[np.float64], seen: NDArray[np.bool_], at: NDArray[np.float64], start: float
) -> NDArray[np.float64]:
    """Return how likely it is that contrast goes on unseen up to a position inside calcium.

    Calcium that hides the column belongs to the occlusion more often than to the patent end, so
    that the column ends about where the calcium begins.
    """
    blocked = arc[~seen & (arc > start - HIDDEN_FROM_MM)]
    if not len(blocked) or blocked[0] > start + HIDDEN_FROM_MM:
        return np.ones(at.shape)
    beyond = np.maximum(at - blocked[0], 0.0)
    return np.asarray(np.exp(-0.5 * (beyond / HIDDEN_SD_MM) ** 2), dtype=np.float64)


def _plaque_behind(
    vessel: StraightVessel, hidden: NDArray[np.bool_], view: slice, start: float, end: float
) -> tuple[float, float]:
    """Return the median and the 80th percentile of HU from 1 to 3 mm behind the rough cap.

    Where calcium hides it, the visible part of the whole occlusion stands in, and where that is
    hidden too, the darkest twentieth of the core.
    """
    near = min(start + 1.0, (start + end) / 2)
    far = min(start + NEAR_CAP_MM, max(end - 0.5, near + STEP_MM))
    for until, share in ((far, 0.5), (end - 0.5, 0.7)):
        piece = slice(int(near / STEP_MM), int(max(until, near) / STEP_MM) + 1)
        core = vessel.inside(share)[view][piece]
        visible = core & ~hidden[view][piece]
        if visible.sum() >= _LEAST_PIXELS:
            hu = gaussian_filter1d(vessel.hu[view][piece], 0.5 / STEP_MM, axis=0)[visible]
            return float(np.median(hu)), float(np.percentile(hu, 80))
    dark = float(np.percentile(vessel.hu[view][piece][core], 5))
    return dark, dark


def _column(
    vessel: StraightVessel,
    hu: NDArray[np.float32],
    hidden: NDArray[np.bool_],
    outer: NDArray[np.float64],
    level: float,
    open_mm: tuple[float, float],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the width of the contrast column relative to the wall, and where it can be seen."""
    distance = vessel.distance_mm[None]
    bright = (hu > level) & ~hidden & (distance <= LUMEN_SHARE * outer[:, None, None])
    parts, _ = label(bright)
    first = max(int(open_mm[0] / STEP_MM), 0)
    last = max(int((open_mm[1] - 0.5) / STEP_MM), first + 1)
    patent = parts[first:last]
    core = distance <= 0.5 * outer[first:last, None, None]
    found, count = np.unique(patent[core & (patent > 0)], return_counts=True)
    column = parts == found[np.argmax(count)] if len(found) else bright
    area = column.sum(axis=(1, 2)) * PIXEL_MM**2
    inner = distance <= 0.7 * outer[:, None, None]
    blocked = (hidden & inner).sum(axis=(1, 2)) / inner.sum(axis=(1, 2))
    return np.sqrt(area / np.pi) / outer, blocked < _HIDDEN_SHARE


def _fit(
    arc: NDArray[np.float64],
    share: NDArray[np.float64],
    start: float,
    tapers: NDArray[np.float64],
    shapes: list[NDArray[np.float64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return positions, tapers and summed squared misfits, each (tapers, positions)."""
    positions = start + np.arange(-2.0, 10.0, _FINE_MM)
    score = np.empty((len(tapers), len(positions)))
    for i, shape in enumerate(shapes):
        model = np.interp(arc[None, :] - positions[:, None], _FINE, shape)
        score[i] = np.sum(_misfits(share[None, :], model) ** 2, axis=1)
    return (
        np.broadcast_to(positions, score.shape),
        np.broadcast_to(tapers[:, None], score.shape),
        score,
    )
