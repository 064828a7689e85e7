"""The radii and the contrast along the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.voltage import contrast_hu

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design

_BLUNT_MM = 1e-6
_WAVE_MM = 9.0


def outer_radius_mm(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the outer radius: an even taper, and a swelling or shrinking in each occlusion."""
    share = np.clip(arc_mm / design.total_mm, 0.0, 1.0)
    radius = design.proximal_radius_mm + share * (
        design.distal_radius_mm - design.proximal_radius_mm
    )
    for lesion in design.lesions:
        middle = (lesion.start_mm + lesion.end_mm) / 2
        wide = np.exp(-0.5 * ((arc_mm - middle) / (lesion.length_mm / 2.5)) ** 2)
        radius = radius + design.remodelling_mm * wide
    return np.asarray(radius, dtype=np.float64)


def healthy_lumen_mm(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the radius that the lumen would have without any disease."""
    return outer_radius_mm(design, arc_mm) - design.wall_mm


def lumen_radius_mm(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the radius of the contrast column, 0 in the occlusions."""
    share = np.ones_like(arc_mm)
    for lesion in design.lesions:
        before = (lesion.start_mm - arc_mm) / max(lesion.proximal_taper_mm, _BLUNT_MM)
        after = (arc_mm - lesion.end_mm) / max(lesion.distal_taper_mm, _BLUNT_MM)
        share = np.minimum(share, np.clip(np.maximum(before, after), 0.0, 1.0))
    return healthy_lumen_mm(design, arc_mm) * share * (1.0 - distal_loss(design, arc_mm))


def distal_loss(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the loss of lumen diameter by disease beyond the last cap, 0 to 1."""
    beyond = arc_mm - design.exit_start_mm
    left = np.ones_like(arc_mm)
    for narrowing in design.narrowings:
        bump = np.exp(-0.5 * ((beyond - narrowing.beyond_mm) / narrowing.width_mm) ** 2)
        left = left * (1.0 - narrowing.share * bump)
    wave = 0.75 + 0.25 * np.sin(2 * np.pi * beyond / _WAVE_MM)
    left = left * (1.0 - design.diffuse_share * wave)
    return np.where(beyond >= 0.0, 1.0 - left, 0.0)


def lumen_hu(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the brightness of the lumen at the tube voltage of the design."""
    hu = design.proximal_hu - design.fade_hu_per_mm * arc_mm
    lesions = design.lesions
    if lesions:
        behind = design.distal_hu - design.fade_hu_per_mm * (arc_mm - lesions[0].start_mm)
        hu = np.where(arc_mm > lesions[-1].start_mm, behind, hu)
    if design.second is not None:
        between = (arc_mm > lesions[0].start_mm) & (arc_mm < lesions[1].end_mm)
        hu = np.where(between, design.second.between_hu, hu)
    kilovolt = design.tube_voltage_kv
    zero, one = (contrast_hu(x, kilovolt, contrast=design.contrast) for x in (0.0, 1.0))
    return np.asarray(zero + (one - zero) * hu, dtype=np.float64)
