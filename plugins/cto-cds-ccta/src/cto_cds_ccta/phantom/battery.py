"""The battery: a whole patient by chance from a seed, and which seeds are for what.

Seeds 1000 to 1999 are for tuning: look at them as often as you like. Seeds 9000 to 9799 are
reserved for final figures: measure them once, when nothing will be changed any more, and change
nothing afterwards because of what they showed. Those up to 9699 are spent: 9000 to 9199 before the
walls and borders of calcium changed, 9200 to 9399 before references, landing zone and deviations
did. 9700 to 9799 are left. All other seeds are free.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from cto_cds_ccta.phantom.chance import random_design
from cto_cds_ccta.phantom.course import SPARE_MM, course
from cto_cds_ccta.phantom.surroundings import AORTA_RADIUS_MM, OSTIUM_MM
from cto_cds_ccta.phantom.variety import anatomy, scanned

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design

TUNING = range(1000, 2000)
RESERVED = range(9000, 9800)
_TRIES = 60
_APART_MM = 12.0
_CLEAR_MM = 0.3
_LARGEST_MM = 95.0


def design(seed: int) -> Design:
    """Draw a patient by chance, with contrast and at least one occlusion, on a standard scanner.

    The scanner has a point spread of 0.7 mm, 25 HU of noise, 120 kV and slices of 0.5 mm; change it
    with ``dataclasses.replace``, or draw one with :func:`scanner`.

    Raises:
        RuntimeError: No vessel that stays clear of itself was found; no seed is known for which.
    """
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed, 4, attempt])
        drawn = anatomy(rng, random_design(seed))
        if _is_possible(drawn):
            return replace(drawn, name=f"seed-{seed}")
    raise RuntimeError(f"no vessel for seed {seed} stays clear of itself")


def scanner(drawn: Design) -> Design:
    """Put a patient in a scanner by chance, which its seed decides.

    Point spread 0.7 to 1.4 mm, noise 20 to 40 HU, 80 to 120 kV, slices of 0.5 to 2 mm, and
    sometimes a slab of slices that is moved.
    """
    return scanned(np.random.default_rng([drawn.seed, 5]), drawn)


def _is_possible(drawn: Design) -> bool:
    """Say whether the vessel keeps off itself and the aorta, and is no longer than a heart."""
    line = course(drawn)
    some = slice(None, None, 10)
    points, arc = line.points_mm[some], line.arc_mm[some]
    if np.max(np.ptp(points, axis=0)) > _LARGEST_MM:
        return False
    widest = 2.0 * (line.reach_mm - SPARE_MM) + _CLEAR_MM
    pairs = cKDTree(points).query_pairs(widest, output_type="ndarray")
    if len(pairs) and float(np.abs(arc[pairs[:, 0]] - arc[pairs[:, 1]]).max()) > _APART_MM:
        return False
    if not drawn.aorta:
        return True
    ahead, _, axis = line.frame[0]
    apart = points[arc > _APART_MM] - (points[0] + (OSTIUM_MM - AORTA_RADIUS_MM) * ahead)
    away = np.linalg.norm(apart - np.outer(apart @ axis, axis), axis=1)
    return bool(away.min() > AORTA_RADIUS_MM + line.reach_mm + _CLEAR_MM)
