"""Side branches: contrast-filled tubes that leave the vessel through its wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
_CALM = (0.4 / STEP_MM, 1.0)
_SHIFT_MM = 1.5


@dataclass(frozen=True, slots=True)
class Branch:
    """A tube that leaves the vessel.

    Attributes:
        from_mm: Where its mouth begins, as a position on the line.
        to_mm: Where it ends.
        angle_deg: To which side, in the cross-section.
        radius_mm: Radius of the tube, roughly: half its width on the wall.
        sure: Whether it is clearly brighter than heart muscle.
    """

    from_mm: float
    to_mm: float
    angle_deg: float
    radius_mm: float
    sure: bool

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
            branch = _branch(vessel, part, spot, wall, sure=sure)
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
    rows, columns = np.nonzero(spot)
    reach = round(_SHIFT_MM / STEP_MM)
    low, high = max(int(rows.min()) - reach, 0), int(rows.max()) + reach + 1
    near = np.zeros(ANGLES, dtype=np.bool_)
    for turn in range(-3, 4):
        near[(columns + turn) % ANGLES] = True
    return bool(farther[low:high, near].any())


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
    *,
    sure: bool,
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
        sure=sure and area >= LEAST_AREA_MM2,
    )
