"""Where contrast ends and where it returns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from cto_cds_ccta.measure.column import Ends, column_ends
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

UNRESOLVED_TAPER_MM = 1.0
FORM_PER_FWHM = 0.4
DISTAL_TAPER_MM = 2.0
"""A distal end narrows over a few millimetres at most; a longer taper needs to be seen."""
PLACED_SD_MM = 0.5
"""How well a person sees where contrast ends."""
AGREED_MM = 0.1
"""A person who leaves a cap as near as this to where it was found agrees with it."""
_AT_PLACE_MM = 0.25


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
        found_mm: Where the column was found to end, for a cap that a person placed elsewhere.
        found_taper_mm: Over which length it was found to narrow there.
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
    found_mm: float | None = None
    found_taper_mm: float = 0.0

    @property
    def moved_mm(self) -> float:
        """How far a person placed it from where the column was found to end; distal is positive."""
        return 0.0 if self.found_mm is None else self.at_mm - self.found_mm

    @property
    def moved(self) -> bool:
        """Whether a person placed it elsewhere than it was found."""
        return abs(self.moved_mm) > AGREED_MM


def hidden_by_calcium(vessel: StraightVessel, levels: Levels) -> NDArray[np.bool_]:
    """Return the pixels where calcium, or its blur, hides whether there is contrast."""
    bright = max(levels.proximal_hu, levels.distal_hu) + max(120.0, 5 * levels.noise_hu)
    halo = 0.9 * levels.fwhm_mm
    along, across = (2 * round(halo / size) + 1 for size in (STEP_MM, PIXEL_MM))
    certain = vessel.hu > bright
    return np.asarray(maximum_filter(certain, size=(along, across, across)), dtype=np.bool_)


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
    ends = column_ends(
        vessel, levels, hidden, gap_mm, distal=distal, middle=middle, open_mm=open_mm
    )
    return _likeliest(ends, levels)


def placed_cap(
    vessel: StraightVessel,
    levels: Levels,
    hidden: NDArray[np.bool_],
    gap_mm: tuple[float, float],
    at_mm: float,
    *,
    distal: bool,
    open_mm: float,
) -> Cap:
    """Return the cap where a person put it, and how well a column that ends there fits.

    A person who moves a cap by no more than a person sees leaves its taper as it was found, and
    one who confirms it where it was found leaves its deviation as it was found.

    Args:
        vessel: The straightened vessel.
        levels: Contrast, noise and blur.
        hidden: Where calcium hides contrast, shape as ``vessel.hu``.
        gap_mm: Where contrast is missing, roughly.
        at_mm: Where a person put the cap.
        distal: Whether it is the distal one.
        open_mm: How much open vessel lies between this gap and the next on that side.
    """
    ends = column_ends(vessel, levels, hidden, gap_mm, distal=distal, open_mm=open_mm)
    found = _likeliest(ends, levels)
    placed = replace(
        found,
        at_mm=at_mm,
        placed=True,
        found_mm=found.at_mm,
        found_taper_mm=found.taper_mm,
    )
    if placed.moved:
        placed = replace(placed, sd_mm=PLACED_SD_MM)
    if abs(placed.moved_mm) <= PLACED_SD_MM:
        return placed
    place = ends.total_mm - at_mm if distal else at_mm
    likely = _ending_at(place, ends)
    taper = float((likely * ends.taper_mm).sum())
    best = int(np.argmax(likely.sum(axis=1)))
    return replace(
        placed,
        taper_mm=taper,
        taper_sd_mm=float(np.sqrt((likely * (ends.taper_mm - taper) ** 2).sum())),
        misfit=ends.misfit(ends.shapes[best], place),
    )


def _likeliest(ends: Ends, levels: Levels) -> Cap:
    """Return the mean of all positions and tapers, each by how likely it is."""
    at, taper = ends.at_mm, ends.taper_mm
    likely = np.exp(-0.5 * (ends.badness - ends.badness.min()))
    likely *= ends.into_hidden
    if ends.distal:
        likely *= np.exp(-taper / DISTAL_TAPER_MM)
    likely /= likely.sum()
    mean_at, mean_taper = float((likely * at).sum()), float((likely * taper).sum())
    variance = float((likely * (at - mean_at) ** 2).sum()) + (STEP_MM / np.sqrt(12)) ** 2
    variance += (FORM_PER_FWHM * levels.fwhm_mm) ** 2
    if mean_taper < UNRESOLVED_TAPER_MM:
        flat = float(at[0, int(np.argmin(ends.badness[0]))])
        variance += (flat - mean_at) ** 2 / 4
        mean_at = mean_at if ends.distal else flat
    best = np.unravel_index(int(np.argmax(likely)), likely.shape)
    return Cap(
        at_mm=ends.total_mm - mean_at if ends.distal else mean_at,
        sd_mm=float(np.sqrt(variance)),
        taper_mm=mean_taper,
        taper_sd_mm=float(np.sqrt((likely * (taper - mean_taper) ** 2).sum())),
        misfit=ends.misfit(ends.shapes[best[0]], float(at[best])),
        plaque_hu=ends.plaque_hu,
        bright_plaque_hu=ends.bright_plaque_hu,
        lumen_hu=ends.lumen_hu,
    )


def _ending_at(place_mm: float, ends: Ends) -> NDArray[np.float64]:
    """Return how likely each taper is for a column that ends at a place."""
    beside = ((ends.at_mm - place_mm) / _AT_PLACE_MM) ** 2
    exponent = -0.5 * (beside + ends.badness)
    if ends.distal:
        exponent -= ends.taper_mm / DISTAL_TAPER_MM
    likely = np.exp(exponent - exponent.max())
    return np.asarray(likely / likely.sum(), dtype=np.float64)
