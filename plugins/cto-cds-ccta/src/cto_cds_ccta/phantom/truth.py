"""What is true of a phantom, from its design and its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.tissue import (
    DENSE_CALCIUM,
    NAMES,
    lumen_radius_mm,
    outer_radius_mm,
    tissue,
)

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design
    from cto_cds_ccta.phantom.scan import Scan

PIECE_MM = 5.0
REFERENCE_MM = 5.0
TAPERED_FROM_MM = 2.0


def truth(design: Design, line: Course, image: Scan) -> dict[str, Any]:
    """Return the truth with the keys of the practice studies."""
    start, end = design.entry_mm, design.entry_mm + design.length_mm
    fraction, arc = _calcium(design)
    cap_mm = min(3.0, design.length_mm / 3)
    where = [(p.start_mm, p.end_mm) for p in design.plates]
    before = start - design.proximal_taper_mm - REFERENCE_MM
    behind = end + design.distal_taper_mm + REFERENCE_MM
    lumen = lumen_radius_mm(design, np.array([before, behind])) * 2
    lesion = {
        "proximal_cap_lps": np.round(line.at(start), 3).tolist(),
        "distal_cap_lps": np.round(line.at(end), 3).tolist(),
        "occlusion_length_mm": round(design.length_mm, 3),
        "max_bend_deg": round(_max_bend_deg(line, start, end), 2),
        "vessel_volume_mm3": round(_vessel_mm3(design), 2),
        "material_percent": _percent(image.material_mm3),
        "apparent_percent": _percent(image.apparent_mm3),
        "calcium_arc_deg": round(arc, 1),
        "calcium_area_fraction": round(fraction, 4),
        "calcium_proximal_cap": any(a < cap_mm for a, _ in where),
        "calcium_body": any(b > cap_mm and a < design.length_mm - cap_mm for a, b in where),
        "calcium_distal_cap": any(b > design.length_mm - cap_mm for _, b in where),
        "stump": "tapered" if design.proximal_taper_mm >= TAPERED_FROM_MM else "blunt",
        "side_branch_at_proximal_cap": False,
        "reference_lumen_diameter_mm": round(float(lumen[0]), 3),
        "distal_lumen_diameter_mm": round(float(lumen[1]), 3),
    }
    return {
        "name": design.name,
        "seed": design.seed,
        "psf_fwhm_mm": design.fwhm_mm,
        "noise_hu": design.noise_hu,
        "matrix": int(max(image.hu.shape[1:])),
        "occlusions": [lesion],
    }


def _percent(volumes: NDArray[np.float64]) -> dict[str, float]:
    total = max(float(volumes.sum()), 1e-9)
    return {name: round(100 * float(v) / total, 2) for name, v in zip(NAMES, volumes, strict=True)}


def _vessel_mm3(design: Design) -> float:
    """Return the area inside the outer wall, integrated along the line (Pappus)."""
    arc = np.linspace(design.entry_mm, design.entry_mm + design.length_mm, 2001)
    return float(np.trapezoid(np.pi * outer_radius_mm(design, arc) ** 2, arc))


def _max_bend_deg(line: Course, start_mm: float, end_mm: float) -> float:
    """Return the largest angle between the chords of the 5 mm before and after a point."""
    step = float(line.arc_mm[1])
    piece = round(PIECE_MM / step)
    index = np.arange(round(start_mm / step), round(end_mm / step) + 1)
    index = index[(index >= piece) & (index + piece < len(line.points_mm))]
    here = line.points_mm[index]
    before = here - line.points_mm[index - piece]
    after = line.points_mm[index + piece] - here
    cross = np.linalg.norm(np.cross(before, after), axis=1)
    return float(np.degrees(np.arctan2(cross, np.sum(before * after, axis=1))).max())


def _calcium(design: Design) -> tuple[float, float]:
    """Return the largest share of an area and the largest arc (deg) with calcium."""
    angle = np.radians(np.arange(0.5, 360.0))
    share = np.linspace(0.0, 1.0, 201)[1:] - 0.0025
    best_area, best_arc = 0.0, 0.0
    for into in np.arange(0.1, design.length_mm, 0.2):
        arc = np.full((len(angle), len(share)), design.entry_mm + into)
        outer = float(outer_radius_mm(design, arc[0, :1])[0])
        distance = np.broadcast_to(share * outer, arc.shape)
        across = (distance * np.cos(angle)[:, None], distance * np.sin(angle)[:, None])
        calcium = tissue(design, arc, across).kind == DENSE_CALCIUM
        best_area = max(best_area, float((calcium * share).sum() / (share.sum() * len(angle))))
        best_arc = max(best_arc, float(calcium.any(axis=1).mean() * 360.0))
    return best_area, best_arc
