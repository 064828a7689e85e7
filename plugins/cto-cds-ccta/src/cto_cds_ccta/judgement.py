"""What cannot be trusted: doubts, which take the place of facts, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt

from cto_cds_ccta.facts import BLUNT_UP_TO_MM, TAPERED_FROM_MM, doubt_all
from cto_cds_ccta.measure.composition import CLASSES

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

    from cto_cds_ccta.measure.caps import Cap
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.spread import Spread

BETWEEN_CAPS = (
    "occlusion_length",
    "max_bend",
    "plaque_volume",
    *(f"{name}_volume" for name in CLASSES),
    *(f"{name}_pav" for name in CLASSES),
)
CLASS_FACTS = BETWEEN_CAPS[3:]
LEAST_STEP_NOISES = 3.0
LEAST_BRIGHT_STEP_NOISES = 2.0
MOST_CAP_SD_MM = 1.5
MOST_MISFIT = 0.12
MOST_NOISE_HU = 60.0
MOST_VOXEL_MM = 0.8
MOST_FWHM_MM = 1.3
USUAL_KV = 120.0
USUAL_LUMEN_HU = (250.0, 500.0)


def doubts_of(found: Occlusion, sd: Spread, volume: Volume) -> tuple[Doubt, ...]:
    """Return a doubt for every fact that would be a guess, each fact at most once."""
    doubts: list[Doubt] = []
    reasons = [
        *_cap_reasons(found.proximal, sd.proximal_mm, found.levels.noise_hu, "proximal"),
        *_cap_reasons(found.distal, sd.distal_mm, found.levels.noise_hu, "distal"),
    ]
    if reasons:
        doubts += doubt_all(BETWEEN_CAPS, " ".join(reasons))
    if any("proximal" in reason for reason in reasons):
        doubts += doubt_all(("stump", "proximal_vessel_diameter"), " ".join(reasons))
    if any("distal" in reason for reason in reasons):
        doubts += doubt_all(("distal_vessel_diameter",), " ".join(reasons))
    taper = found.proximal.taper_mm
    if BLUNT_UP_TO_MM < taper < TAPERED_FROM_MM:
        because = f"The lumen narrows over {taper:.1f} mm, between blunt and tapered."
        doubts.append(Doubt("stump", because))
    if len(found.gaps_mm) > 1:
        pieces = ", ".join(f"{a:.0f} to {b:.0f} mm" for a, b in found.gaps_mm)
        because = f"Contrast is interrupted {len(found.gaps_mm)} times along the line: {pieces}."
        doubts.append(Doubt("occlusion_count", because))
    doubts += _image_doubts(found, volume)
    first = {doubt.name: doubt for doubt in reversed(doubts)}
    return tuple(first[name] for name in dict.fromkeys(doubt.name for doubt in doubts))


def _cap_reasons(cap: Cap, sd_mm: float, noise_hu: float, where: str) -> list[str]:
    step = cap.lumen_hu - cap.plaque_hu
    reasons = []
    bright = cap.lumen_hu - cap.bright_plaque_hu < LEAST_BRIGHT_STEP_NOISES * noise_hu
    if step < LEAST_STEP_NOISES * noise_hu or bright:
        level = cap.bright_plaque_hu
        reasons.append(
            f"At the {where} cap plaque ({level:.0f} HU) is nearly as bright as contrast "
            f"({cap.lumen_hu:.0f} HU)."
        )
    if sd_mm > MOST_CAP_SD_MM:
        reasons.append(f"The {where} cap is uncertain by {sd_mm:.1f} mm.")
    if cap.misfit > MOST_MISFIT:
        reasons.append(f"The lumen does not end at the {where} cap as a flat or tapered end does.")
    return reasons


def _image_doubts(found: Occlusion, volume: Volume) -> list[Doubt]:
    doubts: list[Doubt] = []
    if found.levels.noise_hu > MOST_NOISE_HU:
        because = f"The noise is {found.levels.noise_hu:.0f} HU, wider than the plaque classes."
        doubts += doubt_all(CLASS_FACTS, because)
    if max(volume.spacing_mm) > MOST_VOXEL_MM:
        because = (
            f"Voxels of {max(volume.spacing_mm):.2f} mm are too coarse for plaque and calcium."
        )
        names = (*CLASS_FACTS, "calcium_area_fraction", "calcium_arc")
        doubts += doubt_all(names, because)
    if found.levels.fwhm_mm > MOST_FWHM_MM:
        because = f"The image is blurred by {found.levels.fwhm_mm:.1f} mm."
        doubts += doubt_all(("calcium_area_fraction", "calcium_arc"), because)
    return doubts


def notes_of(found: Occlusion, volume: Volume) -> tuple[str, ...]:
    """Return what a reader of any of the numbers should know."""
    levels = found.levels
    contrast = (
        f"Contrast {levels.proximal_hu:.0f} HU before and {levels.distal_hu:.0f} HU behind the "
        f"occlusion, noise {levels.noise_hu:.0f} HU, point spread {levels.fwhm_mm:.2f} mm."
    )
    volumes = (
        f"Vessel volume inside the outer wall between the caps {found.content.vessel_mm3:.1f} mm3; "
        f"{found.content.plaque_mm3:.1f} mm3 of it are not below -30 HU."
    )
    notes = [
        "The line and the outer wall were given, not found; every number depends on them.",
        contrast,
        volumes,
    ]
    kilovolt = volume.info.tube_voltage_kv
    if kilovolt is not None and kilovolt != USUAL_KV:
        notes.append(f"HU classes are made for 120 kV; this series has {kilovolt:.0f} kV.")
    if not USUAL_LUMEN_HU[0] <= levels.proximal_hu <= USUAL_LUMEN_HU[1]:
        notes.append("HU classes shift with contrast; it is unusually strong or weak here.")
    return tuple(notes)
