"""What a phantom is made of, and how to draw a design by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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


@dataclass(frozen=True, slots=True)
class Design:
    """A vessel with one occlusion, and the scanner that sees it.

    Attributes:
        name: Name of the phantom.
        seed: Decides the noise, the orientation and the UIDs.
        entry_mm: Length of patent vessel before the proximal cap.
        length_mm: From cap to cap.
        exit_mm: Length of patent vessel behind the distal cap.
        proximal_radius_mm: Outer radius at the beginning.
        distal_radius_mm: Outer radius at the end.
        remodelling_mm: Change of the outer radius in the middle of the occlusion.
        proximal_taper_mm: Over which the lumen narrows to nothing; 0 is blunt.
        distal_taper_mm: The same beyond the distal cap.
        wall_mm: Thickness of the wall of the patent vessel.
        wall_hu: Its brightness.
        proximal_hu: Contrast before the occlusion.
        distal_hu: Contrast behind it.
        fade_hu_per_mm: Loss of contrast along the vessel.
        plaque: The soft part.
        plates: The calcified part.
        bends: Turns beyond the gentle curve around the heart.
        heart_radius_mm: Radius of that curve.
        myocardium_gap_mm: Least distance from the outer wall to the myocardium.
        fwhm_mm: Point spread of the scanner, full width at half maximum.
        noise_hu: Standard deviation of the noise.
        pixel_mm: Size of a pixel.
        slice_mm: Distance of the slices.
        tube_voltage_kv: Tube voltage told in the headers; it changes nothing else.
    """

    name: str
    seed: int
    entry_mm: float = 28.0
    length_mm: float = 20.0
    exit_mm: float = 25.0
    proximal_radius_mm: float = 1.9
    distal_radius_mm: float = 1.6
    remodelling_mm: float = 0.1
    proximal_taper_mm: float = 0.0
    distal_taper_mm: float = 0.5
    wall_mm: float = 0.35
    wall_hu: float = 100.0
    proximal_hu: float = 420.0
    distal_hu: float = 290.0
    fade_hu_per_mm: float = 0.4
    plaque: Plaque = Plaque()
    plates: tuple[Plate, ...] = ()
    bends: tuple[Bend, ...] = ()
    heart_radius_mm: float = 45.0
    myocardium_gap_mm: float = 1.5
    fwhm_mm: float = 0.7
    noise_hu: float = 25.0
    pixel_mm: float = 0.35
    slice_mm: float = 0.5
    tube_voltage_kv: int = 120

    @property
    def total_mm(self) -> float:
        """Length of the whole line."""
        return self.entry_mm + self.length_mm + self.exit_mm


def random_design(seed: int, fwhm_mm: float = 0.7) -> Design:
    """Draw a plausible occlusion: short or long, blunt or tapered, with or without calcium."""
    rng = np.random.default_rng(seed)
    length = float(rng.uniform(8.0, 34.0))
    outer = float(rng.uniform(1.55, 2.25))
    tapered = rng.random() < 0.5
    entry = float(rng.uniform(24.0, 32.0))
    return Design(
        name=f"random-{seed}",
        seed=seed,
        entry_mm=entry,
        length_mm=length,
        exit_mm=float(rng.uniform(22.0, 30.0)),
        proximal_radius_mm=outer,
        distal_radius_mm=outer * float(rng.uniform(0.8, 0.92)),
        remodelling_mm=float(rng.uniform(-0.2, 0.25)),
        proximal_taper_mm=float(rng.uniform(3.0, 7.0)) if tapered else 0.0,
        distal_taper_mm=float(rng.uniform(0.0, 2.0)),
        wall_mm=float(rng.uniform(0.25, 0.4)),
        wall_hu=float(rng.uniform(70.0, 120.0)),
        proximal_hu=float(rng.uniform(330.0, 480.0)),
        distal_hu=float(rng.uniform(240.0, 320.0)),
        fade_hu_per_mm=float(rng.uniform(0.0, 0.8)),
        plaque=_random_plaque(rng),
        plates=_random_plates(rng, length, outer),
        bends=_random_bends(rng, entry, length),
        heart_radius_mm=float(rng.uniform(35.0, 60.0)),
        myocardium_gap_mm=float(rng.uniform(0.6, 3.0)),
        fwhm_mm=fwhm_mm,
    )


def _random_plaque(rng: np.random.Generator) -> Plaque:
    necrotic = float(rng.uniform(0.3, 0.7))
    return Plaque(
        necrotic_share=necrotic,
        fibrofatty_share=float(rng.uniform(necrotic + 0.1, 0.95)),
        offset_share=float(rng.uniform(0.0, 0.3)),
        turn_deg_per_mm=float(rng.uniform(-15.0, 15.0)),
        necrotic_hu=float(rng.uniform(15.0, 55.0)),
        fibrofatty_hu=float(rng.uniform(90.0, 115.0)),
        fibrous_hu=float(rng.uniform(150.0, 210.0)),
    )


def _random_plates(rng: np.random.Generator, length: float, outer: float) -> tuple[Plate, ...]:
    plates = []
    for _ in range(int(rng.integers(0, 4))):
        extent = float(rng.uniform(3.0, max(4.0, 0.5 * length)))
        start = float(rng.uniform(0.3, max(0.5, length - extent - 0.5)))
        plates.append(
            Plate(
                start_mm=start,
                end_mm=min(start + extent, length - 0.3),
                angle_deg=float(rng.uniform(0.0, 360.0)),
                arc_deg=float(rng.uniform(50.0, 250.0)),
                outer_mm=float(rng.uniform(0.15, 0.4)),
                thickness_mm=float(rng.uniform(0.5, 0.55 * outer)),
                hu=float(rng.uniform(600.0, 1100.0)),
            )
        )
    return tuple(plates)


def _random_bends(rng: np.random.Generator, entry: float, length: float) -> tuple[Bend, ...]:
    bends = [Bend(0.4 * entry, float(rng.uniform(0.0, 25.0)), 3.0, float(rng.uniform(0, 360)))]
    if rng.random() < 0.7:
        at = entry + length * float(rng.uniform(0.3, 0.7))
        angle, side = float(rng.uniform(15.0, 70.0)), float(rng.uniform(0.0, 360.0))
        bends.append(Bend(at, angle, float(rng.uniform(1.8, 3.0)), side))
    return tuple(bends)
