"""Several occlusions in one vessel: which pieces are measured, and what is the worst of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.measure.calcium import Calcium
from cto_cds_ccta.measure.checks import LEAST_LENGTH_MM, LEAST_PATENT_MM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cto_cds_ccta.measure.caps import Cap
    from cto_cds_ccta.measure.straight import StraightVessel

Stretch = tuple[float, float]

CLEAR_GAP_MM = 3.0
"""An interruption that is shorter may be a tight stenosis."""


def is_clear(gap_mm: Stretch, total_mm: float) -> bool:
    """Whether a gap is long enough for an occlusion, with open vessel beside it on the line."""
    start, end = gap_mm
    apart = start >= LEAST_PATENT_MM and total_mm - end >= LEAST_PATENT_MM
    return end - start >= CLEAR_GAP_MM and apart


def outside(gaps_mm: Sequence[Stretch], proximal: Cap, distal: Cap) -> list[Stretch]:
    """Return the gaps that do not lie between two caps, whoever placed them."""
    return [gap for gap in gaps_mm if gap[0] >= distal.at_mm or gap[1] <= proximal.at_mm]


def has_length(proximal: Cap, distal: Cap) -> bool:
    """Whether something lies between two caps."""
    return distal.at_mm - proximal.at_mm >= LEAST_LENGTH_MM


def along(vessel: StraightVessel, pieces: Sequence[Calcium]) -> Calcium:
    """Return the calcium of several occlusions as one curve along the line.

    The open vessel between them has none: contrast hides what lies in its wall.

    Args:
        vessel: The straightened vessel.
        pieces: The calcium of each, from the proximal one on.
    """
    if len(pieces) == 1:
        return pieces[0]
    arc = vessel.line.arc_mm
    first, last = float(pieces[0].arc_mm[0]), float(pieces[-1].arc_mm[-1])
    rows = np.flatnonzero((arc >= first) & (arc <= last))
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    shape = vessel.hu[part].shape
    area, round_deg = np.zeros(len(rows)), np.zeros(len(rows))
    mask, seen = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    for piece in pieces:
        begin = int(np.searchsorted(arc[part], piece.arc_mm[0]))
        here = slice(begin, begin + len(piece.arc_mm))
        area[here], round_deg[here] = piece.area_percent, piece.arc_deg
        mask[here], seen[here] = piece.mask, piece.seen
    plates = sum(piece.plates for piece in pieces)
    return Calcium(arc[part], area, round_deg, mask, seen, plates)
