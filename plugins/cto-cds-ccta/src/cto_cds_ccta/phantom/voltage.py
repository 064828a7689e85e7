"""How bright iodine and calcium are at a tube voltage, as a multiple of their brightness at 120 kV.

Calcium at 100 kV: the threshold of 130 HU at 120 kV becomes 148 HU. All other factors are
assumptions: round values of the usual size, chosen so that tests meet the whole range. They serve
to draw and never to measure.
"""

from __future__ import annotations

import numpy as np

LOWEST_KV, HIGHEST_KV = 80, 120
BLOOD_HU = 40.0
_KILOVOLT = (80.0, 100.0, 120.0)
_IODINE = (1.65, 1.25, 1.0)
_CALCIUM = (1.35, 148.0 / 130.0, 1.0)


def contrast_hu(hu: float, tube_voltage_kv: float, *, contrast: bool = True) -> float:
    """Return the brightness of blood with iodine that has ``hu`` at 120 kV."""
    scale = float(np.interp(tube_voltage_kv, _KILOVOLT, _IODINE)) if contrast else 0.0
    return BLOOD_HU + (hu - BLOOD_HU) * scale


def calcium_hu(hu: float, tube_voltage_kv: float) -> float:
    """Return the brightness of a calcified plate that has ``hu`` at 120 kV."""
    return hu * float(np.interp(tube_voltage_kv, _KILOVOLT, _CALCIUM))
