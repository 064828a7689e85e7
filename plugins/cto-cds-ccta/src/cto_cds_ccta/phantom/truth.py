"""What is true of a phantom, from its design and its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.bends import bends_over, sharpest_deg
from cto_cds_ccta.phantom.chalk import chalk_of
from cto_cds_ccta.phantom.course import STEP_MM
from cto_cds_ccta.phantom.distal import landing_zone
from cto_cds_ccta.phantom.profile import lumen_radius_mm, outer_radius_mm
from cto_cds_ccta.phantom.tissue import NAMES, recipe
from cto_cds_ccta.phantom.tubes import STEP_MM as STEP_ON_BRANCH_MM
from cto_cds_ccta.phantom.tubes import branch_course

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design, Lesion
    from cto_cds_ccta.phantom.parts import Branch
    from cto_cds_ccta.phantom.scan import Scan

REFERENCE_MM = 5.0
TAPERED_FROM_MM = 2.0
AT_CAP_MM = 3.0
ONWARD_MM = 5.0
LARGE_BRANCH_MM = 0.5
BEND_LIMITS = (64, 70, 76, 84, 90, 96, 114, 120, 126)


def truth(design: Design, line: Course, image: Scan) -> dict[str, Any]:
    """Return the truth with the keys of the practice studies, and more of its kind."""
    lesions = design.lesions
    end = lesions[-1].end_mm if lesions else design.total_mm
    return {
        "name": design.name,
        "seed": design.seed,
        "repeat": design.repeat,
        "psf_fwhm_mm": design.fwhm_mm,
        "noise_hu": design.noise_hu,
        "matrix": int(max(image.hu.shape[1:])),
        "slice_mm": design.slice_mm,
        "tube_voltage_kv": design.tube_voltage_kv,
        "contrast": design.contrast,
        "in_stent": design.stent is not None,
        "occlusion_count": len(lesions),
        "bends": {f"over_{limit}": bends_over(line, 0.0, end, limit) for limit in BEND_LIMITS},
        "occlusions": [
            _occlusion(design, line, lesion, image, number) for number, lesion in enumerate(lesions)
        ],
        "landing_zone": landing_zone(design) if lesions else None,
        "branches": [_branch(design, line, branch) for branch in design.branches],
        "neighbours": [other.kind for other in design.neighbours],
        "steps": [_step(design, image, number) for number in range(len(design.steps))],
    }


def _occlusion(
    design: Design, line: Course, lesion: Lesion, image: Scan, number: int
) -> dict[str, Any]:
    start, end = lesion.start_mm, lesion.end_mm
    chalk = chalk_of(recipe(design, line), start, end)
    before = start - lesion.proximal_taper_mm - REFERENCE_MM
    behind = end + lesion.distal_taper_mm + REFERENCE_MM
    lumen = lumen_radius_mm(design, np.array([before, behind])) * 2
    at_proximal = [b for b in design.branches if 0 <= start - _mouth(design, b) <= AT_CAP_MM]
    at_distal = [
        b
        for b in design.branches
        if 0 <= b.at_mm - b.radius_mm - end <= AT_CAP_MM + lesion.distal_taper_mm
    ]
    return {
        "proximal_cap_lps": np.round(line.at(start), 3).tolist(),
        "distal_cap_lps": np.round(line.at(end), 3).tolist(),
        "proximal_cap_mm": round(start, 3),
        "distal_cap_mm": round(end, 3),
        "occlusion_length_mm": round(lesion.length_mm, 3),
        "max_bend_deg": round(sharpest_deg(line, start, end), 2),
        "vessel_volume_mm3": round(_vessel_mm3(design, lesion), 2),
        "material_percent": _percent(image.material_mm3[number]),
        "apparent_percent": _percent(image.apparent_mm3[number]),
        "calcium_volume_mm3": round(float(image.material_mm3[number, -1]), 2),
        "calcium_arc_deg": round(chalk.arc_deg, 1),
        "calcium_area_fraction": round(chalk.area_fraction, 4),
        "calcium_proximal_cap": chalk.proximal_cap,
        "calcium_body": chalk.body,
        "calcium_distal_cap": chalk.distal_cap,
        "stump": _shape(lesion.proximal_taper_mm),
        "proximal_taper_mm": round(lesion.proximal_taper_mm, 3),
        "distal_stump": _shape(lesion.distal_taper_mm),
        "distal_taper_mm": round(lesion.distal_taper_mm, 3),
        "side_branch_at_proximal_cap": bool(at_proximal),
        "distal_cap_at_bifurcation": any(b.radius_mm >= LARGE_BRANCH_MM for b in at_distal),
        "reference_lumen_diameter_mm": round(float(lumen[0]), 3),
        "distal_lumen_diameter_mm": round(float(lumen[1]), 3),
    }


def _shape(taper_mm: float) -> str:
    return "tapered" if taper_mm >= TAPERED_FROM_MM else "blunt"


def _mouth(design: Design, branch: Branch) -> float:
    """Return where the far edge of a branch crosses the outer wall, as a position on the line."""
    outer = float(outer_radius_mm(design, np.array([branch.at_mm]))[0])
    angle = np.radians(branch.angle_deg)
    return branch.at_mm + float(outer / np.tan(angle)) + branch.radius_mm / float(np.sin(angle))


def _branch(design: Design, line: Course, branch: Branch) -> dict[str, Any]:
    onward = round(ONWARD_MM / STEP_ON_BRANCH_MM)
    return {
        "origin_lps": np.round(line.at(branch.at_mm), 3).tolist(),
        "runs_through_lps": np.round(branch_course(line, branch)[onward], 3).tolist(),
        "at_mm": round(branch.at_mm, 3),
        "mouth_ends_mm": round(_mouth(design, branch), 3),
        "radius_mm": round(branch.radius_mm, 3),
    }


def _step(design: Design, image: Scan, number: int) -> dict[str, Any]:
    step, count = design.steps[number], image.hu.shape[0]
    shift = (step.columns * design.pixel_mm, step.rows * design.pixel_mm, 0.0)
    return {
        "first_slice": round(step.from_share * count),
        "behind_slice": round(step.to_share * count),
        "shift_lps_mm": [round(value, 3) for value in shift],
    }


def _percent(volumes: NDArray[np.float64]) -> dict[str, float]:
    total = max(float(volumes.sum()), 1e-9)
    return {name: round(100 * float(v) / total, 2) for name, v in zip(NAMES, volumes, strict=True)}


def _vessel_mm3(design: Design, lesion: Lesion) -> float:
    """Return the area inside the outer wall, integrated along the line (Pappus)."""
    arc = np.linspace(lesion.start_mm, lesion.end_mm, round(lesion.length_mm / STEP_MM) + 1)
    return float(np.trapezoid(np.pi * outer_radius_mm(design, arc) ** 2, arc))
