"""Plaque classes with limits made for the tube voltage, in words; never a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.voltage import USUAL_KV, AdjustedContent
from cto_cds_ccta.readings import NEEDS_REVIEW

if TYPE_CHECKING:
    from collections.abc import Collection

CLASS_DOUBTED_BY = "necrotic_core_pav"


def adjusted_entries(adjusted: AdjustedContent | None, doubted: Collection[str]) -> dict[str, str]:
    """Return the entries of the study; where the fixed classes need review, so do these."""
    if adjusted is None:
        return {}
    content, made_for = adjusted.content, adjusted.made_for
    unsure = CLASS_DOUBTED_BY in doubted
    told = {
        "kv_adjusted_limits": f"{_limits(adjusted)} at {made_for.kilovolt} kV",
        "kv_adjusted_source": made_for.source,
    }
    for name, volume in zip(CLASSES, content.class_mm3, strict=True):
        told[f"kv_adjusted_{name}_volume"] = NEEDS_REVIEW if unsure else f"{volume:.1f} mm3"
    for name, share in zip(CLASSES, content.share_percent, strict=True):
        told[f"kv_adjusted_{name}_pav"] = NEEDS_REVIEW if unsure else f"{share:.1f} %"
    return told


def voltage_sentences(
    kilovolt: float | None, adjusted: AdjustedContent | None, doubted: Collection[str]
) -> tuple[str, ...]:
    """Return what the tube voltage means for the plaque classes; nothing at 120 kV."""
    if kilovolt is None or round(kilovolt) == USUAL_KV:
        return ()
    plain = f"HU classes are made for {USUAL_KV} kV; this series has {kilovolt:.0f} kV."
    if adjusted is None:
        return (f"{plain} No limits for this voltage are published that we know of.",)
    shares = zip(CLASSES, adjusted.content.share_percent, strict=True)
    told = ", ".join(f"{name.replace('_', ' ')} {share:.0f} %" for name, share in shares)
    told = NEEDS_REVIEW if CLASS_DOUBTED_BY in doubted else told
    beside = (
        f"With limits scaled for {adjusted.made_for.kilovolt} kV ({_limits(adjusted)}), beside the "
        f"fixed ones and used by no score: {told}."
    )
    return plain, beside


def _limits(adjusted: AdjustedContent) -> str:
    edges = (f"{edge:.0f}" for edge in adjusted.made_for.edges_hu)
    names = (name.replace("_", " ") for name in CLASSES)
    return ", ".join(f"{name} from {edge} HU" for name, edge in zip(names, edges, strict=True))
