"""Side branches: contrast-filled tubes that leave the vessel through its wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA, blurred_disc
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.shell import ANGLES, shell, wall_at

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

OUTSIDE_MM = (0.4, 0.8, 1.2)
MUSCLE_HU, FAT_HU = 110.0, -85.0
CLEAR_NOISES = 1.5
CONTRAST_SHARE = 0.45
DOUBTFUL_SHARE = 0.8
LONGEST_MM = 6.0
LEAST_AREA_MM2 = 0.35
OUT_OF_TISSUE_NOISES = 3.0
"""So much brighter than what lies along the vessel on its side a branch is at least."""
WEAK_NOISES = 4.0
"""Contrast that is less above heart muscle than that does not tell a branch from it."""
BESIDE_MOUTH_MM = (1.5, 4.0)
"""From and to where, before and behind a mouth, one sees what lies along that side."""
_CALM = (0.4 / STEP_MM, 1.0)
_SHIFT_MM = 1.5


class Unsure(Enum):
    """Why what looks like a branch may be none."""

    FAINT = "faint"
    TISSUE = "tissue"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Branch:
    """A tube that leaves the vessel.

    Attributes:
        from_mm: Where its mouth begins, as a position on the line.
        to_mm: Where it ends.
        angle_deg: To which side, in the cross-section.
        radius_mm: Radius of the tube, roughly: half its width on the wall.
        unsure: Why it may be none; None where it clearly is one.
    """

    from_mm: float
    to_mm: float
    angle_deg: float
    radius_mm: float
    unsure: Unsure | None = None

    @property
    def sure(self) -> bool:
        """Whether it is clearly a branch."""
        return self.unsure is None

    @property
    def at_mm(self) -> float:
        """The middle of the mouth."""
        return (self.from_mm + self.to_mm) / 2


def find_branches(
    vessel: StraightVessel, part: slice, lumen_hu: float, noise_hu: float, fwhm_mm: float
) -> list[Branch]:
    """Find tubes that leave a patent piece of the vessel.

    A branch is a spot on the surface 0.4 mm outside the wall that is filled with contrast, goes
    on at 0.8 and 1.2 mm, not far from where it was, and is no longer than a mouth can be. A vein
    or a collateral beside the vessel is dark at 0.4 mm, since its own wall and fat lie between;
    a chamber of the heart is longer.

    Heart muscle that touches the wall is as bright as a faint branch, and noise cuts it into spots.
    But it goes on along the vessel, where a branch has fat before and behind its mouth. So a spot
    counts as a branch only where it stands out, at all three distances, from what lies along the
    vessel on its side, by as much as contrast would and by more than noise; and never where
    contrast itself hardly stands out from muscle.

    Args:
        vessel: The straightened vessel.
        part: The sections in which to look.
        lumen_hu: Contrast of the vessel there.
        noise_hu: Noise of the image.
        fwhm_mm: Its point spread.
    """
    wall = wall_at(vessel, part)
    maps = [
        gaussian_filter(shell(vessel, part, wall + away), _CALM, mode=("nearest", "wrap"))
        for away in OUTSIDE_MM
    ]
    clear = max(CONTRAST_SHARE * lumen_hu, MUSCLE_HU + CLEAR_NOISES * noise_hu)
    found: list[Branch] = []
    for level, sure in ((clear, True), (DOUBTFUL_SHARE * clear, False)):
        for spot in _spots(maps[0] > level):
            if not (_goes_on(spot, maps[1] > level) and _goes_on(spot, maps[2] > level * 0.9)):
                continue
            unsure = None if sure else Unsure.FAINT
            if sure and lumen_hu < MUSCLE_HU + WEAK_NOISES * noise_hu:
                unsure = Unsure.WEAK
            elif sure and not _stands_out(spot, maps, lumen_hu, noise_hu):
                unsure = Unsure.TISSUE
            branch = _branch(vessel, part, spot, wall, unsure)
            wider = _before_blur(branch.radius_mm, level, lumen_hu, fwhm_mm)
            branch = replace(branch, radius_mm=wider)
            known = any(other.from_mm - 1 <= branch.at_mm <= other.to_mm + 1 for other in found)
            if branch.to_mm - branch.from_mm <= LONGEST_MM and not known:
                found.append(branch)
    return found


def _spots(bright: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return connected spots on the closed surface."""
    parts, count = label(bright)
    for row in range(len(parts)):
        first, last = parts[row, 0], parts[row, -1]
        if first and last and first != last:
            parts[parts == last] = first
    return [parts == number for number in range(1, count + 1) if (parts == number).any()]


