"""Which pieces of the line between the caps hold no contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds_ccta.metal import LEAST_CLOSED_MM, hidden_stretches
from cto_cds_ccta.placing import LEAST_MM, opened_between

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.metal import Stent
    from cto_cds_ccta.placing import Stretch


def closed_between(found: Occlusion, stent: Stent | None) -> tuple[Stretch, ...]:
    """Return the pieces between the caps in which contrast was found to be missing.

    Contrast that a moved cap took in is none of them, nor what the metal of a stent hides.
    """
    taken_in, metal = opened_between(found), hidden_stretches(found, stent)
    least = LEAST_CLOSED_MM if metal else LEAST_MM
    pieces, start = [], found.proximal.at_mm
    for low, high in sorted([*taken_in, *metal, (found.distal.at_mm, found.distal.at_mm)]):
        if low - start >= least:
            pieces.append((start, low))
        start = max(start, high)
    return tuple(pieces)
