"""The outer wall between the grid steps, without the shift that the blur gives it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.special import ndtr

from cto_cds_ccta.trace.full import step_of_full
from cto_cds_ccta.trace.polar import ANGLES, DEPTH_MM, DEPTH_STEP_MM
from cto_cds_ccta.trace.surface import ALONG_MM

SECTORS = 12
BRIGHT_HU = 250.0
RIM_HU, RIM_SD_HU = (160.0, 200.0, 110.0), (70.0, 60.0, 45.0)
"""Brightness of the rim: the shell of a plaque, what covers a calcified plate, a healthy wall."""
RIM_MM, RIM_SD_MM = (0.5, 0.15, 0.3), (0.2, 0.06, 0.1)
"""Its thickness in the same three places."""
PLATE_MM, PLATE_SD_MM, BEHIND_HU, BEHIND_SD_HU = 0.8, 0.3, 150.0, 80.0
"""Thickness of a calcified plate, and what lies behind it."""
SAME_MM, SAME_SD_MM, SAME_SD_HU = 5.0, 1e-3, 0.1
"""Without calcium, what lies behind the rim goes on."""
CORE_MM, EVEN_SHARE, PATENT_HU = 0.6, 0.3, 180.0
INSIDE_SD_HU, FAT_HU, FAT_SD_HU = 400.0, -85.0, 25.0
WINDOW_MM = (-0.9, 0.9)
FIT_SD_HU = 12.0
MOST_MOVE_MM = 0.7
LEAST_ROUND_MM = 0.5
FINAL_ALONG_MM = 1.0
FINAL_ROUND_SECTORS = 0.8
RIM_ALONG_MM, RIM_ROUND_SECTORS = 2.0, 1.5
HELD_SHARE = 0.25
SIGMAS_MM = np.arange(0.26, 0.75, 0.06)
_ROUNDS = 6
_DIAGONAL = range(7)
_PER_SECTOR = ANGLES // SECTORS


@dataclass(frozen=True, slots=True)
class Border:
    """The outer wall and what it is made of.

    Attributes:
        wall_mm: Radius, shape (sections, angles).
        rim_hu: Brightness of the rim, shape (sections, sectors).
        misfit_hu: Root mean square difference from the model, shape (sections, sectors).
        seen: Whether the wall is seen against fat, shape (sections, sectors).
    """

    wall_mm: NDArray[np.float64]
    rim_hu: NDArray[np.float64]
    misfit_hu: NDArray[np.float64]
    seen: NDArray[np.bool_]


def exact_border(
    hu: NDArray[np.float32],
    wall: NDArray[np.float64],
    seen: NDArray[np.bool_],
    step_mm: float,
    sigma_mm: float,
) -> Border:
    """Return the outer wall of a blurred vessel in fat, by a model of its flank.

    From the fat inwards: fat, a rim, and something else behind the rim; where that is calcium, a
    plate with soft plaque behind it. Each border is blurred by the scanner and, being round,
    moves inwards by it. Position, brightness and thicknesses are fitted to the flank of each
    sector; rim and thicknesses are held near what vessel walls and plaque shells have. A second
    fit uses the rim of the neighbourhood.

    Args:
        hu: Brightness on rays, not clipped, shape (sections, angles, depths).
        wall: The wall to a grid step, shape (sections, angles).
        seen: Where fat lies outside.
        step_mm: Distance of the sections.
        sigma_mm: Blur of the image on the rays.
    """
    image = gaussian_filter1d(hu, ALONG_MM / step_mm, axis=0, mode="nearest", truncate=3)
    start = _sectors(wall)
    count = round((WINDOW_MM[1] - WINDOW_MM[0]) / DEPTH_STEP_MM) + 1
    first = np.rint((start + WINDOW_MM[0]) / DEPTH_STEP_MM).astype(int)
    first = np.clip(first, 0, len(DEPTH_MM) - count)
    at = first[:, :, None] + np.arange(count)
    flank = np.take_along_axis(_sectors(image), at, axis=2)
    depth = DEPTH_MM[at]
    is_seen = _sectors(seen.astype(np.float64)) > 0.5
    inside = flank[:, :, :4].mean(axis=2)
    core = image[:, :, DEPTH_MM < CORE_MM].mean(axis=(1, 2))
    prior, sd = _expected(start, inside, core)
    rough, misfit = _fit(depth, flank, prior, sd, sigma_mm)
    held = prior.copy()
    for index in (1, 4):
        held[..., index] = _calm(
            rough[..., index], is_seen, (RIM_ALONG_MM / step_mm, RIM_ROUND_SECTORS)
        )
        sd[..., index] *= HELD_SHARE
    best, _ = _fit(depth, flank, held, sd, sigma_mm)
    good = is_seen & (np.abs(best[:, :, 0] - start) < MOST_MOVE_MM)
    moved = _calm(best[:, :, 0] - start, good, (FINAL_ALONG_MM / step_mm, FINAL_ROUND_SECTORS))
    sigma = (FINAL_ALONG_MM / step_mm, FINAL_ROUND_SECTORS)
    exact = gaussian_filter1d(start + moved, sigma[0], axis=0, mode="nearest")
    exact = gaussian_filter1d(exact, sigma[1] / 2, axis=1, mode="wrap")
    exact += step_of_full(exact.mean(axis=1), core, step_mm)[:, None]
    return Border(_angles(exact), held[:, :, 1], misfit, good)


def blur_of(
    hu: NDArray[np.float32],
    wall: NDArray[np.float64],
    seen: NDArray[np.bool_],
    step_mm: float,
) -> float:
    """Return the blur with which the model fits patent vessel best, in millimetres (sigma)."""
    misfit = [
        float(np.median(exact_border(hu, wall, seen, step_mm, sigma).misfit_hu))
        for sigma in SIGMAS_MM
    ]
    best = int(np.clip(np.argmin(misfit), 1, len(misfit) - 2))
    low, middle, high = misfit[best - 1 : best + 2]
    bend = max(low + high - 2 * middle, 1e-6)
    step = float(SIGMAS_MM[1] - SIGMAS_MM[0])
    return float(SIGMAS_MM[best]) + step * float(np.clip((low - high) / (2 * bend), -1, 1))


def _expected(
    start: NDArray[np.float64], inside: NDArray[np.float64], core: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what the seven numbers of the flank should be, and their spread.

    They are the wall; the brightness of rim, inside and fat; the thickness of the rim and of what
    lies behind it; and the brightness behind that.

    A section is patent where it is bright and even from its core to its wall.
    """
    uneven = np.abs(inside - core[:, None]).mean(axis=1) / np.maximum(core, 1.0)
    patent = (core > PATENT_HU) & (uneven < EVEN_SHARE)
    bright = (inside > BRIGHT_HU).astype(int)
    bright[patent] = 2
    rim, rim_sd = np.array(RIM_HU)[bright], np.array(RIM_SD_HU)[bright]
    thick, thick_sd = np.array(RIM_MM)[bright], np.array(RIM_SD_MM)[bright]
    same = np.ones(start.shape)
    chalk = bright == 1
    plate = np.where(chalk, PLATE_MM, SAME_MM)
    plate_sd = np.where(chalk, PLATE_SD_MM, SAME_SD_MM)
    behind = np.where(chalk, BEHIND_HU, inside)
    behind_sd = np.where(chalk, BEHIND_SD_HU, SAME_SD_HU)
    fat, fat_sd, inside_sd = FAT_HU * same, FAT_SD_HU * same, INSIDE_SD_HU * same
    prior = np.stack([start, rim, inside, fat, thick, plate, behind], axis=-1)
    sd = np.stack([same, rim_sd, inside_sd, fat_sd, thick_sd, plate_sd, behind_sd], axis=-1)
    return prior, sd


