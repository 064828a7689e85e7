"""Which material lies where: brightness and class at a position in the vessel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design, Plate

FAT_HU = -85.0
MYOCARDIUM_HU = 110.0
NAMES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")
NECROTIC_CORE, FIBROFATTY, FIBROUS, DENSE_CALCIUM = range(4)
OTHER = -1


@dataclass(frozen=True, slots=True)
class Tissue:
    """Material at positions in the vessel.

    Attributes:
        hu: Brightness before the scanner; undefined outside the outer wall.
        kind: Index in ``NAMES`` inside the occlusion, ``OTHER`` elsewhere.
        inside: Whether the position lies inside the outer wall.
    """

    hu: NDArray[np.float32]
    kind: NDArray[np.int8]
    inside: NDArray[np.bool_]


def outer_radius_mm(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the outer radius: an even taper, and a swelling or shrinking in the occlusion."""
    share = np.clip(arc_mm / design.total_mm, 0.0, 1.0)
    radius = design.proximal_radius_mm + share * (
        design.distal_radius_mm - design.proximal_radius_mm
    )
    middle = design.entry_mm + design.length_mm / 2
    wide = np.exp(-0.5 * ((arc_mm - middle) / (design.length_mm / 2.5)) ** 2)
    return np.asarray(radius + design.remodelling_mm * wide, dtype=np.float64)


def lumen_radius_mm(design: Design, arc_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the radius of the contrast column, 0 in the occlusion."""
    into = arc_mm - design.entry_mm
    beyond = into - design.length_mm
    before = np.clip(-into / max(design.proximal_taper_mm, 1e-6), 0.0, 1.0)
    after = np.clip(beyond / max(design.distal_taper_mm, 1e-6), 0.0, 1.0)
    full = outer_radius_mm(design, arc_mm) - design.wall_mm
    return np.asarray(full * np.maximum(before, after), dtype=np.float64)


def tissue(
    design: Design,
    arc_mm: NDArray[np.float64],
    across: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Tissue:
    """Return the material at positions: along the line, and the two directions across it."""
    outer = outer_radius_mm(design, arc_mm)
    distance = np.hypot(*across)
    into = arc_mm - design.entry_mm
    occluded = (into >= 0) & (into <= design.length_mm)
    hu = np.full(arc_mm.shape, design.plaque.fibrofatty_hu, dtype=np.float32)
    kind = np.full(arc_mm.shape, FIBROFATTY, dtype=np.int8)
    _soft(design, into, across, outer, hu, kind)
    for plate in design.plates:
        here = _in_plate(plate, into, across, outer, distance)
        hu[here], kind[here] = plate.hu, DENSE_CALCIUM
    patent = (lumen_radius_mm(design, arc_mm) > distance) & ~occluded
    in_wall = ~occluded & ~patent & (distance > outer - design.wall_mm)
    hu[in_wall] = design.wall_hu
    contrast = np.where(into < 0, design.proximal_hu, design.distal_hu)
    contrast = contrast - design.fade_hu_per_mm * np.where(into < 0, arc_mm, into)
    hu[patent] = contrast[patent]
    inside = distance <= outer
    kind[~(occluded & inside)] = OTHER
    return Tissue(hu=hu, kind=kind, inside=np.asarray(inside, dtype=np.bool_))


def _soft(
    design: Design,
    into: NDArray[np.float64],
    across: tuple[NDArray[np.float64], NDArray[np.float64]],
    outer: NDArray[np.float64],
    hu: NDArray[np.float32],
    kind: NDArray[np.int8],
) -> None:
    """Fill in the necrotic core and the fibrous rest."""
    plaque = design.plaque
    inner = outer - design.wall_mm
    turn = np.radians(plaque.turn_deg_per_mm) * into
    off = plaque.offset_share * inner
    from_core = np.hypot(across[0] - off * np.cos(turn), across[1] - off * np.sin(turn)) / inner
    necrotic = from_core < plaque.necrotic_share
    fibrous = from_core > plaque.fibrofatty_share
    hu[necrotic], kind[necrotic] = plaque.necrotic_hu, NECROTIC_CORE
    hu[fibrous], kind[fibrous] = plaque.fibrous_hu, FIBROUS


def _in_plate(
    plate: Plate,
    into: NDArray[np.float64],
    across: tuple[NDArray[np.float64], NDArray[np.float64]],
    outer: NDArray[np.float64],
    distance: NDArray[np.float64],
) -> NDArray[np.bool_]:
    angle = np.degrees(np.arctan2(across[1], across[0]))
    away = np.abs((angle - plate.angle_deg + 180.0) % 360.0 - 180.0)
    depth = outer - distance
    return np.asarray(
        (into >= plate.start_mm)
        & (into <= plate.end_mm)
        & (away <= plate.arc_deg / 2)
        & (depth >= plate.outer_mm)
        & (depth <= plate.outer_mm + plate.thickness_mm),
        dtype=np.bool_,
    )
