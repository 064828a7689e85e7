"""Which material lies where in the vessel: brightness and class at a position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.compiled import compiled
from cto_cds_ccta.phantom.course import STEP_MM
from cto_cds_ccta.phantom.profile import lumen_hu, lumen_radius_mm, outer_radius_mm
from cto_cds_ccta.phantom.voltage import calcium_hu

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

NAMES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")
NECROTIC_CORE, FIBROFATTY, FIBROUS, DENSE_CALCIUM, METAL = range(5)
OUTSIDE, LUMEN, WALL = -1, -2, -3


class Recipe(NamedTuple):
    """A vessel as arrays, one row each station, occlusion, plate or stent.

    Attributes:
        points: Shape (n, 3), the line.
        frame: Shape (n, 3, 3).
        bending: Shape (n, 2).
        along: Shape (n, 3): outer radius, lumen radius, brightness of the lumen.
        wall: Thickness and brightness of the wall of the patent vessel; how far the vessel reaches.
        lesions: Start, end, and the seven numbers of the plaque.
        plates: Start, end, middle angle, half arc (rad), outer depth, inner depth, brightness.
        stents: Start, end, radius share, half strut, cells, pitch, brightness.
    """

    points: NDArray[np.float64]
    frame: NDArray[np.float64]
    bending: NDArray[np.float64]
    along: NDArray[np.float64]
    wall: NDArray[np.float64]
    lesions: NDArray[np.float64]
    plates: NDArray[np.float64]
    stents: NDArray[np.float64]


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
        wall=np.array([design.wall_mm, design.wall_hu, line.reach_mm]),
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


@compiled
def material(arc: float, u: float, v: float, vessel: Recipe) -> tuple[float, int, int]:
    """Return brightness, class and occlusion at a position along the line and across it.

    The class is an index in ``NAMES``, or ``METAL``, in an occlusion; elsewhere it is ``LUMEN``,
    ``WALL`` (with its plaque), or ``OUTSIDE``. The occlusion is -1 where there is none.
    """
    last = len(vessel.along) - 1
    place = arc / STEP_MM
    if place < 0.0 or place > last:
        return 0.0, OUTSIDE, -1
    low = min(int(place), last - 1)
    share = place - low
    outer = vessel.along[low, 0] * (1.0 - share) + vessel.along[low + 1, 0] * share
    away = math.hypot(u, v)
    if away > outer:
        return 0.0, OUTSIDE, -1
    nearest, beside = _nearest(arc, vessel.lesions)
    here = nearest if beside <= 0.0 else -1
    angle = math.atan2(v, u)
    lumen = vessel.along[low, 1] * (1.0 - share) + vessel.along[low + 1, 1] * share
    for i in range(len(vessel.stents)):
        if _in_strut(arc, angle, away, vessel.stents[i], outer - vessel.wall[0]):
            return vessel.stents[i, 6], METAL if here >= 0 else WALL, here
    if here < 0 and away < lumen:
        return vessel.along[low, 2] * (1.0 - share) + vessel.along[low + 1, 2] * share, LUMEN, -1
    for i in range(len(vessel.plates) - 1, -1, -1):
        if _in_plate(arc, angle, outer - away, vessel.plates[i]):
            return vessel.plates[i, 6], DENSE_CALCIUM if here >= 0 else WALL, here
    if here < 0 and (away > outer - vessel.wall[0] or nearest < 0):
        return vessel.wall[1], WALL, -1
    hu, kind = _soft(arc, u, v, outer - vessel.wall[0], vessel.lesions[nearest])
    return hu, kind if here >= 0 else WALL, here


@compiled
def _nearest(arc: float, lesions: NDArray[np.float64]) -> tuple[int, float]:
    """Return the nearest occlusion, -1 without any, and how far it is; at most 0 is inside."""
    nearest, least = -1, math.inf
    for i in range(len(lesions)):
        beside = max(lesions[i, 0] - arc, arc - lesions[i, 1])
        if beside < least:
            nearest, least = i, beside
    return nearest, least


@compiled
def _soft(
    arc: float, u: float, v: float, inner: float, lesion: NDArray[np.float64]
) -> tuple[float, int]:
    """Return the soft plaque: a dark core off the centre, and shells around it."""
    turn = lesion[5] * (arc - lesion[0])
    off = lesion[4] * inner
    from_core = math.hypot(u - off * math.cos(turn), v - off * math.sin(turn)) / inner
    if from_core < lesion[2]:
        return lesion[6], NECROTIC_CORE
    if from_core > lesion[3]:
        return lesion[8], FIBROUS
    return lesion[7], FIBROFATTY


@compiled
def _in_plate(arc: float, angle: float, depth: float, plate: NDArray[np.float64]) -> bool:
    if arc < plate[0] or arc > plate[1] or depth < plate[4] or depth > plate[5]:
        return False
    away = (angle - plate[2] + math.pi) % (2.0 * math.pi) - math.pi
    return bool(abs(away) <= plate[3])


@compiled
def _in_strut(
    arc: float, angle: float, away: float, stent: NDArray[np.float64], inner: float
) -> bool:
    """Say whether a position lies in one of the wires that go round in both senses."""
    radius, half = stent[2] * inner, stent[3]
    if arc < stent[0] or arc > stent[1] or abs(away - radius) > half:
        return False
    spacing = 2.0 * math.pi / stent[4]
    turned = 2.0 * math.pi * arc / stent[5]
    for sense in (-1.0, 1.0):
        beside = (angle + sense * turned + spacing / 2) % spacing - spacing / 2
        if abs(beside) * radius <= half:
            return True
    return False
