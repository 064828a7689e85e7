"""Where contrast ends and where it returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d, label, maximum_filter

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA, tapered_end
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

TAPERS_MM = np.arange(0.0, 10.01, 0.5)
MOST_TAPER_MM = (10.0, 5.0)
UNRESOLVED_TAPER_MM = 1.0
FORM_PER_FWHM = 0.4
SMOOTHING_MM = 0.35
CLEAR_STEP_NOISES = 8.0
EVEN_NOISES = 1.8
MOST_BRIGHT_SHARE = 0.6
EVEN_SHARE = 0.18
LUMEN_SHARE = 0.8
NEAR_CAP_MM, NEAR_FIT_MM = 3.0, 3.0
DISTAL_TAPER_MM = 2.0
"""A distal end narrows over a few millimetres at most; a longer taper needs to be seen."""
TIP_SHARE, THIN_SHARE, MOST_OVER_TIP = 0.35, 0.45, 0.08
"""Behind the tip plaque or the halo of calcium may touch the column: more width counts little."""
TIGHT_MM, TIGHT_SHARE, LEAST_OPEN_MM = 2.5, 0.25, 1.5
HIDDEN_FROM_MM, HIDDEN_SD_MM = 3.0, 0.7
_BEFORE_MM, _LEAST_BEFORE_MM, _CLEAR_MM = (14.0, 8.0), 3.0, 1.0
_BEHIND_MM, _MARGIN_MM = 3.0, 2.0
_FINE_MM = 0.05
_FINE = np.arange(-13.0, 4.0, _FINE_MM)
_HIDDEN_SHARE = 0.35
_CORRELATION_MM = 1.0
_LEAST_PIXELS = 50


@dataclass(frozen=True, slots=True)
class Levels:
    """What was learnt from the patent ends, in HU and millimetres."""

    proximal_hu: float
    distal_hu: float
    noise_hu: float
    fwhm_mm: float


@dataclass(frozen=True, slots=True)
class Cap:
    """One end of the occlusion.

    Attributes:
        at_mm: Position on the line where the contrast column ends.
        sd_mm: Standard deviation of that position.
        taper_mm: Length over which the column narrows; 0 is a flat end.
        taper_sd_mm: Standard deviation of that length.
        misfit: Root mean square difference between the measured and the fitted width, relative.
        plaque_hu: Core of the occlusion just behind the cap.
        bright_plaque_hu: Its brighter part, the 80th percentile.
        lumen_hu: Contrast before the cap.
        placed: Whether a person put it there.
    """

    at_mm: float
    sd_mm: float
    taper_mm: float
    taper_sd_mm: float
    misfit: float
    plaque_hu: float
    bright_plaque_hu: float
    lumen_hu: float
    placed: bool = False


def hidden_by_calcium(vessel: StraightVessel, levels: Levels) -> NDArray[np.bool_]:
    """Return the pixels where calcium, or its blur, hides whether there is contrast."""
    bright = max(levels.proximal_hu, levels.distal_hu) + max(120.0, 5 * levels.noise_hu)
    halo = 0.9 * levels.fwhm_mm
    along, across = (2 * round(halo / size) + 1 for size in (STEP_MM, PIXEL_MM))
    certain = vessel.hu > bright
    return np.asarray(maximum_filter(certain, size=(along, across, across)), dtype=np.bool_)


def find_gaps(
    core_hu: NDArray[np.float64],
    core_spread_hu: NDArray[np.float64],
    hidden_share: NDArray[np.float64],
    levels: Levels,
) -> list[tuple[float, float]]:
    """Return the pieces (start, end in mm) without contrast; one may begin or end with the line.

    A section is open when the median of its core is close to the fainter of the two contrast
    columns, since fibrous plaque can be almost as bright, and when its core is even, since faint
    calcium beside the line can be as bright as contrast but never fills the core. Gaps below
    1 mm are noise, and contrast of less than 3 mm between two gaps does not divide them, unless
    one of the two is a tight narrowing: short, and not as dark as the plaque of the other.
    """
    smooth = gaussian_filter1d(core_hu, 0.5 / STEP_MM, mode="nearest")
    faint = min(levels.proximal_hu, levels.distal_hu)
    even = gaussian_filter1d(core_spread_hu, 0.5 / STEP_MM, mode="nearest")
    is_even = even < max(EVEN_NOISES * levels.noise_hu, EVEN_SHARE * faint)
    is_open = is_even & (smooth > faint - max(0.22 * faint, levels.noise_hu)) & (hidden_share < 0.6)
    runs = _without_narrow(_runs(~is_open, 1.0), smooth, faint)
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and (start - joined[-1][1]) * STEP_MM < 3.0:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [(a * STEP_MM, (b - 1) * STEP_MM) for a, b in joined]


def _without_narrow(
    runs: list[tuple[int, int]], core_hu: NDArray[np.float64], faint_hu: float
) -> list[tuple[int, int]]:
    """Return the gaps without tight narrowings beside them, in which some contrast is left."""
    if len(runs) < 2:
        return runs
    main = max(runs, key=lambda run: run[1] - run[0])
    plaque = float(np.median(core_hu[main[0] : main[1]]))
    least = plaque + TIGHT_SHARE * (faint_hu - plaque)

    def is_narrow(run: tuple[int, int]) -> bool:
        apart = max(run[0] - main[1], main[0] - run[1]) * STEP_MM
        short = (run[1] - run[0]) * STEP_MM <= TIGHT_MM
        return bool(short and apart >= LEAST_OPEN_MM and core_hu[run[0] : run[1]].min() > least)

    return [run for run in runs if run == main or not is_narrow(run)]


def _runs(mask: NDArray[np.bool_], least_mm: float) -> list[tuple[int, int]]:
    edge = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    pairs = zip(edge[::2].tolist(), edge[1::2].tolist(), strict=True)
    return [(a, b) for a, b in pairs if (b - a) * STEP_MM >= least_mm]


def find_cap(
    vessel: StraightVessel,
    levels: Levels,
    hidden: NDArray[np.bool_],
    gap_mm: tuple[float, float],
    *,
    distal: bool,
    middle: float = 0.5,
    open_mm: float = np.inf,
) -> Cap:
    """Find the end of the contrast column next to a gap.

    The column is everything connected with the patent end that is brighter than the middle
    between contrast and the brighter plaque (80th percentile) behind the cap, in the inner 0.8
    of the vessel. Where contrast is faint against the noise, a Gaussian of up to 0.35 mm calms
    the noise first. Its width along the vessel is compared with that of columns that end flat or
    narrow evenly over 0.5 to 10 mm, blurred as the scanner and the Gaussian blur
    (:func:`cto_cds_ccta.measure.blur.tapered_end`); position and taper are fitted together. This
    finds the tip of a taper that the blur hides, and is the position of half the contrast for a
    flat cap.

    The standard deviation is the range in which the fit is worse by less than the noise explains,
    with noise correlated over 1 mm; the sampling; and 0.4 of the point spread, since real ends are
    neither flat nor even cones (the share was set on phantoms). A taper below 1 mm cannot be told
    from a flat end through the blur: half the difference goes into the standard deviation, and a
    proximal end is placed as flat. Distal ends are usually tapered.

    Args:
        vessel: The straightened vessel.
        levels: Contrast, noise and blur.
        hidden: Where calcium hides contrast, shape as ``vessel.hu``.
        gap_mm: Where contrast is missing, roughly.
        distal: Whether to look for the distal end.
        middle: Share of the way from plaque to contrast; other than 0.5 to see its influence.
        open_mm: How much open vessel lies between this gap and the next on that side.
    """
    before = min(_BEFORE_MM[distal], max(open_mm - _CLEAR_MM, _LEAST_BEFORE_MM))
    sign = -1 if distal else 1
    view = slice(None, None, sign)
    total = vessel.line.arc_mm[-1]
    start, end = (total - gap_mm[1], total - gap_mm[0]) if distal else gap_mm
    low = max(int((start - before - _MARGIN_MM) / STEP_MM), 0)
    piece = slice(low, int((start + _BEHIND_MM + _MARGIN_MM) / STEP_MM) + 1)
    hu, concealed = vessel.hu[view][piece], hidden[view][piece]
    outer = vessel.line.outer_radius_mm[view][piece]
    arc = np.asarray((low + np.arange(len(hu))) * STEP_MM, dtype=np.float64)
    lumen = levels.distal_hu if distal else levels.proximal_hu
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
    share = float(np.clip((level - plaque) / max(lumen - plaque, 1.0), 0.3, 0.9))
    sigma = float(np.hypot(levels.fwhm_mm / FWHM_PER_SIGMA, smoothing))
    tapers = TAPERS_MM[MOST_TAPER_MM[distal] >= TAPERS_MM]
    shapes = [tapered_end(_FINE, radius, float(each), sigma, share) for each in tapers]
    at, taper, score = _fit(arc[use], width[use] / full, start, tapers, shapes)
    likely = np.exp(-0.5 * (score - score.min()) / spread**2 * STEP_MM / _CORRELATION_MM)
    likely *= _into_hidden(arc, seen, at, start)
    if distal:
        likely *= np.exp(-taper / DISTAL_TAPER_MM)
    likely /= likely.sum()
    mean_at, mean_taper = float((likely * at).sum()), float((likely * taper).sum())
    variance = float((likely * (at - mean_at) ** 2).sum()) + (STEP_MM / np.sqrt(12)) ** 2
    variance += (FORM_PER_FWHM * levels.fwhm_mm) ** 2
    if mean_taper < UNRESOLVED_TAPER_MM:
        flat = float(at[0, int(np.argmin(score[0]))])
        variance += (flat - mean_at) ** 2 / 4
        mean_at = mean_at if distal else flat
    best = np.unravel_index(int(np.argmax(likely)), score.shape)
    return Cap(
        at_mm=total - mean_at if distal else mean_at,
        sd_mm=float(np.sqrt(variance)),
        taper_mm=mean_taper,
        taper_sd_mm=float(np.sqrt((likely * (taper - mean_taper) ** 2).sum())),
        misfit=_misfit_near(arc[use], width[use] / full, shapes[best[0]], float(at[best]), start),
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


def _misfit_near(
    arc: NDArray[np.float64],
    share: NDArray[np.float64],
    shape: NDArray[np.float64],
    at: float,
    start: float,
) -> float:
    """Return how far the width is from the fit close to the cap, where disease matters less."""
    near = (arc > start - NEAR_FIT_MM) & (arc < start + NEAR_FIT_MM)
    if not near.any():
        return 1.0
    model = np.interp(arc[near] - at, _FINE, shape)
    return float(np.sqrt(np.mean(_misfits(share[near], model) ** 2)))


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
