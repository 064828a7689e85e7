"""A whole phantom: the scan, the line through the vessel and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.course import course
from cto_cds_ccta.phantom.points import place_seeds
from cto_cds_ccta.phantom.profile import lumen_radius_mm, outer_radius_mm
from cto_cds_ccta.phantom.scan import Scan, scan
from cto_cds_ccta.phantom.truth import truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.hookspecs import Seeds

    from cto_cds_ccta.phantom.design import Design

LINE_STEP_MM = 0.25


@dataclass(frozen=True, slots=True)
class Phantom:
    """A phantom in memory.

    Attributes:
        design: What it was drawn from.
        image: The scan.
        line_lps_mm: Shape (n, 3), the line through the vessel, proximal end first.
        at_mm: Shape (n,), position on the line.
        outer_radius_mm: Shape (n,).
        lumen_radius_mm: Shape (n,), 0 in an occlusion.
        seeds: Points that a person placed.
        truth: What is true of it, with the keys of ``truth.json``.
    """

    design: Design
    image: Scan
    line_lps_mm: NDArray[np.float64]
    at_mm: NDArray[np.float64]
    outer_radius_mm: NDArray[np.float64]
    lumen_radius_mm: NDArray[np.float64]
    seeds: Seeds
    truth: dict[str, Any]


def silent(stage: str, done: float) -> None:
    """Take progress and say nothing."""


def make_phantom(design: Design, progress: Callable[[str, float], None] = silent) -> Phantom:
    """Draw a phantom. The same design gives the same phantom, bit for bit."""
    line = course(design)
    image = scan(design, line, progress)
    every = slice(None, None, round(LINE_STEP_MM / float(line.arc_mm[1])))
    return Phantom(
        design=design,
        image=image,
        line_lps_mm=line.points_mm[every].copy(),
        at_mm=line.arc_mm[every].copy(),
        outer_radius_mm=outer_radius_mm(design, line.arc_mm[every]),
        lumen_radius_mm=lumen_radius_mm(design, line.arc_mm[every]),
        seeds=place_seeds(design, line),
        truth=truth(design, line, image),
    )
