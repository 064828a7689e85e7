"""A mask as labels on a grid in patient space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

MOST_VOXELS = 1 << 30
LPS_OF_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class LabelGrid:
    """Whole numbers on a grid.

    Attributes:
        labels: Shape (i, j, k); 0 is nothing.
        affine_lps_mm: 4 x 4, from (i, j, k, 1) to LPS mm.
        names: What the file calls its labels; may be empty.
    """

    labels: NDArray[np.integer]
    affine_lps_mm: NDArray[np.float64]
    names: Mapping[int, str] = field(default_factory=dict)

    def mask(self, asked: str, path: Path) -> NDArray[np.bool_]:
        """Return where the asked label is.

        Args:
            asked: A label or its name; empty for the only one.
            path: The file, for messages.

        Raises:
            BackendError: There is no such label, or there are several and none was asked for.
        """
        there = [int(label) for label in np.unique(self.labels) if label != 0]
        by_name = {name.strip().lower(): label for label, name in self.names.items()}
        wanted = int(asked) if asked.isdecimal() else by_name.get(asked.strip().lower())
        if not asked and len(there) == 1:
            (wanted,) = there
        if wanted in there:
            return np.asarray(self.labels == wanted)
        told = [f"{label} {self.names.get(label, '')}".strip() for label in there[:_SHOWN]]
        found = f"holds the labels {', '.join(told)}" if there else "is empty"
        found += f", and no '{asked}'" if asked else ""
        mend = "say with --mask-label which label is the whole vessel, outer wall included"
        raise BackendError(Problem(Place(str(path)), found, mend))


def checked_affine(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the way from a grid to the patient.

    Raises:
        ValueError: It is none, or its axes are not at right angles.
    """
    if affine.shape != (4, 4) or not np.isfinite(affine).all():
        raise ValueError("it does not say where it lies")
    steps = np.linalg.norm(affine[:3, :3], axis=0)
    if not (steps > 0.0).all():
        raise ValueError("its voxels have no size")
    turned = affine[:3, :3] / steps
    if not np.allclose(turned.T @ turned, np.eye(3), atol=1e-3):
        raise ValueError("its axes are not at right angles")
    return affine


def whole_numbers(values: NDArray[np.generic]) -> NDArray[np.integer]:
    """Return labels as whole numbers.

    Raises:
        ValueError: They are none, as in an image or a map of probabilities.
    """
    if values.dtype.kind in "iu":
        whole: NDArray[np.integer] = values.astype(np.int64)
        return whole
    if values.dtype.kind == "b":
        return values.astype(np.uint8)
    if values.dtype.kind != "f" or not np.isfinite(values).all():
        raise ValueError("its values are not whole numbers")
    rounded = np.rint(values)
    if np.any(values != rounded) or np.abs(rounded).max(initial=0) > np.iinfo(np.int32).max:
        raise ValueError("its values are not whole numbers; a mask holds labels")
    labels: NDArray[np.integer] = rounded.astype(np.int32)
    return labels
