"""A smooth course through points that were drawn: what of them is vessel, what is jitter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial import cKDTree

BENDING_PER_MM = 0.05
"""Spectral density of the curvature of a coronary artery (per mm): the square of its root mean
square in a sharp bend (0.1 per mm) times the way over which it keeps its direction (5 mm)."""
KNOT_MM = 0.75
MOST_KNOTS = 240
JITTER_MM = np.geomspace(0.01, 1.6, 30)
CHORD_MM = 2.0
_ROUNDS = 2
_FINE_MM = 0.05
_HIDDEN_JITTER = np.sqrt(1.5)
"""A point is put beside the nearest point of the curve, so one of three coordinates shows none."""
_LEAST_MM = 1e-6


@dataclass(frozen=True, slots=True)
class Course:
    """A smooth curve through given points.

    Attributes:
        points_mm: Shape (n, 3), evenly spaced.
        at_mm: Shape (points,), where on the curve each given point belongs.
        jitter_mm: Standard deviation of the given points around the curve, per coordinate.
        covariance_mm2: Shape (n, n), of one coordinate of the points of the curve.
    """

    points_mm: NDArray[np.float64]
    at_mm: NDArray[np.float64]
    jitter_mm: float
    covariance_mm2: NDArray[np.float64]


def smooth_course(given_mm: NDArray[np.float64], step_mm: float) -> Course:
    """Return the most probable course of a vessel through jittered points.

    The curve is a cubic spline. How much it may bend is known beforehand (``BENDING_PER_MM``);
    how much the points jitter is found as the value under which the points are most likely (the
    marginal likelihood of a smoothing spline: Wahba, Ann Stat 1985;13:1378). So a smooth line
    is followed as it is, and a jittered one is smoothed just as much as its jitter asks for,
    whatever the spacing of its points. Where points are missing, the covariance grows.

    Args:
        given_mm: Shape (points, 3), no two neighbours alike.
        step_mm: Distance of the points of the curve.
    """
    at = _rough_way(given_mm)
    for _ in range(_ROUNDS):
        at = _projected(_Fit(at, given_mm), given_mm)
    fit = _Fit(at, given_mm)
    fine = np.arange(0.0, fit.end_mm + _FINE_MM / 2, _FINE_MM)
    curve = fit.points(fine)
    way = _way(curve)
    count = max(int(way[-1] / step_mm + 1e-6) + 1, 2)
    where = np.interp(np.arange(count) * step_mm, way, fine)
    return Course(
        points_mm=fit.points(where),
        at_mm=np.interp(at, fine, way),
        jitter_mm=fit.jitter_mm,
        covariance_mm2=fit.covariance(where),
    )


class _Fit:
    """A smoothing spline whose jitter has the greatest marginal likelihood."""

    def __init__(self, at_mm: NDArray[np.float64], given_mm: NDArray[np.float64]) -> None:
        self.end_mm = float(at_mm.max())
        pieces = int(np.clip(round(self.end_mm / KNOT_MM), 4, MOST_KNOTS))
        inner = np.linspace(0.0, self.end_mm, pieces + 1)
        self._knots = np.concatenate([np.zeros(3), inner, np.full(3, self.end_mm)])
        self._count = pieces + 3
        basis = self._basis(at_mm)
        stiff = self._stiffness(inner) / BENDING_PER_MM
        square, right = basis.T @ basis, basis.T @ given_mm
        best = np.inf
        self.jitter_mm = float(JITTER_MM[0])
        for jitter in JITTER_MM:
            factor = cho_factor(square / jitter**2 + stiff, lower=True)
            weights = cho_solve(factor, right / jitter**2)
            residual = np.sum((given_mm - basis @ weights) ** 2) / jitter**2
            bent = np.sum(weights * (stiff @ weights))
            size = 2.0 * np.log(np.diag(factor[0])).sum() + 2.0 * len(at_mm) * np.log(jitter)
            score = float(residual + bent + 3.0 * size)
            if score < best:
                best, self.jitter_mm = score, float(jitter * _HIDDEN_JITTER)
        weight = 1.0 / self.jitter_mm**2
        self._factor = cho_factor(square * weight + stiff, lower=True)
        self._weights = cho_solve(self._factor, right * weight)

    def _basis(self, at_mm: NDArray[np.float64], derivative: int = 0) -> NDArray[np.float64]:
        spline = BSpline(self._knots, np.eye(self._count), 3)
        if derivative:
            spline = spline.derivative(derivative)
        return np.asarray(spline(np.clip(at_mm, 0.0, self.end_mm)), dtype=np.float64)

    def _stiffness(self, inner: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the integral of products of second derivatives; two Gauss points are exact."""
        half = np.diff(inner)[:, None] / 2
        middle = (inner[1:] + inner[:-1])[:, None] / 2
        at = middle + half * np.array([-1.0, 1.0]) / np.sqrt(3.0)
        second = self._basis(at.ravel(), 2)
        return np.asarray(second.T @ (second * np.repeat(half.ravel(), 2)[:, None]))

    def points(self, at_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of the curve, shape (n, 3)."""
        return np.asarray(self._basis(at_mm) @ self._weights, dtype=np.float64)

    def covariance(self, at_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the covariance of one coordinate, shape (n, n)."""
        basis = self._basis(at_mm)
        return np.asarray(basis @ cho_solve(self._factor, basis.T), dtype=np.float64)


def _way(points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.linalg.norm(np.diff(points_mm, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _rough_way(given_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the way to each point from chords of at least 2 mm, which jitter hardly lengthens."""
    reach = 1
    while reach < len(given_mm) // 4:
        chord = np.linalg.norm(given_mm[reach:] - given_mm[:-reach], axis=1)
        if np.median(chord) >= CHORD_MM:
            break
        reach += 1
    if reach == 1:
        return _way(given_mm)
    low = np.maximum(np.arange(len(given_mm) - 1) - reach // 2, 0)
    low = np.minimum(low, len(given_mm) - 1 - reach)
    speed = np.linalg.norm(given_mm[low + reach] - given_mm[low], axis=1) / reach
    return np.concatenate([[0.0], np.cumsum(np.maximum(speed, _LEAST_MM))])


def _projected(fit: _Fit, given_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the way along the curve to the point of it that is nearest to each given point."""
    fine = np.arange(0.0, fit.end_mm + _FINE_MM / 2, _FINE_MM)
    curve = fit.points(fine)
    _, nearest = cKDTree(curve).query(given_mm)
    way = _way(curve)[nearest]
    return np.asarray(way - way.min(), dtype=np.float64)
