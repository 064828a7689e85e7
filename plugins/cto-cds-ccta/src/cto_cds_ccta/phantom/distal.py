"""The vessel beyond the last distal cap: the landing zone and its disease."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cto_cds_ccta.phantom.profile import distal_loss, lumen_radius_mm

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design

LANDING_ZONE_MM = 10.0
LARGE_BRANCH_MM = 0.75


def landing_zone(design: Design) -> dict[str, Any]:
    """Return what is true of the 10 mm behind the taper of the last distal cap.

    The stenosis is the largest loss of lumen diameter against the same place without disease.
    """
    start = design.exit_start_mm + design.lesions[-1].distal_taper_mm
    end = min(start + LANDING_ZONE_MM, design.total_mm)
    arc = np.linspace(start, end, 401)
    diameter = 2.0 * lumen_radius_mm(design, arc)[1:]
    cap = design.exit_start_mm
    calcium = [p for p in design.distal_plates if cap + p.start_mm < end and cap + p.end_mm > start]
    large = [
        b for b in design.branches if start <= b.at_mm <= end and b.radius_mm >= LARGE_BRANCH_MM
    ]
    focal = any(narrowing.share > 0.0 for narrowing in design.narrowings)
    return {
        "from_mm": round(start, 3),
        "to_mm": round(end, 3),
        "mean_lumen_diameter_mm": round(float(diameter.mean()), 3),
        "least_lumen_diameter_mm": round(float(diameter.min()), 3),
        "stenosis_percent": round(100.0 * float(distal_loss(design, arc).max()), 1),
        "disease": "diffuse" if design.diffuse_share else "focal" if focal else "none",
        "calcium": bool(calcium),
        "large_branch": bool(large),
    }
