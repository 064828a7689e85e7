"""Noise with the spectrum of a soft kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, rfft2, rfftfreq
from scipy.ndimage import gaussian_filter1d

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design

PEAK_PER_MM = 0.25
_ACROSS_SLICES_MM = 0.35


def noise(design: Design, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return noise in HU: a ramp that the kernel lets fall off, as in filtered back-projection.

    The spectrum is highest at 0.25 line pairs per mm, where a B30f slice has its peak.
    """
    rng = np.random.default_rng([design.seed, 2, *([design.repeat] if design.repeat else [])])
    white = rng.standard_normal(shape, dtype=np.float32)
    rows = np.abs(np.fft.fftfreq(shape[1], design.pixel_mm))[:, None]
    frequency = np.hypot(rows, rfftfreq(shape[2], design.pixel_mm)[None, :])
    power = frequency * np.exp(-0.5 * (frequency / PEAK_PER_MM) ** 2)
    gain = np.sqrt(power).astype(np.float32)
    for start in range(0, shape[0], 16):
        part = rfft2(white[start : start + 16]) * gain
        white[start : start + 16] = irfft2(part, s=shape[1:])
    coloured = gaussian_filter1d(white, _ACROSS_SLICES_MM / design.slice_mm, axis=0)
    return np.asarray(coloured * (design.noise_hu / float(coloured.std())), dtype=np.float32)
