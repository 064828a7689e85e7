"""HU limits of the plaque classes for tube voltages other than 120 kV."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from cto_cds_ccta.measure.composition import CLASS_EDGES_HU, Composition, composition

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion

USUAL_KV = 120
_FILE = "voltage.yaml"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How much brighter things are at a tube voltage than at 120 kV.

    Attributes:
        kilovolt: The tube voltage.
        factor: What has x HU at 120 kV has factor times x here.
        of: What the published numbers were measured of.
        citation: Where they were published.
        verified: How well that was checked: primary, secondary or unverified.
        reading: What is assumed beyond them.
        caution: What was published against the assumption; empty for nothing.
    """

    kilovolt: int
    factor: float
    of: str
    citation: str
    verified: str
    reading: str
    caution: str = ""

    @property
    def edges_hu(self) -> tuple[float, ...]:
        """The lower limits of the four classes."""
        return tuple(edge * self.factor if edge > 0 else edge for edge in CLASS_EDGES_HU)

    @property
    def source(self) -> str:
        """Where the limits come from and what they rest on, in words."""
        told = f"{self.citation} ({self.of}; verified: {self.verified}). {self.reading}"
        return f"{told} {self.caution}." if self.caution else told


@dataclass(frozen=True, slots=True)
class AdjustedContent:
    """The classes of an occlusion with limits made for its tube voltage."""

    made_for: Adjustment
    content: Composition


@cache
def adjustments() -> dict[int, Adjustment]:
    """Return the published adjustments by tube voltage."""
    text = files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    document = YAML(typ="safe", pure=True).load(text)
    return {
        entry["kilovolt"]: Adjustment(
            kilovolt=entry["kilovolt"],
            factor=entry["here_hu"] / entry["at_120_kv_hu"],
            of=entry["of"],
            citation=entry["citation"],
            verified=entry["verified"],
            reading=document["reading"],
            caution=entry.get("caution", ""),
        )
        for entry in document["voltages"]
    }


def adjusted_content(found: Occlusion, kilovolt: float) -> AdjustedContent | None:
    """Return the classes with limits made for the tube voltage, where any are published."""
    made_for = adjustments().get(round(kilovolt))
    if made_for is None:
        return None
    content = composition(
        found.vessel,
        found.proximal.at_mm,
        found.distal.at_mm,
        found.levels.noise_hu,
        edges_hu=made_for.edges_hu,
    )
    return AdjustedContent(made_for, content)
