"""Which pieces of the line hold no contrast, and where a stent hides whether they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds_ccta.placing import LEAST_MM, opened_between

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.metal import Stent
    from cto_cds_ccta.placing import Stretch

LEAST_CLOSED_MM = 1.0
"""A shorter piece beside the metal is its blur."""


def closed_between(found: Occlusion, stent: Stent | None) -> tuple[Stretch, ...]:
    """Return the pieces between the caps in which contrast was found to be missing.

    Contrast that a moved cap took in is none of them, nor what the metal of a stent hides.
    """
    taken_in, metal = opened_between(found), hidden_between(found, stent)
    least = LEAST_CLOSED_MM if metal else LEAST_MM
    pieces, start = [], found.proximal.at_mm
    for low, high in sorted([*taken_in, *metal, (found.distal.at_mm, found.distal.at_mm)]):
        if low - start >= least:
            pieces.append((start, low))
        start = max(start, high)
    return tuple(pieces)


def hidden_between(found: Occlusion, stent: Stent | None) -> tuple[Stretch, ...]:
    """Return the pieces between the caps that are hidden by metal and by what its blur reaches.

    Where a person placed both caps it is said what lies between them.
    """
    if stent is None or (found.proximal.placed and found.distal.placed):
        return ()
    reach = 2 * found.levels.fwhm_mm
    first, last = found.proximal.at_mm, found.distal.at_mm
    start, end = max(stent.start_mm - reach, first), min(stent.end_mm + reach, last)
    start = first if start - first < LEAST_CLOSED_MM else start
    end = last if last - end < LEAST_CLOSED_MM else end
    return ((start, end),) if end > start else ()
