"""How far each number may be off: every standard deviation comes from repeating the measurement.

What is known to be uncertain is moved by one standard deviation, the number is measured again,
and half the difference between up and down counts; independent causes add in squares. The causes:

* caps: the fit of each cap, and its threshold at 40 % and 60 % of the way to contrast;
* wall: 0.2 mm of whoever drew it, or 0.05 mm where it was found, and 0.09 of the point spread (a
  border seen through a blur; the bias of the wall that prototypes showed on phantoms was 0.06 to
  0.13 mm for 0.7 to 1.4 mm); the caps, and with them length and bend, are found anew with
  another wall;
* brightness: a scale that is off by 4 HU, and 10 % of the noise when the histogram is unfolded;
* blur: classes and calcium of an image that is blurred by 0.16 mm more, as the grid of voxels does
  it (a slice of 0.5 mm is a blur of 0.14 mm). Between two classes, and most between plaque and
  calcium, HU change so fast that a little blur moves volume over the limit;
* calcium: its border at 40 % and 60 % instead of half of its brightness;
* line: the covariance of its smoothed course, which grows with jitter and with missing points
  (bend); the length that the course may have lost or gained by it, and a hundredth
  of what smoothing took away (length); 0.09 of the point spread for how well the middle
  of a vessel is known (bend);
* lumen: 20 HU of the assumed brightness of the wall and 25 HU of that of plaque, 0.1 mm of the
  thickness of a healthy wall, the noise, and the point spread by 10 %.

What is left out of these causes shows on phantoms: two deviations held too few truths of length,
of two classes and of the arc. These deviations are widened by a factor, so that they hold about
95 % at 0.7 and 1.0 mm (tuning seeds 1300 to 1459).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

from cto_cds_ccta.measure.bend import sharpest_bend
from cto_cds_ccta.measure.calcium import calcium
from cto_cds_ccta.measure.caps import PLACED_SD_MM, find_cap
from cto_cds_ccta.measure.composition import CLASSES, Composition, composition
from cto_cds_ccta.measure.line import PIECE_MM, STEP_MM
from cto_cds_ccta.measure.lumen import (
    HEALTHY_WALL_MM,
    HEALTHY_WALL_SD_MM,
    PLAQUE_HU,
    PLAQUE_SD_HU,
    WALL_HU,
    WALL_SD_HU,
    Usual,
    fit_rings,
    sections_between,
)
from cto_cds_ccta.measure.occlusion import full_hu, open_beside
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from cto_cds_ccta.measure.caps import Cap
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.straight import StraightVessel

WALL_PER_FWHM = 0.09
DRAWN_SD_MM, FOUND_SD_MM = 0.2, 0.05
"""A drawn outer wall is off by at least this much: half a voxel of 0.4 mm, and the
difference from the image above which a wall is not believed. It is taken to be the same all along
the vessel, so it does not average out. A wall that was found in the image is better known."""
SCALE_HU = 4.0
NOISE_SHARE = 0.1
BLUR_SHARE = 0.1
SMOOTHED_SHARE = 0.01
LEAST_RADIUS_MM = 0.3
LENGTH_FACTOR, ARC_FACTOR = 1.3, 1.25
CLASS_FACTORS = (1.0, 1.2, 1.0, 1.2)
"""Set on phantoms, for the volumes of necrotic core, fibrofatty, fibrous and dense calcium."""
ARC_END_PER_FWHM = 0.1
"""How well each end of an arc is known, as share of the point spread; so a closed ring is too."""
VOXEL_BLUR_MM = 0.16


@dataclass(frozen=True, slots=True)
class Spread:
    """One standard deviation of each number of an occlusion, in its unit.

    ``parts`` holds those of each occlusion where there are several.
    """

    proximal_mm: float
    distal_mm: float
    length_mm: float
    bend_deg: float
    vessel_mm3: float
    plaque_mm3: float
    atheroma_percent: float
    class_mm3: tuple[float, ...]
    share_percent: tuple[float, ...]
    calcium_area_percent: float
    calcium_arc_deg: float
    proximal_lumen_mm: float
    distal_lumen_mm: float
    parts: tuple[Spread, ...] = ()

    @property
    def lesions(self) -> tuple[Spread, ...]:
        """The deviations of each occlusion, from the proximal one on."""
        return self.parts or (self,)


def spread(found: Occlusion, wall_sd_mm: float = DRAWN_SD_MM) -> Spread:
    """Return the standard deviations of everything measured of an occlusion.

    Of several occlusions, each number has the deviation of the one that it is taken from.

    Args:
        found: The occlusion.
        wall_sd_mm: How well the outer wall is known apart from the blur.
    """
    lesions = found.lesions
    each = tuple(_spread(one, wall_sd_mm) for one in lesions)
    if len(each) == 1:
        return each[0]
    widest = max(range(len(each)), key=lambda k: lesions[k].calcium.max_area_percent)
    roundest = max(range(len(each)), key=lambda k: lesions[k].calcium.max_arc_deg)
    return replace(
        each[[one.main_gap_mm for one in lesions].index(found.main_gap_mm)],
        bend_deg=max(one.bend_deg for one in each),
        calcium_area_percent=each[widest].calcium_area_percent,
        calcium_arc_deg=each[roundest].calcium_arc_deg,
        proximal_lumen_mm=each[0].proximal_lumen_mm,
        distal_lumen_mm=each[-1].distal_lumen_mm,
        parts=each,
    )


def _spread(found: Occlusion, wall_sd_mm: float) -> Spread:
    middle = WALL_PER_FWHM * found.levels.fwhm_mm
    wall = float(np.hypot(wall_sd_mm, middle))
    thinner, wider = (_with_wall(found.vessel, sign * wall) for sign in (-1, 1))
    blurred = _with_blur(found)
    levels = found.levels
    with ThreadPoolExecutor(2) as pool:
        cap = pool.submit(_cap_sd, found, found.proximal, thinner, wider, distal=False)
        chalk = pool.submit(_calcium_spread, found, thinner, wider, blurred)
        before, behind = (
            pool.submit(
                _lumen_sd, found, piece, full_hu(found.vessel, piece, levels, distal=distal), wall
            )
            for piece, distal in ((found.before, False), (found.behind, True))
        )
        distal = _cap_sd(found, found.distal, thinner, wider, distal=True)
        proximal = cap.result()
        contents = _content_spread(found, proximal, distal, wall, blurred)
        area, arc = chalk.result()
    return Spread(
        proximal_mm=proximal,
        distal_mm=distal,
        length_mm=LENGTH_FACTOR * float(np.sqrt(proximal**2 + distal**2 + _course_sd(found) ** 2)),
        bend_deg=_bend_sd(found, proximal, distal, middle),
        vessel_mm3=contents[0],
        plaque_mm3=contents[1],
        atheroma_percent=contents[2],
        class_mm3=tuple(
            factor * sd
            for factor, sd in zip(CLASS_FACTORS, contents[3 : 3 + len(CLASSES)], strict=True)
        ),
        share_percent=contents[3 + len(CLASSES) :],
        calcium_area_percent=area,
        calcium_arc_deg=arc,
        proximal_lumen_mm=before.result(),
        distal_lumen_mm=behind.result(),
    )


def _with_wall(vessel: StraightVessel, shift_mm: float) -> StraightVessel:
    """Return the vessel with its outer wall further out."""
    radius = np.maximum(vessel.line.outer_radius_mm + shift_mm, LEAST_RADIUS_MM)
    border = np.maximum(vessel.border_mm + np.float32(shift_mm), np.float32(LEAST_RADIUS_MM))
    line = replace(vessel.line, outer_radius_mm=radius)
    return replace(vessel, line=line, border_mm=border)


def _with_blur(found: Occlusion) -> StraightVessel:
    """Return the vessel with more blur between the caps."""
    vessel = found.vessel
    reach = round(2 * found.levels.fwhm_mm / STEP_MM)
    low = max(int(found.proximal.at_mm / STEP_MM) - reach, 0)
    part = slice(low, int(found.distal.at_mm / STEP_MM) + reach)
    hu = vessel.hu.copy()
    hu[part] = gaussian_filter(hu[part], VOXEL_BLUR_MM / np.array([STEP_MM, PIXEL_MM, PIXEL_MM]))
    return replace(vessel, hu=hu)


def _cap_sd(
    found: Occlusion, cap: Cap, thinner: StraightVessel, wider: StraightVessel, *, distal: bool
) -> float:
    if cap.moved:
        return cap.sd_mm
    line = found.vessel.line
    beside = open_beside(found.gaps_mm, found.main_gap_mm, float(line.arc_mm[-1]))
    moved = [
        find_cap(
            vessel,
            found.levels,
            found.hidden,
            found.main_gap_mm,
            distal=distal,
            middle=middle,
            open_mm=beside[distal],
        ).at_mm
        for vessel, middle in (
            (found.vessel, 0.4),
            (found.vessel, 0.6),
            (thinner, 0.5),
            (wider, 0.5),
        )
    ]
    by_level, by_wall = (moved[1] - moved[0]) / 2, (moved[3] - moved[2]) / 2
    sd = float(np.sqrt(cap.sd_mm**2 + by_level**2 + by_wall**2))
    return min(sd, PLACED_SD_MM) if cap.placed else sd


def _course_sd(found: Occlusion) -> float:
    """Return how much longer or shorter the smoothed line may be between the caps."""
    line = found.vessel.line
    between = (line.arc_mm >= found.proximal.at_mm) & (line.arc_mm <= found.distal.at_mm)
    gained = float(line.excess[between].sum()) * STEP_MM
    share = found.length_mm / max(float(line.arc_mm[-1]), STEP_MM)
    smoothed = max(line.raw_length_mm - float(line.arc_mm[-1]) - STEP_MM, 0.0) * share
    return float(np.hypot(gained, SMOOTHED_SHARE * smoothed))


def _bend_sd(found: Occlusion, proximal: float, distal: float, middle: float) -> float:
    """Return the part of the caps, and of three points of the line that make the angle."""
    line, start, end = found.vessel.line, found.proximal.at_mm, found.distal.at_mm
    moved = [
        (
            sharpest_bend(line, start - sign * proximal, end).angle_deg,
            sharpest_bend(line, start, end + sign * distal).angle_deg,
        )
        for sign in (1, -1)
    ]
    by_caps = (np.array(moved[0]) - np.array(moved[1])) / 2
    kink = float(np.interp(found.bend.at_mm, line.arc_mm, line.kink_sd_mm))
    jitter = float(np.degrees(np.hypot(kink, np.sqrt(6.0) * middle) / PIECE_MM))
    return float(np.sqrt(np.sum(by_caps**2) + jitter**2))


def _numbers(content: Composition) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(
        [
            content.vessel_mm3,
            content.plaque_mm3,
            content.atheroma_percent,
            *content.class_mm3,
            *content.share_percent,
        ]
    )


def _content_spread(
    found: Occlusion, proximal: float, distal: float, wall: float, blurred: StraightVessel
) -> tuple[float, ...]:
    start, end, noise = found.proximal.at_mm, found.distal.at_mm, found.levels.noise_hu
    vessel = found.vessel
    pairs = [
        (
            composition(vessel, start - sign * proximal, end, noise),
            composition(vessel, start, end + sign * distal, noise),
            composition(vessel, start, end, noise, wall_shift_mm=sign * wall),
            composition(vessel, start, end, noise, hu_shift=sign * SCALE_HU),
            composition(vessel, start, end, noise * (1 + sign * NOISE_SHARE)),
        )
        for sign in (1, -1)
    ]
    half = [(_numbers(up) - _numbers(down)) / 2 for up, down in zip(*pairs, strict=True)]
    half.append(_numbers(composition(blurred, start, end, noise)) - _numbers(found.content))
    total = np.sqrt(np.sum(np.square(half), axis=0))
    return tuple(float(value) for value in total)


def _calcium_spread(
    found: Occlusion,
    thinner: StraightVessel,
    wider: StraightVessel,
    blurred: StraightVessel,
) -> tuple[float, float]:
    start, end = found.chalk_mm or (found.proximal.at_mm, found.distal.at_mm)
    if found.calcium.max_arc_deg == 0.0:
        return 0.0, 0.0
    pairs = (
        ((found.vessel, 0.4), (found.vessel, 0.6)),
        ((thinner, 0.5), (wider, 0.5)),
    )
    half = []
    for pair in pairs:
        low, high = (
            calcium(vessel, start, end, found.levels, level=level) for vessel, level in pair
        )
        area = (low.max_area_percent - high.max_area_percent) / 2
        half.append((area, (low.max_arc_deg - high.max_arc_deg) / 2))
    dull = calcium(blurred, start, end, found.levels)
    area = dull.max_area_percent - found.calcium.max_area_percent
    half.append((area, dull.max_arc_deg - found.calcium.max_arc_deg))
    area, arc = np.sqrt(np.sum(np.square(half), axis=0))
    radius = float(found.vessel.line.outer_radius_mm[_between(found)].mean())
    ends = np.degrees(np.sqrt(2.0) * ARC_END_PER_FWHM * found.levels.fwhm_mm / radius)
    return float(area), ARC_FACTOR * float(np.hypot(arc, ends))


def _between(found: Occlusion) -> slice:
    return sections_between(found.vessel, found.proximal.at_mm, found.distal.at_mm)


def _lumen_sd(found: Occlusion, piece: slice, lumen_hu: float, wall: float) -> float:
    vessel, blur = found.vessel, found.levels.fwhm_mm
    fit = partial(fit_rings, vessel, piece, lumen_hu=lumen_hu)
    pairs = [
        (
            fit(blur, usual=Usual(wall_hu=WALL_HU + sign * WALL_SD_HU)),
            fit(blur, usual=Usual(plaque_hu=PLAQUE_HU + sign * PLAQUE_SD_HU)),
            fit(blur, usual=Usual(wall_mm=HEALTHY_WALL_MM + sign * HEALTHY_WALL_SD_MM)),
            fit(blur * (1 + sign * BLUR_SHARE)),
            fit(blur, outer_shift_mm=sign * wall),
        )
        for sign in (1, -1)
    ]
    moved = [u.lumen_radius_mm - d.lumen_radius_mm for u, d in zip(*pairs, strict=True)]
    halves = [
        fit_rings(vessel, half, blur, lumen_hu=lumen_hu).lumen_radius_mm
        for half in (
            slice(piece.start, (piece.start + piece.stop) // 2),
            slice((piece.start + piece.stop) // 2, piece.stop),
        )
    ]
    noise = abs(halves[0] - halves[1])
    return float(np.sqrt(np.sum(np.square(moved)) + noise**2))
