"""A stent around the vessel: metal that hides what lies in it, and what then cannot be measured.

Its struts are a mesh on a cylinder: all around the vessel it is brighter than its middle, brighter
and darker by turns along the circumference, and always at the same depth. Calcium is brighter on
one side, or evenly all around, and its depth varies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Doubt, MeasuredFact
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, map_coordinates, median_filter

from cto_cds_ccta.facts import doubt_all
from cto_cds_ccta.judgement import BETWEEN_CAPS, DRAWN
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.several import CLEAR_GAP_MM, Stretch
from cto_cds_ccta.placing import LEAST_MM
from cto_cds_ccta.readings.branches import NEAR_CAP_MM, PAST_CAP_MM
from cto_cds_ccta.readings.landing import NAMES as LANDING

if TYPE_CHECKING:
    from cto_cds_ccta.measure.landing import LandingZone
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.straight import StraightVessel

ANGLES = 64
DEPTHS = np.linspace(0.4, 1.1, 15)
CORE_SHARE = 0.4
SECTIONS = 17
MESH_ANGLES = 5
LEAST_STEP_HU = 60.0
LEAST_MESH_HU = 25.0
MOST_DEPTH_SPREAD = 0.05
LEAST_LENGTH_MM = 5.0
EDGE_STEP_HU = 20.0
_SD_OF_MAD = 1.48
LEAST_CLOSED_MM = 1.0
"""A shorter piece beside the metal is its blur."""
BLUR_FWHM = 2.0
"""How far the blur of the metal reaches, in point spreads."""
LOOKS_LIKE = (
    *BETWEEN_CAPS[2:],
    "calcium_area_fraction",
    "calcium_arc",
    "calcium_score",
    "calcification",
    "calcium_proximal_cap",
    "calcium_body",
    "calcium_distal_cap",
)
"""What the metal looks like, or hides, whoever placed the caps."""


@dataclass(frozen=True, slots=True)
class Stent:
    """Where a stent lies, as positions on the line."""

    start_mm: float
    end_mm: float

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return f"{self.lies} Its metal hides where contrast ends and looks like calcium."

    @property
    def lies(self) -> str:
        """Say where it lies."""
        return (
            f"A stent lies in the vessel from {self.start_mm:.0f} to {self.end_mm:.0f} mm of the "
            "line."
        )


@dataclass(frozen=True, slots=True)
class _Mantle:
    """The vessel unrolled, section by section.

    Attributes:
        brightest_hu: Shape (sections, angles), the brightest point of each ray.
        depth: Shape (sections, angles), where it is, as share of the outer radius.
        core_hu: Shape (sections,), the middle of the vessel.
    """

    brightest_hu: NDArray[np.float64]
    depth: NDArray[np.float64]
    core_hu: NDArray[np.float64]


def stent_of(vessel: StraightVessel) -> Stent | None:
    """Return the stent of a straightened vessel, where its mesh can be seen; None otherwise.

    Struts that are too thin for the scan are not seen, so None does not say that there is none.
    """
    mantle = _mantle(vessel)
    bright = mantle.brightest_hu
    step = median_filter(np.percentile(bright, 10, axis=1) - mantle.core_hu, SECTIONS)
    ripple = np.abs(bright - gaussian_filter1d(bright, MESH_ANGLES, axis=1, mode="wrap"))
    mesh = median_filter(_SD_OF_MAD * np.median(ripple, axis=1), SECTIONS)
    spread = median_filter(mantle.depth.std(axis=1), SECTIONS)
    seen = (step > LEAST_STEP_HU) & (mesh > LEAST_MESH_HU) & (spread < MOST_DEPTH_SPREAD)
    first, last = _longest(seen)
    if (last - first) * STEP_MM < LEAST_LENGTH_MM:
        return None
    while first > 0 and step[first - 1] > EDGE_STEP_HU:
        first -= 1
    while last < len(step) and step[last] > EDGE_STEP_HU:
        last += 1
    return Stent(first * STEP_MM, last * STEP_MM)


def stent_in(found: Occlusion) -> Stent | None:
    """Return the stent that an occlusion lies in; None when none is seen there."""
    stent = stent_of(found.vessel)
    if stent is None:
        return None
    meets = (
        stent.end_mm >= each.proximal.at_mm and stent.start_mm <= each.distal.at_mm
        for each in found.lesions
    )
    return stent if any(meets) else None


def stent_fact(stent: Stent) -> MeasuredFact:
    """Return the fact that there is one."""
    return MeasuredFact("in_stent", "yes", note=stent.sentence)


def stent_doubts(stent: Stent, found: Occlusion, zone: LandingZone) -> list[Doubt]:
    """Return a doubt for everything that the metal hides, each with what the metal does to it.

    Where a person placed both caps, what depends on the caps alone is measured; what is looked for
    in a stretch of vessel is not, where the metal reaches into that stretch.
    """
    doubts = doubt_all(LOOKS_LIKE, f"{stent.lies} Its metal hides plaque and looks like calcium.")
    if not (found.proximal.placed and found.distal.placed):
        caps = f"{stent.lies} Its metal hides where contrast ends, on which this depends."
        return doubts + doubt_all(tuple(name for name in DRAWN if name not in LOOKS_LIKE), caps)
    reach = BLUR_FWHM * found.levels.fwhm_mm
    beside = dict.fromkeys(
        name
        for name, (start, end) in _looked_in(found, zone)
        if start < stent.end_mm + reach and stent.start_mm - reach < end
    )
    seen = f"{stent.lies} Its metal hides the lumen, and what is looked for beside it."
    doubts += doubt_all(tuple(beside), seen)
    rest = hidden_stretches(found, stent)
    if any(end - start >= CLEAR_GAP_MM for start, end in rest):
        where = " and ".join(f"{start:.1f} to {end:.1f}" for start, end in rest)
        because = (
            f"{stent.lies} Beyond the caps that a person placed, from {where} mm, its metal hides "
            "whether there is contrast, so that another occlusion may lie there."
        )
        doubts.append(Doubt("occlusion_count", because))
    return doubts


def hidden_stretches(found: Occlusion, stent: Stent | None) -> tuple[Stretch, ...]:
    """Return the pieces of which metal, and what its blur reaches, hides whether they are closed.

    They lie between the caps as they were found. Where a person placed both caps it is said what
    lies between these; the rest stays hidden.
    """
    if stent is None:
        return ()
    proximal, distal = found.proximal, found.distal
    reach = BLUR_FWHM * found.levels.fwhm_mm
    first = min(proximal.at_mm, proximal.at_mm - proximal.moved_mm)
    last = max(distal.at_mm, distal.at_mm - distal.moved_mm)
    start, end = max(stent.start_mm - reach, first), min(stent.end_mm + reach, last)
    start = first if start - first < LEAST_CLOSED_MM else start
    end = last if last - end < LEAST_CLOSED_MM else end
    if not (proximal.placed and distal.placed):
        return ((start, end),) if end > start else ()
    sides = ((start, min(end, proximal.at_mm)), (max(start, distal.at_mm), end))
    return tuple((low, high) for low, high in sides if high - low > LEAST_MM)


def _looked_in(found: Occlusion, zone: LandingZone) -> list[tuple[str, Stretch]]:
    """Return the stretches of vessel in which each thing beside the caps is looked for."""
    arc, leave = found.vessel.line.arc_mm, found.last.distal
    places: list[tuple[str, Stretch]] = []
    for cap in (each.proximal for each in found.lesions):
        before = (cap.at_mm - NEAR_CAP_MM, cap.at_mm + PAST_CAP_MM)
        places.append(("side_branch_at_proximal_cap", before))
        places.append(("stump", (before[0] - cap.taper_mm, cap.at_mm)))
    behind = (leave.at_mm - PAST_CAP_MM, leave.at_mm + leave.taper_mm + NEAR_CAP_MM)
    places.append(("distal_cap_at_bifurcation", behind))
    for name, piece in (
        ("proximal_vessel_diameter", found.before),
        ("distal_vessel_diameter", found.behind),
    ):
        places.append((name, (float(arc[piece][0]), float(arc[piece][-1]))))
    return places + [(name, (leave.at_mm, zone.to_mm)) for name in LANDING]


def _mantle(vessel: StraightVessel) -> _Mantle:
    turn = 2.0 * np.pi * np.arange(ANGLES) / ANGLES
    ways = np.stack([np.cos(turn), np.sin(turn)])
    first, pixel = float(vessel.axis_mm[0]), float(vessel.axis_mm[1] - vessel.axis_mm[0])
    sections = len(vessel.hu)
    brightest, depth = np.empty((sections, ANGLES)), np.empty((sections, ANGLES))
    core = np.empty(sections)
    for k, (section, radius) in enumerate(zip(vessel.hu, vessel.line.outer_radius_mm, strict=True)):
        places = (ways[:, :, None] * (radius * DEPTHS) - first) / pixel
        rays = map_coordinates(section, places, order=1, mode="nearest")
        brightest[k] = rays.max(axis=1)
        depth[k] = DEPTHS[rays.argmax(axis=1)]
        core[k] = np.median(section[vessel.distance_mm < CORE_SHARE * radius])
    return _Mantle(brightest, depth, core)


def _longest(seen: NDArray[np.bool_]) -> tuple[int, int]:
    """Return where the longest stretch of True begins and ends; the same place when none."""
    edges = np.diff(np.concatenate([[False], seen, [False]]).astype(int))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return (0, 0)
    best = int(np.argmax(ends - starts))
    return (int(starts[best]), int(ends[best]))
