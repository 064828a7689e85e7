"""The lumen along the open vessel, where it can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter1d

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA
from cto_cds_ccta.measure.caps import PLACED_SD_MM
from cto_cds_ccta.measure.landing import OVER_CONTRAST_HU
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import sections_between
from cto_cds_ccta.measure.profile import ALONG_MM, lumen_profile
from cto_cds_ccta.measure.rim import bright_patches
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.measure.caps import Cap

LEAST_BRIGHT_MM2 = 0.1
_CALM_MM = 0.3
_SIGMAS = 2.0


@dataclass(frozen=True, slots=True)
class OpenLumen:
    """The lumen of the vessel before or behind the occlusion.

    Attributes:
        arc_mm: Position on the line.
        area_mm2: Its area; nan where calcium in the section hides it.
        hidden: Where that is so.
    """

    arc_mm: NDArray[np.float64]
    area_mm2: NDArray[np.float64]
    hidden: NDArray[np.bool_]


def open_lumen(scene: Scene) -> tuple[OpenLumen, ...]:
    """Return the lumen of every open piece that is shown.

    The blur rounds the end of a column off. As far as it reaches the form stands that was fitted
    to the cap: a flat end, or one that narrows evenly over the length of its taper. Before a cap
    that a person moved elsewhere the lumen stands as it is seen.
    """
    found, levels = scene.found, scene.found.levels
    hidden_ends = {at for piece in scene.hidden_mm for at in piece}
    ends = {each.proximal.at_mm: each.proximal for each in (*found.lesions, found)}
    returns = {each.distal.at_mm: each.distal for each in (*found.lesions, found)}
    pieces = []
    for start, stop in scene.open_mm:
        before = start < found.proximal.at_mm
        bright = levels.proximal_hu if before else levels.distal_hu
        part = sections_between(found.vessel, start, stop)
        profile = lumen_profile(found.vessel, part, bright, levels.fwhm_mm)
        hidden = _hidden(scene, part, bright)
        area = np.where(hidden, np.nan, np.pi / 4 * profile.diameter_mm**2)
        piece = OpenLumen(profile.arc_mm, area, hidden)
        if stop in ends and stop not in hidden_ends:
            piece = _ended(piece, ends[stop], levels.fwhm_mm, distal=False)
        if start in returns and start not in hidden_ends:
            piece = _ended(piece, returns[start], levels.fwhm_mm, distal=True)
        pieces.append(piece)
    return tuple(pieces)


def _hidden(scene: Scene, part: slice, bright_hu: float) -> NDArray[np.bool_]:
    """Return the sections in which calcium would be counted as contrast.

    It is brighter than contrast, or its side of the wall is brighter than the rest of its round.
    Beside a stent its metal would be.
    """
    vessel, levels = scene.found.vessel, scene.found.levels
    calm = gaussian_filter(vessel.hu[part], _CALM_MM / np.array([STEP_MM, PIXEL_MM, PIXEL_MM]))
    over = (calm > bright_hu + OVER_CONTRAST_HU) & vessel.inside()[part]
    seen = over.sum(axis=(1, 2)) * PIXEL_MM**2 >= LEAST_BRIGHT_MM2
    seen |= bright_patches(vessel, part, levels.noise_hu)
    reach = 2 * round(levels.fwhm_mm / STEP_MM) + 1
    at = vessel.line.arc_mm[part]
    for start, end in scene.hidden_mm:
        seen |= (at > start - levels.fwhm_mm) & (at < end + levels.fwhm_mm)
    return np.asarray(maximum_filter1d(seen, reach), dtype=np.bool_)


def _ended(piece: OpenLumen, cap: Cap, fwhm_mm: float, *, distal: bool) -> OpenLumen:
    """Return the lumen with the end that was fitted to the cap; as seen where a cap was moved."""
    reach = _SIGMAS * float(np.hypot(ALONG_MM, fwhm_mm / FWHM_PER_SIGMA))
    if abs(cap.moved_mm) > PLACED_SD_MM:
        return piece
    taper = cap.taper_mm
    away = piece.arc_mm - cap.at_mm if distal else cap.at_mm - piece.arc_mm
    open_ = away >= 0
    piece = OpenLumen(piece.arc_mm[open_], piece.area_mm2[open_], piece.hidden[open_])
    away = away[open_]
    replaced = away < taper + reach
    if replaced.all() or not replaced.any():
        return piece
    edge = np.flatnonzero(~replaced)[0 if distal else -1]
    full = piece.area_mm2[edge]
    share = np.ones(len(away)) if taper == 0 else np.clip(away / taper, 0.0, 1.0)
    fitted = np.where(piece.hidden, np.nan, full * share**2)
    area = np.where(replaced, fitted, piece.area_mm2)
    end = [cap.at_mm], [0.0], [False]
    joined = (
        (end, (piece.arc_mm, area, piece.hidden))
        if distal
        else ((piece.arc_mm, area, piece.hidden), end)
    )
    arc, areas, hidden = (np.concatenate(both) for both in zip(*joined, strict=True))
    return OpenLumen(arc, areas, hidden)
