"""The vessel beyond the distal cap: where a wire would land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, median_filter

from cto_cds_ccta.measure.branches import Branch, find_branches
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import PLAQUE_HU, before_blur_hu, sections_between
from cto_cds_ccta.measure.profile import LumenProfile, lumen_profile
from cto_cds_ccta.measure.rim import FAINT, bright_rim, step_mm2
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from cto_cds_ccta.measure.caps import Cap
    from cto_cds_ccta.measure.occlusion import Occlusion

ZONE_MM = 10.0
LEAST_ZONE_MM = 6.0
BEFORE_GAP_MM = 1.5
SAME_MM = 0.1
"""What is told with one decimal is the same place."""
LARGE_BRANCH_RADIUS_MM = 0.75
DIAMETER_SD_MM, NOISE_SHARE, LEAST_STEP_HU = 0.25, 0.3, 30.0
CLEAR_LOSS, NARROWED_SDS = 0.15, 3.0
"""Up to this loss the lumen is healthy; a larger one that noise cannot feign is disease. Between
the two, noise looks like a short narrowing that the blur has filled."""
MOSTLY, LITTLE = 0.67, 0.3
OVER_CONTRAST_HU = 120.0
_CALM_MM = 0.3
_LEAST_CALCIUM_MM3 = 0.3


@dataclass(frozen=True, slots=True)
class LandingZone:
    """The first 10 mm of open vessel beyond the distal cap and its taper.

    Attributes:
        from_mm: Where it begins on the line.
        to_mm: Where it ends; the line may end before.
        taper_mm: Over which length the lumen narrows towards the cap.
        left_mm: Where a person put the cap that the zone did not follow, since contrast returns
            farther on; None where it begins at the cap.
        profile: Its lumen.
        stenosis_percent: Largest loss of diameter against a healthy lumen in the outer wall.
        stenosis_sd_percent: How far that may be off.
        stenosis_at_mm: Where it is tightest.
        narrowed_share: Share of the zone that is narrowed at least half as much as its tightest
            place, and by more than a healthy lumen varies.
        calcium_mm3: Calcium in its wall that is brighter than contrast.
        bright_rim_mm2: How much of its wall is brighter than the rest of its round.
        bright_at_mm: Where that is, shape (n,).
        branches: Tubes that leave it.
    """

    from_mm: float
    to_mm: float
    taper_mm: float
    profile: LumenProfile
    stenosis_percent: float
    stenosis_sd_percent: float
    stenosis_at_mm: float
    narrowed_share: float
    calcium_mm3: float
    bright_rim_mm2: float
    bright_at_mm: NDArray[np.float64]
    branches: tuple[Branch, ...]
    left_mm: float | None = None

    @property
    def length_mm(self) -> float:
        """How much of the zone the line covers."""
        return self.to_mm - self.from_mm

    @property
    def mean_diameter_mm(self) -> float:
        """Mean diameter of its lumen."""
        return float(self.profile.diameter_mm.mean())


def landing_zone(found: Occlusion) -> LandingZone:
    """Measure the landing zone, which lies beyond the last occlusion."""
    vessel, levels, cap = found.vessel, found.last.levels, found.last.distal
    total = float(vessel.line.arc_mm[-1])
    returns, taper = _returns(cap)
    low = min(returns + taper + levels.fwhm_mm / 2, total - STEP_MM)
    next_gap = min((start for start, _ in found.gaps_mm if start > low), default=total)
    high = max(min(low + ZONE_MM, next_gap - BEFORE_GAP_MM, total), low + STEP_MM)
    part = sections_between(vessel, low, high)
    outer = float(vessel.line.outer_radius_mm[part].mean())
    contrast = before_blur_hu(levels.distal_hu, outer, levels.fwhm_mm)
    profile = lumen_profile(vessel, part, contrast, levels.fwhm_mm)
    loss = median_filter(profile.loss, 3, mode="nearest")
    worst = int(loss.argmax())
    noise = NOISE_SHARE * levels.noise_hu / max(contrast - PLAQUE_HU, LEAST_STEP_HU)
    sd = float(np.hypot(DIAMETER_SD_MM / float(profile.healthy_mm[worst]), noise))
    hu = gaussian_filter(vessel.hu[part], _CALM_MM / np.array([STEP_MM, PIXEL_MM, PIXEL_MM]))
    bright = (hu > levels.distal_hu + OVER_CONTRAST_HU) & vessel.inside(1.0, 0.1)[part]
    calcium = float(bright.sum()) * STEP_MM * PIXEL_MM**2
    rim = bright_rim(vessel, part, levels.noise_hu, FAINT)
    return LandingZone(
        from_mm=low,
        to_mm=high,
        taper_mm=taper,
        profile=profile,
        stenosis_percent=100.0 * float(loss[worst]),
        stenosis_sd_percent=100.0 * sd,
        stenosis_at_mm=float(profile.arc_mm[worst]),
        narrowed_share=float((loss > least_loss(float(loss[worst]))).mean()),
        calcium_mm3=calcium if calcium >= _LEAST_CALCIUM_MM3 else 0.0,
        bright_rim_mm2=float(rim.sum() * step_mm2(vessel, part)),
        bright_at_mm=vessel.line.arc_mm[part][rim.any(axis=1)],
        branches=tuple(
            find_branches(vessel, part, levels.distal_hu, levels.noise_hu, levels.fwhm_mm)
        ),
        left_mm=cap.at_mm if returns - cap.at_mm > SAME_MM else None,
    )


def least_loss(largest: float) -> float:
    """Return the loss of diameter from which a place counts as narrowed, as a share.

    Args:
        largest: The largest loss of the zone, as a share.
    """
    return max(CLEAR_LOSS, largest / 2)


def _returns(cap: Cap) -> tuple[float, float]:
    """Return where contrast returns, and over which length the lumen narrows towards there.

    A person who moved the cap inwards did not move the contrast, nor the taper and the blur of it.
    """
    if cap.found_mm is not None and cap.found_mm > cap.at_mm:
        return cap.found_mm, cap.found_taper_mm
    return cap.at_mm, cap.taper_mm
