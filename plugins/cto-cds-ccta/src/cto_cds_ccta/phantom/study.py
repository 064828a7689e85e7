"""A whole phantom: the scan, the line through the vessel and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.course import course
from cto_cds_ccta.phantom.scan import Scan, scan
from cto_cds_ccta.phantom.tissue import outer_radius_mm
from cto_cds_ccta.phantom.truth import truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds_ccta.phantom.design import Design

LINE_STEP_MM = 0.25


@dataclass(frozen=True, slots=True)
class Phantom:
    """A phantom in memory.

    Attributes:
        design: What it was drawn from.
        image: The scan.
        line_lps_mm: Shape (n, 3), the line through the vessel, proximal end first.
        outer_radius_mm: Shape (n,).
        truth: What is true of it, with the keys of ``truth.json``.
    """

    design: Design
    image: Scan
    line_lps_mm: NDArray[np.float64]
    outer_radius_mm: NDArray[np.float64]
    truth: dict[str, Any]


def silent(stage: str, done: float) -> None:
    """Take progress and say nothing."""


def make_phantom(design: Design, progress: Callable[[str, float], None] = silent) -> Phantom:
    """Draw a phantom. The same design gives the same phantom, bit for bit."""
    line = course(design)
    image = scan(design, line, progress)
    every = round(LINE_STEP_MM / float(line.arc_mm[1]))
    return Phantom(
        design=design,
        image=image,
        line_lps_mm=line.points_mm[::every].copy(),
        outer_radius_mm=outer_radius_mm(design, line.arc_mm[::every]),
        truth=truth(design, line, image),
    )
