"""The vessel line: evenly sampled, with a frame that does not twist around the vessel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.measure.course import smooth_course

STEP_MM = 0.25
PIECE_MM = 5.0


@dataclass(frozen=True, slots=True)
class VesselLine:
    """A line with a moving frame, sampled every ``STEP_MM``.

    Attributes:
        arc_mm: Shape (n,), the way along the line from its first point.
        points_lps_mm: Shape (n, 3).
        tangent: Shape (n, 3), unit vectors along the vessel.
        across: Shape (n, 2, 3), two unit vectors that span each cross-section.
        curvature_per_mm: Shape (n, 2), the change of the tangent per mm, in ``across``.
        outer_radius_mm: Shape (n,).
        jitter_mm: Standard deviation of the given points around the line, per coordinate.
        raw_length_mm: Length of the chain of given points, jitter included.
        given_at_mm: Shape (points,), where on the line the given points are, in order.
        sd_mm: Shape (n,), standard deviation of a coordinate of the line.
        kink_sd_mm: Shape (n,), that of the second difference over 5 mm, which makes a bend.
        excess: Shape (n,), by which share the line may be longer than it is drawn here.
    """

    arc_mm: NDArray[np.float64]
    points_lps_mm: NDArray[np.float64]
    tangent: NDArray[np.float64]
    across: NDArray[np.float64]
    curvature_per_mm: NDArray[np.float64]
    outer_radius_mm: NDArray[np.float64]
    jitter_mm: float
    raw_length_mm: float
    given_at_mm: NDArray[np.float64]
    sd_mm: NDArray[np.float64]
    kink_sd_mm: NDArray[np.float64]
    excess: NDArray[np.float64]


def vessel_line(
    points_lps_mm: NDArray[np.float64], outer_radius_mm: NDArray[np.float64]
) -> VesselLine:
    """Return the line sampled every ``STEP_MM``, without the jitter of drawn points.

    The frames minimise rotation by double reflection (Wang et al., ACM Trans Graph 2008;27:2).

    Args:
        points_lps_mm: Shape (n, 3), at least two different points.
        outer_radius_mm: Shape (n,).
    """
    steps = np.linalg.norm(np.diff(points_lps_mm, axis=0), axis=1)
    new = np.concatenate([[True], steps > 1e-6])
    course = smooth_course(points_lps_mm[new], STEP_MM)
    points = course.points_mm
    arc = np.asarray(np.arange(len(points)) * STEP_MM, dtype=np.float64)
    tangent = np.gradient(points, STEP_MM, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = frames(points, tangent)
    turn = np.gradient(tangent, STEP_MM, axis=0)
    order = np.argsort(course.at_mm, kind="stable")
    given_at = course.at_mm[order]
    kink, excess = _doubt_of_course(course.covariance_mm2)
    return VesselLine(
        arc_mm=arc,
        points_lps_mm=points,
        tangent=tangent,
        across=across,
        curvature_per_mm=np.einsum("nj,nij->ni", turn, across),
        outer_radius_mm=np.interp(arc, given_at, outer_radius_mm[new][order]),
        jitter_mm=course.jitter_mm,
        raw_length_mm=float(steps.sum()),
        given_at_mm=given_at,
        sd_mm=np.sqrt(np.maximum(np.diag(course.covariance_mm2), 0.0)),
        kink_sd_mm=kink,
        excess=excess,
    )


def _doubt_of_course(
    covariance: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sd of second differences over 5 mm, and half the variance of both slopes."""
    count = len(covariance)
    here = np.arange(count)
    ahead = np.minimum(here + round(PIECE_MM / STEP_MM), count - 1)
    before = np.maximum(here - round(PIECE_MM / STEP_MM), 0)
    second = np.zeros((count, count))
    np.add.at(second, (here, ahead), 1.0)
    np.add.at(second, (here, here), -2.0)
    np.add.at(second, (here, before), 1.0)
    kink = np.einsum("ij,jk,ik->i", second, covariance, second, optimize=True)
    own = np.diag(covariance)
    slope = (own[1:] + own[:-1] - 2 * np.diag(covariance, 1)) / STEP_MM**2
    excess = np.append(slope, slope[-1])
    return np.sqrt(np.maximum(kink, 0.0)), np.maximum(excess, 0.0)


def frames(points: NDArray[np.float64], tangent: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rotation-minimising frames, shape (n, 2, 3)."""
    across = np.empty((len(points), 2, 3))
    start = np.eye(3)[int(np.argmin(np.abs(tangent[0])))]
    first = start - tangent[0] * (start @ tangent[0])
    across[0, 0] = first / np.linalg.norm(first)
    for i in range(len(points) - 1):
        way = points[i + 1] - points[i]
        mirrored = across[i, 0] - 2 * (way @ across[i, 0]) / (way @ way) * way
        ahead = tangent[i] - 2 * (way @ tangent[i]) / (way @ way) * way
        second = tangent[i + 1] - ahead
        length = second @ second
        if length > 1e-18:
            mirrored = mirrored - 2 * (second @ mirrored) / length * second
        across[i + 1, 0] = mirrored
    across[:, 1] = np.cross(tangent, across[:, 0])
    return across
