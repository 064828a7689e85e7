"""The vessel as arrays, for the inner loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.course import STEP_MM
from cto_cds_ccta.phantom.kernel import Recipe
from cto_cds_ccta.phantom.profile import lumen_hu, lumen_radius_mm, outer_radius_mm
from cto_cds_ccta.phantom.voltage import calcium_hu

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

NAMES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")


def recipe(design: Design, line: Course) -> Recipe:
    """Write a design as arrays."""
    arc = line.arc_mm
    columns = (outer_radius_mm(design, arc), lumen_radius_mm(design, arc), lumen_hu(design, arc))
    lesions, plates = [], []
    placed = [(lesion.start_mm, lesion.plates) for lesion in design.lesions]
    for start, group in (*placed, (design.exit_start_mm, design.distal_plates)):
        for plate in group:
            angle, half = np.radians((plate.angle_deg, plate.arc_deg / 2))
            depth = (plate.outer_mm, plate.outer_mm + plate.thickness_mm)
            hu = calcium_hu(plate.hu, design.tube_voltage_kv)
            plates.append((start + plate.start_mm, start + plate.end_mm, angle, half, *depth, hu))
    for lesion in design.lesions:
        p = lesion.plaque
        shares = (p.necrotic_share, p.fibrofatty_share, p.offset_share)
        brightness = (p.necrotic_hu, p.fibrofatty_hu, p.fibrous_hu)
        turn = np.radians(p.turn_deg_per_mm)
        lesions.append((lesion.start_mm, lesion.end_mm, *shares, turn, *brightness))
    return Recipe(
        points=line.points_mm,
        frame=line.frame,
        bending=line.bending_per_mm,
        along=np.stack(columns, axis=1),
        wall=np.array([design.wall_mm, design.wall_hu, line.reach_mm, STEP_MM]),
        lesions=np.array(lesions).reshape(-1, 9),
        plates=np.array(plates).reshape(-1, 7),
        stents=_stents(design),
    )


def _stents(design: Design) -> NDArray[np.float64]:
    stent = design.stent
    if stent is None:
        return np.empty((0, 7))
    ends = (design.entry_mm + stent.start_mm, design.entry_mm + stent.end_mm)
    shape = (stent.radius_share, stent.strut_mm / 2, stent.cells, stent.pitch_mm, stent.hu)
    return np.array([(*ends, *shape)])
