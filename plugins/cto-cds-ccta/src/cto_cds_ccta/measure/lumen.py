"""Contrast in the vessel: how bright, how noisy, how blurred, how wide."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA, blurred_disc
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

END_MM = 10.0
NOISE_WINDOW_MM = 6.0
CORE_SHARE = 0.5
LEAST_CORE_SHARE = 0.7
WALL_HU = 90.0
WALL_SD_HU = 20.0
HEALTHY_WALL_MM, HEALTHY_WALL_SD_MM = 0.3, 0.1
PLAQUE_HU, PLAQUE_SD_HU = 160.0, 25.0
"""What narrows an open lumen is mostly fibrous."""
LUMEN_SD_HU = 25.0
_MODEL_SD_HU = 10.0
_RING_MM = 0.1


@dataclass(frozen=True, slots=True)
class Usual:
    """What is taken to be usual of a vessel; other values show their influence.

    Attributes:
        wall_hu: Brightness of its wall.
        plaque_hu: Brightness of what narrows its lumen.
        wall_mm: Thickness of its wall where it is healthy.
    """

    wall_hu: float = WALL_HU
    plaque_hu: float = PLAQUE_HU
    wall_mm: float = HEALTHY_WALL_MM


USUAL = Usual()


@dataclass(frozen=True, slots=True)
class Rings:
    """The lumen and its wall, fitted to the mean brightness of rings around the line.

    Attributes:
        lumen_radius_mm: Radius of the contrast column.
        lumen_hu: Its brightness.
        fwhm_mm: Full width at half maximum of the point spread.
    """

    lumen_radius_mm: float
    lumen_hu: float
    fwhm_mm: float


def core_hu(vessel: StraightVessel) -> NDArray[np.float64]:
    """Return the median HU of the inner half of each section, shape (sections,)."""
    core = vessel.inside(CORE_SHARE)
    return np.array(
        [np.median(section[mask]) for section, mask in zip(vessel.hu, core, strict=True)],
        dtype=np.float64,
    )


def before_blur_hu(seen_hu: float, outer_mm: float, fwhm_mm: float) -> float:
    """Return the contrast that the core of a healthy lumen has without the blur.

    The blur mixes the wall into the core of a thin lumen, so that its contrast looks weaker.

    Args:
        seen_hu: Contrast as the core of the vessel shows it.
        outer_mm: Radius of the outer wall.
        fwhm_mm: The point spread.
    """
    lumen = max(outer_mm - HEALTHY_WALL_MM, PIXEL_MM)
    middle = np.array([CORE_SHARE / np.sqrt(2.0) * outer_mm])
    share = float(blurred_disc(middle, lumen, fwhm_mm / FWHM_PER_SIGMA)[0])
    return WALL_HU + (seen_hu - WALL_HU) / max(share, LEAST_CORE_SHARE)


def core_spread_hu(vessel: StraightVessel) -> NDArray[np.float64]:
    """Return the standard deviation of HU in the inner half of each section, shape (sections,)."""
    core = vessel.inside(CORE_SHARE)
    return np.array(
        [section[mask].std() for section, mask in zip(vessel.hu, core, strict=True)],
        dtype=np.float64,
    )


def sections_between(vessel: StraightVessel, start_mm: float, end_mm: float) -> slice:
    """Return the sections from ``start_mm`` to ``end_mm``, at least one."""
    last = len(vessel.line.arc_mm) - 1
    low = int(np.clip(round(start_mm / STEP_MM), 0, last))
    high = int(np.clip(round(end_mm / STEP_MM), low, last))
    return slice(low, high + 1)


def noise_hu(vessel: StraightVessel, *patent: slice) -> float:
    """Return the standard deviation of HU in the core of patent pieces of the vessel.

    The pieces are cut into windows of 6 mm, and a straight slope along each is taken out, since
    contrast fades with the distance. All of the noise between the pixel and the window counts, so
    it includes the slow noise that neighbouring pixels share. A narrowing or a branch makes some
    windows look noisier than the scan is, so the median over the windows counts.
    """
    long = round(NOISE_WINDOW_MM / STEP_MM)
    variance = []
    for piece in patent:
        count = max((piece.stop - piece.start) // long, 1)
        edges = np.linspace(piece.start, piece.stop, count + 1).round().astype(int)
        variance += [_variance(vessel, slice(int(a), int(b))) for a, b in itertools.pairwise(edges)]
    return float(np.sqrt(np.median(variance)))


def _variance(vessel: StraightVessel, piece: slice) -> float:
    """Return the variance of HU in the core of a piece, without a slope along it."""
    hu = vessel.hu[piece]
    radius = vessel.line.outer_radius_mm[piece]
    core = vessel.distance_mm[None] <= CORE_SHARE * 0.85 * radius[:, None, None]
    at = np.broadcast_to(np.arange(len(hu))[:, None, None], hu.shape)[core]
    values = hu[core].astype(np.float64)
    slope = np.polyfit(at, values, 1) if len(hu) > 3 else np.array([0.0, values.mean()])
    return float(np.mean((values - np.polyval(slope, at)) ** 2))


def fit_rings(
    vessel: StraightVessel,
    piece: slice,
    fwhm_mm: float | None = None,
    *,
    lumen_hu: float | None = None,
    outer_shift_mm: float = 0.0,
    usual: Usual = USUAL,
) -> Rings:
    """Fit a blurred contrast column in a wall in fat to the rings of a patent piece.

    Three nested discs (lumen, wall, surroundings) are blurred by a Gaussian; the outer radius is
    given, the brightness of the wall is held near that of vessel wall (90 +- 20 HU), since a
    thin wall and a bright wall look alike. Rings of all sections are scaled to the mean radius.
    Where contrast is known from a longer piece, a lumen that ends deeper than 0.3 mm inside the
    outer wall is taken to be narrowed by plaque (160 +- 25 HU), which is brighter than a wall.
    Through the blur a lumen that is a little wider with less contrast looks the same, so that an
    error of the outer wall comes back several times as large. A wall of 0.3 +- 0.1 mm is therefore
    taken to be likelier than another, in a way that gives up where the image says otherwise
    (a Cauchy distribution).

    Args:
        vessel: The straightened vessel.
        piece: Patent sections.
        fwhm_mm: The point spread when known; otherwise it is fitted.
        lumen_hu: Contrast of a longer piece around; without it the piece is taken as healthy.
        outer_shift_mm: Added to the given outer radius, to see its influence.
        usual: What is taken to be usual of a vessel.
    """
    distance, level = _mean_rings(vessel, piece)
    outer = float(vessel.line.outer_radius_mm[piece].mean()) + outer_shift_mm
    bright = float(np.median(level[distance < CORE_SHARE * outer]))
    fat = float(np.median(level[distance > outer + 0.8]))
    sigma = (fwhm_mm or 0.8) / FWHM_PER_SIGMA
    free = fwhm_mm is None
    wall_hu, plaque_hu = usual.wall_hu, usual.plaque_hu
    contrast = bright if lumen_hu is None else lumen_hu
    held = 0.0 if lumen_hu is None else 1.0

    def model(p: NDArray[np.float64]) -> NDArray[np.float64]:
        lumen, wall, around, radius = p[:4]
        plaque = p[4] if held else wall
        blur = p[5] if free else sigma
        deep = max(outer - HEALTHY_WALL_MM, radius)
        return np.asarray(
            around
            + (wall - around) * blurred_disc(distance, outer, blur)
            + (plaque - wall) * blurred_disc(distance, deep, blur)
            + (lumen - plaque) * blurred_disc(distance, radius, blur),
            dtype=np.float64,
        )

    def misfit(p: NDArray[np.float64]) -> NDArray[np.float64]:
        weight = np.sqrt(distance / outer)
        thicker = (outer - p[3] - usual.wall_mm) / HEALTHY_WALL_SD_MM
        known = [
            held * np.sign(thicker) * np.sqrt(2.0 * np.log1p(thicker**2)),
            (p[1] - wall_hu) / WALL_SD_HU,
            held * (p[0] - contrast) / LUMEN_SD_HU,
            (p[4] - plaque_hu) / PLAQUE_SD_HU,
        ]
        return np.append((model(p) - level) / _MODEL_SD_HU * weight, known)

    start = [bright, wall_hu, fat, outer - 0.35, plaque_hu] + ([sigma] if free else [])
    low = [bright - 150, 0.0, -250.0, 0.3 * outer, 0.0] + ([0.15] if free else [])
    high = [bright + 300, 250.0, max(fat + 200, 0.0), outer, 300.0] + ([0.75] if free else [])
    best = least_squares(
        misfit, np.clip(start, np.add(low, 1e-3), np.add(high, -1e-3)), bounds=(low, high)
    ).x
    blur = float(best[5]) if free else sigma
    return Rings(
        lumen_radius_mm=float(best[3]), lumen_hu=float(best[0]), fwhm_mm=blur * FWHM_PER_SIGMA
    )


def _mean_rings(
    vessel: StraightVessel, piece: slice
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ring distances and the median over sections of their mean HU."""
    radius = vessel.line.outer_radius_mm[piece]
    outer = float(radius.mean())
    edges = np.arange(0.0, outer + 1.3, _RING_MM)
    rows = []
    for section, own in zip(vessel.hu[piece], radius, strict=True):
        scaled = vessel.distance_mm * (outer / own)
        ring = np.digitize(scaled.ravel(), edges)
        total = np.bincount(ring, weights=section.ravel(), minlength=len(edges) + 1)
        count = np.bincount(ring, minlength=len(edges) + 1)
        rows.append(total[1 : len(edges)] / np.maximum(count[1 : len(edges)], 1))
    distance = edges[:-1] + _RING_MM / 2
    distance[0] = PIXEL_MM / 2
    return distance, np.asarray(np.median(np.array(rows), axis=0), dtype=np.float64)
