"""A plausible occlusion by chance; what lies around it is added by the battery."""

from __future__ import annotations

import numpy as np

from cto_cds_ccta.phantom.design import Design
from cto_cds_ccta.phantom.parts import Bend, Plaque, Plate


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
