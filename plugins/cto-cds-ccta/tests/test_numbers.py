"""The small pieces keep what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from cto_cds_ccta.measure.bend import sharpest_bend
from cto_cds_ccta.measure.blur import blurred_disc, tapered_end
from cto_cds_ccta.measure.composition import unfold
from cto_cds_ccta.measure.line import vessel_line


def rounded_corner(angle_deg, radius_mm=6.0):
    """Return a line that goes straight for 20 mm, turns on an arc, and goes straight again."""
    turn = np.arange(0.0, np.radians(angle_deg), 0.02)
    arc = radius_mm * np.column_stack([np.sin(turn), 1 - np.cos(turn), 0 * turn])
    way = np.arange(0.25, 20.01, 0.25)[:, None]
    ahead = np.array([np.cos(turn[-1]), np.sin(turn[-1]), 0.0])
    points = np.concatenate([-way[::-1] * [1.0, 0.0, 0.0], arc, arc[-1] + way * ahead])
    return vessel_line(points, np.full(len(points), 2.0))


@pytest.mark.parametrize("radius_mm", [6.0, 12.0, 30.0])
def test_on_an_arc_the_bend_is_the_angle_between_the_two_chords(radius_mm):
    line = rounded_corner(150.0, radius_mm)
    bend = sharpest_bend(line, 20.0, 20.0 + 2.6 * radius_mm)
    assert bend.angle_deg == pytest.approx(np.degrees(5.0 / radius_mm), abs=1.0)


def wave():
    """Return a line of 80 mm that swings from side to side, every quarter of a millimetre."""
    turn = 0.5 * np.sin(np.arange(0.0, 80.0, 0.25) / 4.0)
    return np.cumsum(np.column_stack([np.cos(turn), np.sin(turn), 0 * turn]), axis=0) * 0.25


@pytest.mark.parametrize(("sd_mm", "off_mm"), [(0.0, 0.4), (0.15, 1.5), (0.3, 2.0)])
def test_jitter_does_not_lengthen_a_line(sd_mm, off_mm):
    points = wave() + np.random.default_rng(4).normal(0.0, sd_mm, (320, 3))
    line = vessel_line(points, np.full(320, 2.0))
    assert line.arc_mm[-1] == pytest.approx(79.75, abs=off_mm)
    assert line.jitter_mm == pytest.approx(sd_mm, rel=0.25, abs=0.02)


def test_a_smooth_line_is_followed_within_a_hundredth_of_a_millimetre():
    points = wave()
    line = vessel_line(points, np.full(len(points), 2.0))
    gap = np.linalg.norm(line.points_lps_mm[:, None] - points[None], axis=2).min(axis=1)
    assert np.sqrt(np.mean(gap**2)) < 0.08  # half the way between two given points
    assert line.sd_mm[20:-20].max() < 0.02


def test_where_points_are_missing_the_line_is_less_certain():
    points = wave()
    kept = np.r_[0:150, 170 : len(points)]
    line = vessel_line(points[kept], np.full(len(kept), 2.0))
    assert line.sd_mm[160] > 5 * line.sd_mm[80]


def test_a_bend_outside_the_occlusion_does_not_count():
    assert sharpest_bend(rounded_corner(90.0), 2.0, 14.0).angle_deg < 2.0


def test_unfolding_brings_back_what_noise_moved():
    rng = np.random.default_rng(3)
    clean = np.concatenate([np.full(4000, 60.0), np.full(5000, 110.0), np.full(1000, 200.0)])
    noisy = clean + rng.normal(0.0, 25.0, clean.size)
    seen = np.histogram(noisy, bins=np.arange(-200.0, 500.0, 5.0))[0].astype(float)
    found = unfold(seen, 5.0)
    limits = np.arange(-200.0, 495.0, 5.0)
    shares = [found[limits < 85].sum(), found[(limits >= 85) & (limits < 155)].sum()]
    assert np.allclose(np.array(shares) / found.sum(), [0.4, 0.5], atol=0.02)
    assert found.sum() == pytest.approx(seen.sum())


def test_a_blurred_disc_keeps_its_volume():
    distance = np.arange(0.005, 6.0, 0.01)
    image = blurred_disc(distance, 1.5, 0.4)
    assert np.sum(image * 2 * np.pi * distance * 0.01) == pytest.approx(np.pi * 1.5**2, rel=1e-3)


def test_a_flat_end_is_half_a_point_spread_wide_at_its_position():
    along = np.arange(-10.0, 5.0, 0.05)
    width = tapered_end(along, 1.5, 0.0, 0.3)
    assert np.interp(-1.0, along, width) == pytest.approx(1.0, abs=0.01)
    assert np.interp(1.0, along, width) == pytest.approx(0.0, abs=0.01)


def test_frames_do_not_twist_along_a_bent_line():
    line = rounded_corner(60.0)
    across = line.across
    assert np.allclose(np.sum(across[:, 0] * line.tangent, axis=1), 0.0, atol=1e-9)
    twist = np.sum(np.diff(across[:, 0], axis=0) * across[:-1, 1], axis=1)
    assert np.abs(twist).max() < 0.02
