"""Cross-sections hold the values that scipy's cubic spline has there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates, spline_filter

from cto_cds_ccta.measure.spline import sections_of

SHAPE = (9, 12, 10)
AXIS_MM = np.arange(-3, 4) * 0.4


@pytest.mark.parametrize("middle", [(4.2, 6.1, 5.3), (0.4, 11.2, 4.0), (-3.0, 6.0, 15.0)])
def test_sections_inside_at_the_edge_and_beyond_the_volume(middle):
    rng = np.random.default_rng(3)
    coefficients = spline_filter(rng.normal(100, 200, SHAPE).astype(np.float32), output=np.float32)
    origin = np.array(middle) + rng.normal(0, 0.3, (5, 3))
    side = rng.normal(0, 0.7, (5, 2, 3))
    at = origin[:, None, None] + AXIS_MM[None, :, None, None] * side[:, None, None, 0]
    at = at + AXIS_MM[None, None, :, None] * side[:, None, None, 1]
    wanted = map_coordinates(
        coefficients, np.moveaxis(at, -1, 0), order=3, mode="nearest", prefilter=False
    )
    found = sections_of(coefficients, origin, side, AXIS_MM)
    assert np.allclose(found, wanted, atol=1e-3)