def _sectors(values: NDArray[np.float64] | NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean over the rays of each sector; the first ends just after the first ray."""
    rolled = np.roll(values, _PER_SECTOR // 2, axis=1)
    split = rolled.reshape(values.shape[0], SECTORS, _PER_SECTOR, *values.shape[2:])
    return np.asarray(split.mean(axis=2), dtype=np.float64)


def _angles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values of sectors for every ray, as a smooth closed curve."""
    spectrum = np.fft.rfft(values, axis=1)
    half_a_ray = np.exp(1j * np.arange(spectrum.shape[1]) * np.pi / ANGLES)
    wide = np.fft.irfft(spectrum * half_a_ray, n=ANGLES, axis=1) * (ANGLES / SECTORS)
    return np.asarray(wide, dtype=np.float64)


def _fit(
    depth: NDArray[np.float64],
    flank: NDArray[np.float64],
    prior: NDArray[np.float64],
    sd: NDArray[np.float64],
    sigma_mm: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the seven numbers of all sectors at once (Gauss-Newton)."""
    now = prior.copy()
    scale = 1.0 / sd**2
    for _ in range(_ROUNDS):
        model, slope = _flank_model(depth, now, sigma_mm)
        error = (flank - model) / FIT_SD_HU**2
        normal = np.swapaxes(slope, -1, -2) @ slope / FIT_SD_HU**2
        normal[..., _DIAGONAL, _DIAGONAL] += scale
        right = np.einsum("...ni,...n->...i", slope, error) + (prior - now) * scale
        move = np.linalg.solve(normal, right[..., None])[..., 0]
        move[..., 0] = np.clip(move[..., 0], -0.2, 0.2)
        move[..., 4] = np.clip(move[..., 4], -0.1, 0.1)
        move[..., 5] = np.clip(move[..., 5], -0.2, 0.2)
        now = now + move
        now[..., 0] = np.clip(now[..., 0], 0.4, DEPTH_MM[-1])
        now[..., 4] = np.clip(now[..., 4], 0.05, 1.0)
        now[..., 5] = np.clip(now[..., 5], 0.2, SAME_MM)
    model, _ = _flank_model(depth, now, sigma_mm)
    return now, np.sqrt(np.mean((flank - model) ** 2, axis=-1))


def _flank_model(
    depth: NDArray[np.float64], now: NDArray[np.float64], sigma_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the brightness along the flank, and how it changes with each of the seven numbers."""
    wall, rim, inside, fat, thick, plate, behind = (now[..., i, None] for i in _DIAGONAL)
    deep = np.maximum(wall - thick, 0.2)
    outer, outer_slope = _blurred_edge(wall, depth, sigma_mm)
    inner, inner_slope = _blurred_edge(deep, depth, sigma_mm)
    last, last_slope = _blurred_edge(np.maximum(wall - thick - plate, 0.2), depth, sigma_mm)
    model = fat + (rim - fat) * outer + (inside - rim) * inner + (behind - inside) * last
    by_inner, by_last = (inside - rim) * inner_slope, (behind - inside) * last_slope
    slope = np.stack(
        [
            (rim - fat) * outer_slope + by_inner + by_last,
            outer - inner,
            inner - last,
            1.0 - outer,
            -by_inner - by_last,
            -by_last,
            last,
        ],
        axis=-1,
    )
    return model, slope


def _blurred_edge(
    at: NDArray[np.float64], depth: NDArray[np.float64], sigma_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a step of height one inside a round border, blurred, and its change with the border.

    The blur moves the middle of the step inwards by half its variance over the radius.
    """
    away = (at - depth) / sigma_mm - sigma_mm / (2 * np.maximum(at, LEAST_ROUND_MM))
    norm = 1.0 / (np.sqrt(2 * np.pi) * sigma_mm)
    return ndtr(away), np.exp(-0.5 * away**2) * norm


def _calm(
    values: NDArray[np.float64], good: NDArray[np.bool_], sigma: tuple[float, float]
) -> NDArray[np.float64]:
    """Return values smoothed along and around the vessel; those that are not good do not count."""
    weight = good.astype(np.float64) + 1e-6
    total, count = values * weight, weight
    for axis, mode in ((0, "nearest"), (1, "wrap")):
        total = gaussian_filter1d(total, sigma[axis], axis=axis, mode=mode)
        count = gaussian_filter1d(count, sigma[axis], axis=axis, mode=mode)
    return np.asarray(total / count, dtype=np.float64)
