"""The parts a phantom is put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bend:
    """A turn of the vessel.

    Attributes:
        at_mm: Where its middle lies, on the line.
        angle_deg: How far it turns in all.
        width_mm: Standard deviation of its curvature along the line.
        direction_deg: To which side, in the cross-section.
    """

    at_mm: float
    angle_deg: float
    width_mm: float = 2.0
    direction_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Plate:
    """A calcified plate. Positions are along the occlusion, from the proximal cap.

    Attributes:
        start_mm: Where it begins.
        end_mm: Where it ends.
        angle_deg: Direction of its middle, in the cross-section.
        arc_deg: How much of the round it takes; 360 is a ring.
        outer_mm: Distance of its outer surface from the outer wall.
        thickness_mm: Radial thickness.
        hu: Brightness of the material.
    """

    start_mm: float
    end_mm: float
    angle_deg: float
    arc_deg: float
    outer_mm: float = 0.3
    thickness_mm: float = 0.8
    hu: float = 850.0


@dataclass(frozen=True, slots=True)
class Plaque:
    """The soft part of the occlusion: a dark core off the centre, and shells around it.

    Attributes:
        necrotic_share: Radius of the necrotic core as share of the inner radius.
        fibrofatty_share: Radius of the fibrofatty shell as share of the inner radius.
        offset_share: Distance of the core from the line as share of the inner radius.
        turn_deg_per_mm: How fast the core turns around the line.
        necrotic_hu: Brightness of the necrotic core.
        fibrofatty_hu: Brightness of the fibrofatty shell.
        fibrous_hu: Brightness of the fibrous rest.
    """

    necrotic_share: float = 0.55
    fibrofatty_share: float = 0.85
    offset_share: float = 0.2
    turn_deg_per_mm: float = 8.0
    necrotic_hu: float = 35.0
    fibrofatty_hu: float = 100.0
    fibrous_hu: float = 180.0


SOFT = Plaque()


@dataclass(frozen=True, slots=True)
class Second:
    """A second occlusion behind the first, with an open piece of vessel between.

    Attributes:
        gap_mm: Open vessel between the two, tapers included.
        length_mm: From cap to cap.
        proximal_taper_mm: Over which the lumen narrows to nothing; 0 is blunt.
        distal_taper_mm: The same beyond the distal cap.
        between_hu: Contrast of the open piece, at 120 kV.
        plaque: The soft part.
        plates: The calcified part, positions from its own proximal cap.
    """

    gap_mm: float
    length_mm: float
    proximal_taper_mm: float = 0.0
    distal_taper_mm: float = 0.5
    between_hu: float = 300.0
    plaque: Plaque = SOFT
    plates: tuple[Plate, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A side branch. It opens into the patent vessel and never into the occlusion.

    Attributes:
        at_mm: Where its middle leaves the line.
        radius_mm: Radius of its lumen at the mouth.
        angle_deg: Between the vessel ahead and the branch.
        direction_deg: To which side, in the cross-section.
        length_mm: Its length from the line.
    """

    at_mm: float
    radius_mm: float
    angle_deg: float = 60.0
    direction_deg: float = 0.0
    length_mm: float = 14.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A vessel that runs beside the drawn one: a vein, or a collateral.

    Attributes:
        kind: What it is.
        start_mm: Where it begins, as a position on the line.
        end_mm: Where it ends.
        distance_mm: From the outer wall to its own wall; kept everywhere.
        direction_deg: On which side, in the cross-section.
        radius_mm: Radius of its lumen.
        hu: Its contrast at 120 kV.
        wave_mm: How far it winds to and fro.
        joins: Whether its end opens into the vessel.
    """

    kind: Literal["vein", "collateral"]
    start_mm: float
    end_mm: float
    distance_mm: float
    direction_deg: float
    radius_mm: float
    hu: float
    wave_mm: float = 0.0
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A stenosis of the vessel beyond the last distal cap.

    Attributes:
        beyond_mm: Position of its middle from that cap.
        share: Loss of lumen diameter, 0 to 1.
        width_mm: Standard deviation of its shape along the vessel.
    """

    beyond_mm: float
    share: float
    width_mm: float = 1.5


@dataclass(frozen=True, slots=True)
class Stent:
    """A stent of crossed helical wires. Positions from the first proximal cap.

    Attributes:
        start_mm: Where it begins; negative is before the cap.
        end_mm: Where it ends.
        radius_share: Its radius as share of the inner radius of the vessel.
        strut_mm: Thickness of a wire.
        cells: Wires around the circumference, in each sense.
        pitch_mm: Length in which a wire goes round once.
        hu: Brightness of the metal before the blur.
    """

    start_mm: float
    end_mm: float
    radius_share: float = 0.9
    strut_mm: float = 0.14
    cells: int = 4
    pitch_mm: float = 9.0
    hu: float = 15000.0


@dataclass(frozen=True, slots=True)
class TableStep:
    """A slab of slices that shows the heart moved sideways, as between two heart beats.

    Attributes:
        from_share: Where the slab begins, as share of all slices.
        to_share: Where it ends.
        rows: By how many pixels it is moved down.
        columns: By how many pixels it is moved to the right.
    """

    from_share: float
    to_share: float
    rows: int
    columns: int
