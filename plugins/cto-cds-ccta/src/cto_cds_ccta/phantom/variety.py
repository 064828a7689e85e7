"""What may be added to a plain occlusion: each by its own chance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.phantom.parts import (
    Bend,
    Branch,
    Narrowing,
    Neighbour,
    Plate,
    Second,
    TableStep,
)

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design

_TIGHTEST = 1.12
_CLEAR_OF_CAP_MM = 9.0


def anatomy(rng: np.random.Generator, plain: Design) -> Design:
    """Add calcium, bends, disease, branches, neighbours and surroundings."""
    drawn = replace(
        plain,
        plates=_plates(rng, plain),
        second=_second(rng) if rng.random() < 0.12 else None,
        heart_radius_mm=float(rng.uniform(35.0, 60.0)),
        myocardium_gap_mm=float(rng.uniform(-0.2, 2.5)),
        myocardium_wave_mm=float(rng.uniform(0.0, 0.8)),
        chamber_mm=float(rng.uniform(7.0, 11.0)) if rng.random() < 0.5 else 0.0,
        lung_mm=float(rng.uniform(3.0, 12.0)) if rng.random() < 0.4 else 0.0,
        aorta=bool(rng.random() < 0.4),
    )
    if rng.random() < 0.3:
        longer = drawn.entry_mm + float(rng.uniform(8.0, 16.0))
        drawn = replace(drawn, entry_mm=longer, heart_radius_mm=float(rng.uniform(24.0, 31.0)))
    drawn = replace(drawn, bends=_bends(rng, drawn))
    return _around(rng, _distal(rng, drawn))


def scanned(rng: np.random.Generator, drawn: Design) -> Design:
    """Put a patient in a scanner by chance."""
    steps: tuple[TableStep, ...] = ()
    if rng.random() < 0.15:
        start = float(rng.uniform(0.2, 0.7))
        rows, columns = (int(n) for n in rng.integers(-2, 3, 2))
        steps = (TableStep(start, start + float(rng.uniform(0.08, 0.25)), rows, columns),)
    return replace(
        drawn,
        fwhm_mm=round(float(rng.uniform(0.7, 1.4)), 2),
        noise_hu=round(float(rng.uniform(20.0, 40.0)), 1),
        tube_voltage_kv=int(rng.choice([80, 100, 120], p=[0.1, 0.3, 0.6])),
        pixel_mm=round(float(rng.uniform(0.3, 0.45)), 3),
        slice_mm=float(rng.choice([0.5, 0.625, 0.75, 1.0, 2.0], p=[0.5, 0.2, 0.15, 0.1, 0.05])),
        steps=steps,
    )


def _plates(rng: np.random.Generator, plain: Design) -> tuple[Plate, ...]:
    """Give the plates any density, and sometimes a closed ring or a section full of calcium."""
    plates = tuple(replace(p, hu=float(rng.uniform(500.0, 1500.0))) for p in plain.plates)
    kind = rng.random()
    if kind > 0.16:
        return plates
    extent = float(rng.uniform(3.0, 0.4 * plain.length_mm + 1.0))
    start = float(rng.uniform(0.0, plain.length_mm - extent))
    hu = float(rng.uniform(600.0, 1500.0))
    inner = min(plain.proximal_radius_mm, plain.distal_radius_mm)
    outer, thickness = (0.05, inner) if kind < 0.05 else (0.25, float(rng.uniform(0.6, 1.0)))
    whole = Plate(start, start + extent, 0.0, 360.0, outer, thickness, hu)
    return (*plates, whole)


def _second(rng: np.random.Generator) -> Second:
    return Second(
        gap_mm=float(rng.uniform(6.0, 13.0)),
        length_mm=float(rng.uniform(5.0, 14.0)),
        proximal_taper_mm=float(rng.choice([0.0, 3.0])),
        distal_taper_mm=float(rng.uniform(0.0, 1.5)),
        between_hu=float(rng.uniform(260.0, 360.0)),
    )


def _bends(rng: np.random.Generator, drawn: Design) -> tuple[Bend, ...]:
    """Add up to three sharp bends, none tighter than the vessel is wide, along the heart."""
    bends = [replace(bend, direction_deg=_along_heart(rng)) for bend in drawn.bends]
    count = int(rng.choice([0, 1, 2, 3], p=[0.5, 0.25, 0.15, 0.1]))
    places = rng.uniform(0.25 * drawn.entry_mm, drawn.entry_mm + drawn.length_mm, count)
    widest = drawn.proximal_radius_mm + max(drawn.remodelling_mm, 0.0)
    for at in sorted(float(place) for place in places):
        if any(abs(at - other.at_mm) < 9.0 for other in bends[1:]):
            continue
        hairpin = rng.random() < 0.3
        angle = float(rng.uniform(130.0, 175.0) if hairpin else rng.uniform(45.0, 130.0))
        width = np.radians(angle) * _TIGHTEST * widest / np.sqrt(2 * np.pi)
        bends.append(Bend(at, angle, max(float(width), 1.6), _along_heart(rng)))
    return tuple(bends)


def _along_heart(rng: np.random.Generator) -> float:
    """Return a direction of a bend: to the left or right on the heart, give or take."""
    return float(rng.choice([0.0, 180.0])) + float(rng.normal(0.0, 20.0))


def _distal(rng: np.random.Generator, drawn: Design) -> Design:
    """Let the vessel beyond the occlusion fill weakly, or be diseased."""
    taper = drawn.lesions[-1].distal_taper_mm
    if rng.random() < 0.25:
        drawn = replace(drawn, distal_hu=float(rng.uniform(190.0, 250.0)))
    kind = rng.random()
    if kind < 0.2:
        at, share = taper + float(rng.uniform(3.0, 8.0)), float(rng.uniform(0.3, 0.75))
        drawn = replace(drawn, narrowings=(Narrowing(at, share, float(rng.uniform(0.8, 2.0))),))
    elif kind < 0.32:
        drawn = replace(drawn, diffuse_share=float(rng.uniform(0.2, 0.45)))
    if rng.random() < 0.15:
        start = taper + float(rng.uniform(1.0, 7.0))
        arc, hu = float(rng.uniform(60.0, 180.0)), float(rng.uniform(500.0, 1200.0))
        angle, length = float(rng.uniform(0.0, 360.0)), float(rng.uniform(2.0, 6.0))
        plate = Plate(start, start + length, angle, arc, 0.05, drawn.wall_mm - 0.05, hu)
        drawn = replace(drawn, distal_plates=(plate,))
    return drawn


def _around(rng: np.random.Generator, drawn: Design) -> Design:
    """Add side branches, a collateral and a vein."""
    branches = []
    if rng.random() < 0.4:
        branches.append(_at_proximal_cap(rng, drawn))
    if rng.random() < 0.25:
        radius = _radius(rng, drawn)
        at = drawn.exit_start_mm + drawn.lesions[-1].distal_taper_mm + radius
        branches.append(_branch(rng, at + float(rng.uniform(0.0, 1.0)), radius))
    if rng.random() < 0.5:
        last = drawn.entry_mm - drawn.proximal_taper_mm - _CLEAR_OF_CAP_MM
        branches.append(_branch(rng, float(rng.uniform(7.0, last)), _radius(rng, drawn)))
    if rng.random() < 0.35:
        first = drawn.exit_start_mm + drawn.lesions[-1].distal_taper_mm + 7.0
        at = float(rng.uniform(first, max(first + 0.5, drawn.total_mm - 8.0)))
        branches.append(_branch(rng, at, _radius(rng, drawn)))
    neighbours = []
    side = float(rng.uniform(0.0, 360.0))
    if rng.random() < 0.35:
        start = drawn.entry_mm - float(rng.uniform(0.0, 8.0))
        end = (
            drawn.exit_start_mm + drawn.lesions[-1].distal_taper_mm + float(rng.uniform(8.0, 14.0))
        )
        radius, hu = float(rng.uniform(0.3, 0.6)), float(rng.uniform(220.0, 340.0))
        gap, wave = float(rng.uniform(0.8, 3.0)), float(rng.uniform(0.0, 1.2))
        joins = bool(rng.random() < 0.5)
        neighbours.append(Neighbour("collateral", start, end, gap, side, radius, hu, wave, joins))
    if rng.random() < 0.35:
        start, end = float(rng.uniform(3.0, 12.0)), drawn.total_mm - float(rng.uniform(1.0, 8.0))
        radius, hu = float(rng.uniform(0.8, 1.8)), float(rng.uniform(110.0, 260.0))
        gap, turned = float(rng.uniform(0.5, 3.5)), side + float(rng.uniform(100.0, 260.0))
        neighbours.append(Neighbour("vein", start, end, gap, turned, radius, hu))
    return replace(drawn, branches=tuple(branches), neighbours=tuple(neighbours))


def _at_proximal_cap(rng: np.random.Generator, drawn: Design) -> Branch:
    """Return a branch whose mouth ends up to 1.5 mm before the cap."""
    radius, angle = _radius(rng, drawn), float(rng.uniform(55.0, 95.0))
    lean = drawn.proximal_radius_mm / np.tan(np.radians(angle))
    at = drawn.entry_mm - float(lean) - radius / float(np.sin(np.radians(angle)))
    branch = _branch(rng, at - float(rng.uniform(0.2, 1.4)), radius)
    return replace(branch, angle_deg=angle)


def _branch(rng: np.random.Generator, at: float, radius: float) -> Branch:
    angle, side = float(rng.uniform(40.0, 80.0)), float(rng.uniform(0.0, 360.0))
    return Branch(at, radius, angle, side, float(rng.uniform(9.0, 16.0)))


def _radius(rng: np.random.Generator, drawn: Design) -> float:
    widest = 0.85 * (drawn.distal_radius_mm - drawn.wall_mm)
    return float(rng.uniform(0.5, min(1.2, widest)))
