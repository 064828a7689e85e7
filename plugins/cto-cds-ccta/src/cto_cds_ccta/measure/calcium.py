"""Calcium in the cross-sections of the occlusion: how much of the area, how much of the round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, map_coordinates, maximum_filter1d, median_filter

from cto_cds_ccta.measure.caps import Levels
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.plates import ALONG_SIGMA_MM, plates_in
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

_ANGLES = 180
_LEAST_DEPTH_MM, _LEAST_DEPTH_SHARE = 0.2, 0.4
_NEIGHBOURS = 31
_AREA_SECTIONS, _ARC_SECTIONS = 5, 3
_INNER_SHARE = 0.4
_INNER_FWHM = 0.7


@dataclass(frozen=True, slots=True)
class Calcium:
    """Calcium along the occlusion.

    Attributes:
        arc_mm: Position of each section on the line, shape (sections,).
        area_percent: Share of the area inside the outer wall, shape (sections,).
        arc_deg: Union of the angles with calcium at any depth, shape (sections,).
        mask: Calcium that counts for area and volume, shape (sections, pixels, pixels).
        seen: Calcium that the arc is measured on: a thin plate is wider and longer here.
        plates: Number of separate plates.
    """

    arc_mm: NDArray[np.float64]
    area_percent: NDArray[np.float64]
    arc_deg: NDArray[np.float64]
    mask: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    plates: int

    @property
    def max_area_percent(self) -> float:
        """The largest share of one cross-section."""
        return float(self.area_percent.max(initial=0.0))

    @property
    def max_arc_deg(self) -> float:
        """The largest arc of one cross-section."""
        return float(self.arc_deg.max(initial=0.0))


def calcium(
    vessel: StraightVessel,
    proximal_mm: float,
    distal_mm: float,
    levels: Levels,
    *,
    level: float = 0.5,
) -> Calcium:
    """Measure calcium along the occlusion.

    A plate is a connected region above 351 HU that stands out from the noise. Its border is
    where HU fall half way (:func:`cto_cds_ccta.measure.plates.plates_in`), which a symmetric blur
    leaves in place; a fixed threshold moves with the density of the plate. The arc is that of the
    plate as it is seen, since dimming takes from the ends of a plate what it adds to its depth.
    Curves along the vessel are smoothed by a running median, of the area over 1.25 mm and of the
    arc over 0.75 mm, so that one noisy section does not become the maximum.

    Args:
        vessel: The straightened vessel.
        proximal_mm: Where contrast ends.
        distal_mm: Where contrast returns.
        levels: Noise and blur.
        level: The share of the way from plaque to peak; other than 0.5 to see its influence.
    """
    low = int(np.ceil(proximal_mm / STEP_MM))
    part = slice(low, max(int(distal_mm / STEP_MM) + 1, low + 1))
    hu = gaussian_filter1d(vessel.hu[part], ALONG_SIGMA_MM / STEP_MM, axis=0, mode="nearest")
    inside = vessel.inside()[part]
    plates = plates_in(hu, inside, vessel.depth_mm(part), levels, level)
    area = 100.0 * plates.mask.sum(axis=(1, 2)) / inside.sum(axis=(1, 2))
    arc = _arcs(vessel, part, plates.seen, levels.fwhm_mm)
    return Calcium(
        arc_mm=vessel.line.arc_mm[part],
        area_percent=np.asarray(
            median_filter(area, _AREA_SECTIONS, mode="nearest"), dtype=np.float64
        ),
        arc_deg=np.asarray(median_filter(arc, _ARC_SECTIONS, mode="nearest"), dtype=np.float64),
        mask=plates.mask,
        seen=plates.seen,
        plates=plates.count,
    )


def _arcs(
    vessel: StraightVessel, part: slice, mask: NDArray[np.bool_], fwhm_mm: float
) -> NDArray[np.float64]:
    """Return the union of angles with calcium on the ray, in degrees.

    A ray counts with at least 0.2 mm of calcium, and 0.4 of the most within 30 degrees: the blur
    rounds the ends of a plate, so that beside it there is some left on the ray.
    Calcium closer to the line than the blur has no angle of its own; it counts only through the
    calcium outside of it.
    """
    angle = np.arange(_ANGLES) * (2 * np.pi / _ANGLES)
    middle = len(vessel.axis_mm) // 2
    arcs = []
    for section, outer in zip(
        mask.astype(np.float32), vessel.line.outer_radius_mm[part], strict=True
    ):
        depth = np.arange(max(_INNER_SHARE * outer, _INNER_FWHM * fwhm_mm), outer, PIXEL_MM)
        rows = middle + np.outer(np.cos(angle), depth) / PIXEL_MM
        columns = middle + np.outer(np.sin(angle), depth) / PIXEL_MM
        on_ray = map_coordinates(section, [rows, columns], order=1) > 0.5
        deep = on_ray.sum(axis=1) * PIXEL_MM
        most = maximum_filter1d(deep, _NEIGHBOURS, mode="wrap")
        least = np.maximum(_LEAST_DEPTH_MM, _LEAST_DEPTH_SHARE * most)
        arcs.append((deep >= least - 1e-9).mean() * 360.0)
    return np.array(arcs, dtype=np.float64)
