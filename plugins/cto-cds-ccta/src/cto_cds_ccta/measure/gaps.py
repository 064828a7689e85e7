"""The pieces of the vessel without contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from cto_cds_ccta.measure.line import STEP_MM

if TYPE_CHECKING:
    from cto_cds_ccta.measure.caps import Levels

EVEN_NOISES = 1.8
EVEN_SHARE = 0.18
TIGHT_MM, TIGHT_SHARE, LEAST_OPEN_MM = 2.5, 0.25, 1.5


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
