"""Image quality in a word, with what limits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import MeasuredFact

if TYPE_CHECKING:
    from cto_cds_ccta.measure.quality import Quality
    from cto_cds_ccta.readings import Reading

GOOD_NOISE_HU, GOOD_FWHM_MM, GOOD_VOXEL_MM = 35.0, 1.2, 0.8
GOOD_LUMEN_HU = (250.0, 500.0)
GOOD_CONTRAST_TO_NOISE = 10.0


def limits_of(quality: Quality) -> list[str]:
    """Return what limits the reading, one sentence each; none for a good scan."""
    limits = []
    if quality.noise_hu > GOOD_NOISE_HU:
        limits.append(f"Noise of {quality.noise_hu:.0f} HU (limit {GOOD_NOISE_HU:.0f}).")
    if quality.fwhm_mm > GOOD_FWHM_MM:
        limits.append(f"A blur of {quality.fwhm_mm:.1f} mm (limit {GOOD_FWHM_MM}).")
    if quality.coarsest_mm > GOOD_VOXEL_MM:
        limits.append(f"Voxels of up to {quality.coarsest_mm:.1f} mm (limit {GOOD_VOXEL_MM}).")
    if quality.contrast_to_noise < GOOD_CONTRAST_TO_NOISE:
        limits.append(f"Contrast of only {quality.contrast_to_noise:.0f} times the noise.")
    low, high = GOOD_LUMEN_HU
    if not low <= quality.proximal_hu <= high:
        limits.append(
            f"Contrast of {quality.proximal_hu:.0f} HU before the occlusion (limits {low:.0f} and "
            f"{high:.0f}) shifts the plaque classes."
        )
    if quality.distal_hu < low:
        limits.append(
            f"Contrast of {quality.distal_hu:.0f} HU behind the occlusion is weak (limit "
            f"{low:.0f}): the distal cap and what lies beyond are seen less well."
        )
    if quality.steps_lps_mm:
        at = ", ".join(f"{z:.0f}" for _, _, z in quality.steps_lps_mm)
        limits.append(f"The anatomy jumps between slices at z = {at} mm: heart beats do not match.")
    if quality.blooming:
        what = "The metal of a stent" if quality.metal else "Dense calcium"
        limits.append(f"{what} blooms and hides what lies beside it.")
    return limits


def quality_reading(quality: Quality) -> Reading:
    """Return ``good`` or ``limited``; that a scan cannot be read at all is for a person to say."""
    limits = limits_of(quality)
    told = (
        f"Noise {quality.noise_hu:.0f} HU, point spread {quality.fwhm_mm:.2f} mm, contrast "
        f"{quality.proximal_hu:.0f} and {quality.distal_hu:.0f} HU."
    )
    if not limits:
        return MeasuredFact("image_quality", "good", note=told)
    return MeasuredFact("image_quality", "limited", note=" ".join(["Why:", *limits, told]))