def _goes_on(spot: NDArray[np.bool_], farther: NDArray[np.bool_]) -> bool:
    """Say whether a spot has bright places near it on a surface farther out."""
    return bool(farther[_rows_within(spot, _SHIFT_MM)][:, _side_of(spot)].any())


def _stands_out(
    spot: NDArray[np.bool_], maps: list[NDArray[np.float64]], lumen_hu: float, noise_hu: float
) -> bool:
    """Say whether a spot is contrast in what lies along the vessel on its side, all the way out."""
    side = np.flatnonzero(spot.any(axis=0))
    mouth, around = (_rows_within(spot, reach) for reach in BESIDE_MOUTH_MM)
    beside = np.r_[around.start : mouth.start, mouth.stop : min(around.stop, len(spot))]
    if not len(beside):
        return False
    tissue = max(float(np.median(one[np.ix_(beside, side)])) for one in maps)
    contrast = CONTRAST_SHARE * (lumen_hu - tissue)
    least = tissue + max(contrast, OUT_OF_TISSUE_NOISES * noise_hu)
    return all(_goes_on(spot, one > least) for one in maps)


def _rows_within(spot: NDArray[np.bool_], reach_mm: float) -> slice:
    """Return the sections of a spot and those that lie so far before and behind it."""
    rows, reach = np.flatnonzero(spot.any(axis=1)), round(reach_mm / STEP_MM)
    return slice(max(int(rows[0]) - reach, 0), int(rows[-1]) + reach + 1)


def _side_of(spot: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the angles of a spot and those close beside it."""
    columns = np.flatnonzero(spot.any(axis=0))
    return np.unique((columns[:, None] + np.arange(-3, 4)) % ANGLES)


def _before_blur(seen_mm: float, level_hu: float, lumen_hu: float, fwhm_mm: float) -> float:
    """Return the radius of a tube in fat that looks as wide as this at a level of brightness."""
    radius = np.arange(0.3, 2.51, 0.05)
    share = blurred_disc(np.array([seen_mm]), radius[:, None], fwhm_mm / FWHM_PER_SIGMA)[:, 0]
    return float(np.interp(level_hu, FAT_HU + (lumen_hu - FAT_HU) * share, radius))


def _branch(
    vessel: StraightVessel,
    part: slice,
    spot: NDArray[np.bool_],
    wall: NDArray[np.float64],
    unsure: Unsure | None,
) -> Branch:
    rows, columns = np.nonzero(spot)
    turn = columns * (2 * np.pi / ANGLES)
    middle = np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())
    around = float(wall[rows, columns].mean()) + OUTSIDE_MM[0]
    area = len(rows) * STEP_MM * around * 2 * np.pi / ANGLES
    along = (int(rows.max()) - int(rows.min()) + 1) * STEP_MM
    across = area / along
    arc = vessel.line.arc_mm[part]
    return Branch(
        from_mm=float(arc[rows.min()]),
        to_mm=float(arc[rows.max()]),
        angle_deg=float(np.degrees(middle) % 360.0),
        radius_mm=float(min(np.sqrt(area / np.pi), across * 2 / np.pi)),
        unsure=Unsure.FAINT if unsure is None and area < LEAST_AREA_MM2 else unsure,
    )
