"""HU limits of the plaque classes for tube voltages other than 120 kV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds_ccta.measure.composition import CLASS_EDGES_HU, Composition, composition

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion

FACTOR_OF_KV = {80: 82 / 60, 100: 148 / 130, 120: 1.0}
"""What has x HU at 120 kV has factor times x at another voltage: 60 HU became 82 at 80 kV, and
calcium of 130 HU became 148 at 100 kV, in published comparisons. None is known for others."""


def edges_for(kilovolt: float) -> tuple[float, ...] | None:
    """Return the limits of the classes for a voltage, or None where no factor is published."""
    factor = FACTOR_OF_KV.get(round(kilovolt))
    if factor is None:
        return None
    return tuple(edge * factor if edge > 0 else edge for edge in CLASS_EDGES_HU)


def composition_at(found: Occlusion, kilovolt: float) -> Composition | None:
    """Return the classes with limits made for the tube voltage, where they are known."""
    edges = edges_for(kilovolt)
    if edges is None:
        return None
    return composition(
        found.vessel,
        found.proximal.at_mm,
        found.distal.at_mm,
        found.levels.noise_hu,
        edges_hu=edges,
    )
