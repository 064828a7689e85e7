"""What fills the occlusion: volumes of Hounsfield classes inside the outer wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

CLASSES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")
CLASS_EDGES_HU = (-30.5, 75.5, 130.5, 350.5)
_BIN_HU = 5.0
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Composition:
    """Volumes between the caps, inside the outer wall.

    Attributes:
        vessel_mm3: Everything.
        class_mm3: Necrotic core, fibrofatty, fibrous, dense calcium, as in ``CLASSES``.
    """

    vessel_mm3: float
    class_mm3: tuple[float, float, float, float]

    @property
    def plaque_mm3(self) -> float:
        """The four classes together; voxels below -30 HU are unclassified and left out."""
        return sum(self.class_mm3)

    @property
    def atheroma_percent(self) -> float:
        """The plaque volume as per cent of the vessel volume."""
        return 100.0 * self.plaque_mm3 / max(self.vessel_mm3, 1e-9)

    @property
    def share_percent(self) -> tuple[float, ...]:
        """Each class as per cent of the plaque volume."""
        return tuple(100.0 * part / max(self.plaque_mm3, 1e-9) for part in self.class_mm3)


def composition(
    vessel: StraightVessel,
    proximal_mm: float,
    distal_mm: float,
    noise_hu: float,
    *,
    wall_shift_mm: float = 0.0,
    hu_shift: float = 0.0,
    edges_hu: tuple[float, ...] = CLASS_EDGES_HU,
) -> Composition:
    """Measure the classes between two positions on the line.

    Classes have fixed limits (Xing et al. 2022): necrotic core -30 to 75 HU, fibrofatty 76 to
    130, fibrous 131 to 350, dense calcium from 351. Noise widens the histogram of HU and moves
    volume from a class into its neighbours; the histogram is therefore unfolded by the measured
    noise first (Richardson-Lucy: Lucy, Astron J 1974;79:745), in few rounds, since a
    histogram that is unfolded too far grows peaks of its own. The blur of the scanner is not
    undone: classes are those of the image.

    Args:
        vessel: The straightened vessel.
        proximal_mm: Where contrast ends.
        distal_mm: Where contrast returns.
        noise_hu: Standard deviation of HU in a homogeneous part of ``vessel.hu``.
        wall_shift_mm: Added to the outer radius, to see what an error of the wall does.
        hu_shift: Added to the brightness, to see what an error of the scale does.
        edges_hu: The lower limits of the four classes.
    """
    low = max(int(proximal_mm / STEP_MM) - 1, 0)
    high = min(int(distal_mm / STEP_MM) + 3, len(vessel.hu))
    part = slice(low, high)
    weight = vessel.voxel_mm3(part) * _coverage(vessel, part, wall_shift_mm)
    arc = vessel.line.arc_mm[part]
    covered = np.minimum(arc + STEP_MM / 2, distal_mm) - np.maximum(arc - STEP_MM / 2, proximal_mm)
    weight *= np.clip(covered / STEP_MM, 0.0, 1.0)[:, None, None]
    inside = weight > 0
    if not inside.any():
        return Composition(0.0, (0.0, 0.0, 0.0, 0.0))
    values = vessel.hu[part][inside] + hu_shift
    volume = weight[inside]
    edges = np.arange(np.floor(values.min()) - 50, values.max() + 50 + _BIN_HU, _BIN_HU)
    bins = ((values - edges[0]) / _BIN_HU).astype(np.int64)
    seen = np.asarray(np.bincount(bins, volume, len(edges) - 1), dtype=np.float64)
    below = np.concatenate([[0.0], np.cumsum(unfold(seen, noise_hu / _BIN_HU))])
    limits = np.interp([*edges_hu, edges[-1]], edges, below)
    parts = np.diff(limits)
    return Composition(
        vessel_mm3=float(volume.sum()),
        class_mm3=(float(parts[0]), float(parts[1]), float(parts[2]), float(parts[3])),
    )


def fat_taken_in_mm3(
    vessel: StraightVessel,
    corrected: StraightVessel,
    proximal_mm: float = -np.inf,
    distal_mm: float = np.inf,
) -> float:
    """Return how much fat lies inside a corrected outer wall and not inside the one found.

    Args:
        vessel: The vessel in the wall that was found.
        corrected: The same in the corrected wall.
        proximal_mm: Where on the line to begin.
        distal_mm: Where to end.
    """
    if corrected is vessel:
        return 0.0
    arc = vessel.line.arc_mm
    between = ((arc >= proximal_mm) & (arc <= distal_mm))[:, None, None]
    added = corrected.inside() & ~vessel.inside() & between
    return _volume_mm3(vessel, added & (vessel.hu < CLASS_EDGES_HU[0]))


def left_out_mm3(
    vessel: StraightVessel, corrected: StraightVessel, proximal_mm: float, distal_mm: float
) -> tuple[float, float]:
    """Return how much plaque, and how much of it dense calcium, a corrected wall leaves out.

    It lies between two positions on the line, inside the outer wall that was found and not inside
    the corrected one.
    """
    if corrected is vessel:
        return 0.0, 0.0
    arc = vessel.line.arc_mm
    between = ((arc >= proximal_mm) & (arc <= distal_mm))[:, None, None]
    lost = vessel.inside() & ~corrected.inside() & between
    plaque, dense = CLASS_EDGES_HU[0], CLASS_EDGES_HU[-1]
    return (
        _volume_mm3(vessel, lost & (vessel.hu >= plaque)),
        _volume_mm3(vessel, lost & (vessel.hu >= dense)),
    )


def _volume_mm3(vessel: StraightVessel, chosen: NDArray[np.bool_]) -> float:
    """Return the volume of some pixels."""
    sections = np.flatnonzero(chosen.any(axis=(1, 2)))
    if not len(sections):
        return 0.0
    part = slice(int(sections[0]), int(sections[-1]) + 1)
    return float(vessel.voxel_mm3(part)[chosen[part]].sum())


def unfold(seen: NDArray[np.float64], noise_bins: float) -> NDArray[np.float64]:
    """Return the histogram without noise, given the noise in bins. The sum stays the same."""
    if noise_bins < 0.5:
        return seen
    bins = np.arange(len(seen))
    kernel = np.exp(-0.5 * ((bins[:, None] - bins[None, :]) / noise_bins) ** 2)
    kernel /= kernel.sum(axis=0)
    total = seen.sum()
    clean = np.full(len(seen), total / len(seen)) + seen
    for _ in range(_ROUNDS):
        clean = clean * (kernel.T @ (seen / (kernel @ clean + 1e-9 * total)))
    return np.asarray(clean * (total / max(clean.sum(), 1e-12)), dtype=np.float64)


def _coverage(vessel: StraightVessel, part: slice, shift_mm: float) -> NDArray[np.float64]:
    """Return which share of each pixel lies inside the outer wall."""
    depth = (vessel.border_mm[part] + shift_mm - vessel.distance_mm[None]) / PIXEL_MM
    return np.asarray(np.clip(depth + 0.5, 0.0, 1.0), dtype=np.float64)
