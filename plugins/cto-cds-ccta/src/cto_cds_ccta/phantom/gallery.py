"""The designs of the practice studies."""

from __future__ import annotations

from cto_cds_ccta.phantom.design import Design
from cto_cds_ccta.phantom.parts import Bend, Plaque, Plate

GALLERY = {
    design.name: design
    for design in (
        Design(
            name="long-calcified-bend",
            seed=24,
            entry_mm=24.0,
            length_mm=24.0,
            exit_mm=22.0,
            proximal_radius_mm=2.1,
            distal_radius_mm=1.8,
            remodelling_mm=-0.1,
            plaque=Plaque(necrotic_share=0.5, fibrofatty_share=0.8, fibrous_hu=165.0),
            plates=(
                Plate(2.0, 10.0, angle_deg=60.0, arc_deg=290.0, outer_mm=0.25, thickness_mm=1.15),
                Plate(14.0, 21.0, angle_deg=220.0, arc_deg=130.0, thickness_mm=0.7, hu=720.0),
            ),
            bends=(
                Bend(10.0, 18.0, 4.0, 100.0),
                Bend(37.0, 62.0, 2.2, 20.0),
            ),
            heart_radius_mm=42.0,
        ),
        Design(
            name="short-tapered-soft",
            seed=10,
            entry_mm=24.0,
            length_mm=10.0,
            exit_mm=20.0,
            proximal_radius_mm=1.8,
            distal_radius_mm=1.55,
            proximal_taper_mm=5.0,
            distal_taper_mm=1.0,
            heart_radius_mm=60.0,
        ),
        Design(
            name="long-tapered-ring",
            seed=31,
            entry_mm=26.0,
            length_mm=31.0,
            exit_mm=22.0,
            proximal_radius_mm=2.2,
            distal_radius_mm=1.8,
            proximal_taper_mm=4.0,
            plates=(
                Plate(12.0, 18.0, angle_deg=0.0, arc_deg=360.0, outer_mm=0.3, thickness_mm=0.8),
                Plate(22.0, 27.0, angle_deg=140.0, arc_deg=90.0),
            ),
            bends=(Bend(45.0, 25.0, 2.5, 60.0),),
            fwhm_mm=0.8,
        ),
    )
}
