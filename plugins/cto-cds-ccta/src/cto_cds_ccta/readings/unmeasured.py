"""What CT shows to a person and this program does not measure."""

from __future__ import annotations

from cto_cds.facts.measured import Doubt

NAMES = (
    "segment",
    "ostial",
    "flush_aorto_ostial",
    "proximal_cap",
    "vessel_course",
    "tortuosity",
    "proximal_tortuosity",
)
BECAUSE = "This program does not measure it: a person reads it on CT or on the angiogram."


def unmeasured() -> list[Doubt]:
    """Return a doubt for each, so that nobody takes silence for an answer."""
    return [Doubt(name, BECAUSE) for name in NAMES]
