"""Values on rays from the line of the vessel to its outer wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import map_coordinates

from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.measure.straight import StraightVessel

ANGLES = 90
INNER_SHARE, LEAST_DEPTH_MM = 0.4, 0.2
"""Calcium in the inner part has no hour of its own; a thinner layer is not shown."""


def unrolled(
    vessel: StraightVessel, values: NDArray[np.float32], first: int, inner_share: float
) -> NDArray[np.float32]:
    """Return values on rays from the line to the wall, shape (sections, angles, depths).

    Args:
        vessel: The straightened vessel.
        values: Shape (sections, pixels, pixels).
        first: Which section of the vessel the first of ``values`` is.
        inner_share: Where the rays begin, as a share of the radius. They end at the wall; beyond
            it the values are nan.
    """
    turn = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    half = len(vessel.axis_mm) // 2
    radius = vessel.line.outer_radius_mm[first : first + len(values)]
    depth = np.arange(0.0, float(radius.max()) * 1.2, PIXEL_MM)
    depth = depth[None, None, :] + inner_share * radius[:, None, None]
    rows = half + depth * np.cos(turn)[None, :, None] / PIXEL_MM
    columns = half + depth * np.sin(turn)[None, :, None] / PIXEL_MM
    section = np.broadcast_to(np.arange(len(values))[:, None, None], rows.shape)
    found = map_coordinates(values, [section, rows, columns], order=1, mode="nearest")
    border = vessel.border_mm[first : first + len(values)]
    away = 0.8 * float(vessel.axis_mm[-1]) / PIXEL_MM
    row = np.rint(half + away * np.cos(turn)).astype(int)
    column = np.rint(half + away * np.sin(turn)).astype(int)
    wall = border[:, row, column]
    return np.where(depth <= wall[:, :, None], found, np.nan).astype(np.float32)


def calcium_on_rays(scene: Scene) -> NDArray[np.bool_]:
    """Return where rays meet the calcium of the arc, shape (sections of the occlusion, angles).

    Contrast that a moved cap took in is none.
    """
    chalk = scene.found.calcium
    first = round(float(chalk.arc_mm[0]) / STEP_MM)
    rays = unrolled(scene.found.vessel, chalk.seen.astype(np.float32), first, INNER_SHARE)
    taken = np.asarray((rays > 0.5).sum(axis=2) * PIXEL_MM >= LEAST_DEPTH_MM - 1e-9)
    taken[scene.in_contrast(chalk.arc_mm)] = False
    return taken
