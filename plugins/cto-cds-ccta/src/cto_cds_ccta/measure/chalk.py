"""Where the calcium lies, and how much of it the artery holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from cto_cds_ccta.measure.branches import find_branches
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import sections_between
from cto_cds_ccta.measure.plates import LEAST_PLATE_MM3
from cto_cds_ccta.measure.rim import bright_patches
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.several import Stretch

CAP_MM = 3.0
"""A cap is its first 3 mm, or a third of an occlusion shorter than 9 mm."""
TRACE_MM, TRACE_DEG = 0.5, 10.0
"""How far a cap, and an arc, are off on phantoms, roughly."""
FAINT_HU = 215.0
BESIDE_CAP_MM, LEAST_OPEN_MM = 2.0, 3.0
SCORE_SLICE_MM = 3.0
SCORE_WEIGHT = 4.0
OVER_CONTRAST_HU = 150.0
_CALM_MM = 0.3
_BLURRED_MM = 1.0
_LEAST_FAINT_MM3 = 0.4


@dataclass(frozen=True, slots=True)
class ChalkPart:
    """Calcium in one part of the occlusion.

    Attributes:
        area_percent: Its largest share of a cross-section.
        arc_deg: Its largest arc.
        volume_mm3: Its volume, by half of its own brightness.
        seen: Whether any calcium is seen; a thin plate may be seen without a volume.
        faint: Whether something is brighter than fibrous plaque usually is, but not surely
            calcium: a thin plate that the blur dims.
        reach_mm: Over how much of the line calcium is seen in it.
    """

    area_percent: float
    arc_deg: float
    volume_mm3: float
    seen: bool
    faint: bool
    reach_mm: float = 0.0

    @property
    def trace(self) -> bool:
        """Whether what is seen is no more than the edge of a plate beside this part.

        It has not the volume of a plate, and reaches in by less than the cap may be off, or over a
        smaller angle than one that is told may be off.
        """
        short = self.reach_mm <= TRACE_MM and self.volume_mm3 < LEAST_PLATE_MM3
        return self.seen and (short or self.sliver)

    @property
    def sliver(self) -> bool:
        """Whether it has not the volume of a plate, over a smaller angle than one may be off."""
        return self.volume_mm3 < LEAST_PLATE_MM3 and self.arc_deg <= TRACE_DEG


@dataclass(frozen=True, slots=True)
class Chalk:
    """Calcium of the occluded artery.

    Attributes:
        proximal_cap: At the proximal cap.
        body: Between the caps.
        distal_cap: At the distal cap.
        artery_mm3: Calcium of the whole traced artery, open pieces included.
        cta_score: The CTA calcium score, which is not an Agatston score.
        uncounted_mm: Stretches of open vessel in whose wall something is seen that is too faint
            beside the contrast to be counted.
    """

    proximal_cap: ChalkPart
    body: ChalkPart
    distal_cap: ChalkPart
    artery_mm3: float
    cta_score: float
    uncounted_mm: tuple[Stretch, ...] = ()

    @property
    def faint(self) -> bool:
        """Whether any part has a spot that may be a thin plate."""
        return any(part.faint for part in (self.proximal_cap, self.body, self.distal_cap))


def chalk_of(found: Occlusion) -> Chalk:
    """Place the calcium of the occlusions and add up that of the artery."""
    proximal_cap, body, distal_cap = (
        _together(parts) for parts in zip(*map(_parts, found.lesions), strict=True)
    )
    artery = _artery_mm3(found)
    return Chalk(
        proximal_cap=proximal_cap,
        body=body,
        distal_cap=distal_cap,
        artery_mm3=artery,
        cta_score=artery / SCORE_SLICE_MM * SCORE_WEIGHT,
        uncounted_mm=tuple(_uncounted(found)),
    )


def _parts(found: Occlusion) -> tuple[ChalkPart, ChalkPart, ChalkPart]:
    """Return the calcium at the proximal cap, between the caps and at the distal cap."""
    start, end = found.proximal.at_mm, found.distal.at_mm
    cap = min(CAP_MM, (end - start) / 3)
    return (
        _part(found, start, start + cap),
        _part(found, start + cap, end - cap),
        _part(found, end - cap, end),
    )


def within_reach_of_caps(
    found: Occlusion, off_mm: Sequence[tuple[float, float]]
) -> tuple[ChalkPart, ChalkPart]:
    """Return the calcium at the caps if these lie farther in, by as much as they may be off.

    Args:
        found: The occlusions.
        off_mm: How far the proximal and the distal cap of each may be off.
    """
    parts = []
    for each, (first, last) in zip(found.lesions, off_mm, strict=True):
        start, end = each.proximal.at_mm, each.distal.at_mm
        cap = min(CAP_MM, (end - start) / 3)
        parts.append(
            (
                _part(each, start, min(start + cap + first, end)),
                _part(each, max(end - cap - last, start), end),
            )
        )
    proximal, distal = (_together(same) for same in zip(*parts, strict=True))
    return proximal, distal


def _together(parts: tuple[ChalkPart, ...]) -> ChalkPart:
    """Return the same part of several occlusions as one: the largest section, all the volume."""
    seen = any(part.seen for part in parts)
    return ChalkPart(
        area_percent=max(part.area_percent for part in parts),
        arc_deg=max(part.arc_deg for part in parts),
        volume_mm3=sum(part.volume_mm3 for part in parts),
        seen=seen,
        faint=any(part.faint for part in parts) and not seen,
        reach_mm=max(part.reach_mm for part in parts),
    )


def _part(found: Occlusion, low_mm: float, high_mm: float) -> ChalkPart:
    chalk, vessel = found.calcium, found.vessel
    here = (chalk.arc_mm >= low_mm) & (chalk.arc_mm <= high_mm)
    first = round(float(chalk.arc_mm[0]) / STEP_MM)
    rows = np.flatnonzero(here)
    if not len(rows):
        return ChalkPart(0.0, 0.0, 0.0, seen=False, faint=False)
    part = slice(first + int(rows[0]), first + int(rows[-1]) + 1)
    volume = float((chalk.mask[rows] * vessel.voxel_mm3(part)).sum())
    calm = gaussian_filter(vessel.hu[part], _CALM_MM / np.array([STEP_MM, PIXEL_MM, PIXEL_MM]))
    inner = vessel.inside(1.0, -0.2)[part]
    bright = max(FAINT_HU, found.levels.noise_hu * 2 + 165.0)
    spots = (calm > bright) & inner & ~chalk.seen[rows]
    near_contrast = _BLURRED_MM if low_mm <= found.proximal.at_mm else 0.0
    near_end = _BLURRED_MM if high_mm >= found.distal.at_mm else 0.0
    arc = vessel.line.arc_mm[part]
    spots &= ((arc > low_mm + near_contrast) & (arc < high_mm - near_end))[:, None, None]
    if found.chalk_mm is not None:
        first_mm, last_mm = found.chalk_mm
        spots &= ((arc > first_mm + _BLURRED_MM) & (arc < last_mm - _BLURRED_MM))[:, None, None]
    faint = float(spots.sum()) * STEP_MM * PIXEL_MM**2
    sections = int(chalk.seen[rows].any(axis=(1, 2)).sum())
    seen = sections > 0
    return ChalkPart(
        area_percent=float(chalk.area_percent[here].max()),
        arc_deg=float(chalk.arc_deg[here].max()),
        volume_mm3=volume,
        seen=seen,
        faint=faint > _LEAST_FAINT_MM3 and not seen,
        reach_mm=sections * STEP_MM,
    )


def _artery_mm3(found: Occlusion) -> float:
    """Return calcium between the caps, and what is brighter than contrast in the open pieces."""
    vessel, chalk = found.vessel, found.calcium
    first = round(float(chalk.arc_mm[0]) / STEP_MM)
    part = slice(first, first + len(chalk.arc_mm))
    size = vessel.voxel_mm3()
    between = float((chalk.mask * size[part]).sum())
    calm = gaussian_filter(vessel.hu, _CALM_MM / np.array([STEP_MM, PIXEL_MM, PIXEL_MM]))
    limit = _contrast_hu(found) + OVER_CONTRAST_HU
    bright = (calm > limit[:, None, None]) & vessel.inside()
    for lesion in found.lesions:
        first = round(float(lesion.calcium.arc_mm[0]) / STEP_MM)
        bright[first : first + len(lesion.calcium.arc_mm)] = False
    return between + float((bright * size).sum())


def _uncounted(found: Occlusion) -> Iterator[Stretch]:
    """Yield the stretches of open vessel whose wall is brighter on one side, apart from the caps.

    A plate that the blur dims to less than the limit of counting shows like this; so does the mouth
    of a branch, which is left out.
    """
    vessel, levels = found.vessel, found.levels
    contrast = _contrast_hu(found)
    starts = [0.0, *(each.distal.at_mm + each.distal.taper_mm for each in found.lesions)]
    ends = [each.proximal.at_mm - each.proximal.taper_mm for each in found.lesions]
    for start, end in zip(starts, [*ends, float(vessel.line.arc_mm[-1])], strict=True):
        part = sections_between(vessel, start + BESIDE_CAP_MM, end - BESIDE_CAP_MM)
        if (part.stop - part.start) * STEP_MM < LEAST_OPEN_MM:
            continue
        bright = bright_patches(vessel, part, levels.noise_hu)
        if not bright.any():
            continue
        hu = float(np.median(contrast[part]))
        for branch in find_branches(vessel, part, hu, levels.noise_hu, levels.fwhm_mm):
            at = vessel.line.arc_mm[part]
            mouth = (at > branch.from_mm - BESIDE_CAP_MM) & (at < branch.to_mm + BESIDE_CAP_MM)
            bright &= ~mouth
        edges = np.flatnonzero(np.diff(np.concatenate([[False], bright, [False]])))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            yield (part.start + first) * STEP_MM, (part.start + last - 1) * STEP_MM


def _contrast_hu(found: Occlusion) -> NDArray[np.float64]:
    """Return the contrast that each section would have if it were open, shape (sections,).

    Behind an occlusion contrast is fainter; between two of them it is that of the brighter side.
    """
    at = found.vessel.line.arc_mm
    contrast = np.full(len(at), found.first.levels.proximal_hu)
    for lesion, following in zip(found.lesions, (*found.lesions[1:], None), strict=True):
        levels = lesion.levels
        beyond = 0.0 if following is None else following.levels.proximal_hu
        contrast[at > lesion.distal.at_mm] = max(levels.distal_hu, beyond)
    return contrast
