"""Sections that are full of calcium: neither their wall nor their calcium loses its outer rim."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from cto_cds_ccta.measure.caps import Levels
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.plates import plates_in
from cto_cds_ccta.measure.straight import PIXEL_MM
from cto_cds_ccta.trace.full import step_of_full

AXIS = np.arange(-3.0, 3.01, PIXEL_MM)
AWAY = np.hypot(AXIS[:, None], AXIS[None, :])
ALONG = np.arange(0.0, 40.0, 0.5)


def shown(inner_mm, outer_mm, fwhm_mm):
    """Return the share of a section with a ring of calcium, as found and as drawn."""
    ring = (inner_mm <= AWAY) & (outer_mm > AWAY)
    drawn = np.where(ring, 1000.0, np.where(AWAY < 2.0, 90.0, -90.0))
    sigma = fwhm_mm / 2.3548 / PIXEL_MM
    hu = np.repeat(gaussian_filter(drawn, sigma)[None], round(8 / STEP_MM), axis=0)
    depth = np.broadcast_to(2.0 - AWAY, hu.shape).astype(np.float32)
    levels = Levels(400.0, 350.0, 25.0, fwhm_mm)
    mask = plates_in(hu.astype(np.float32), depth > 0, depth, levels, 0.5).mask[10]
    return mask.sum() / (depth[10] > 0).sum(), ring.sum() / (depth[10] > 0).sum()


@pytest.mark.parametrize("fwhm_mm", [0.7, 1.0])
def test_calcium_that_touches_the_wall_ends_there(fwhm_mm):
    found, true = shown(0.0, 1.95, fwhm_mm)
    assert found == pytest.approx(true, abs=0.08)


def test_a_thin_ring_is_not_much_thicker_for_its_blur():
    found, true = shown(1.2, 1.7, 0.7)
    assert found == pytest.approx(true, abs=0.08)


def core(full):
    return np.where(full, 900.0, np.where(abs(ALONG - 20.0) < 12.0, 90.0, 380.0))


def test_the_wall_does_not_step_where_a_section_is_full_of_calcium():
    full = abs(ALONG - 20.0) < 4.0
    narrows = 2.0 - 0.01 * ALONG
    move = step_of_full(narrows + 0.14 * full, core(full), 0.5)
    assert move[abs(ALONG - 20.0) < 3.0] == pytest.approx(-0.14, abs=0.02)
    assert move[abs(ALONG - 20.0) > 7.0] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("full", [0 * ALONG > 1, ALONG < 8.0], ids=["none", "to the end"])
def test_without_wall_on_both_sides_to_compare_with_nothing_is_moved(full):
    assert not step_of_full(2.0 + 0.14 * full, core(full), 0.5).any()
