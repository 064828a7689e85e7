"""What a quantification backend hands back: facts, marks, doubts and pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cto_cds.facts.value import plain

PointLpsMm = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class MeasuredFact:
    """One measured value, under its name in the vocabulary.

    Attributes:
        name: A fact name of the ``ccta`` group, such as ``occlusion_length``.
        value: A decimal number, a whole number or a word, as the vocabulary declares it.
        unit: The unit of the vocabulary; empty for words, counts and grades.
        sd: One standard deviation of the value, in ``unit``; None when it has none.
        note: What a reader of the value should know, or empty.
        status: ``auto``, or ``confirmed`` or ``edited`` where a person looked at what it rests on.
    """

    name: str
    value: Decimal | int | str
    unit: str = ""
    sd: Decimal | None = None
    note: str = ""
    status: str = "auto"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact that could not be measured well enough, and why. It carries no value."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of the measurement.

    Attributes:
        name: File name without folder, such as ``vessel.png``.
        media_type: ``image/png`` or ``image/svg+xml``.
        content: The bytes of the file.
        caption: What the picture shows, for a reader and for a screen reader.
    """

    name: str
    media_type: str
    content: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the measurement for other programs, written beside the pictures.

    Attributes:
        name: File name without folder, such as ``along.csv``.
        media_type: Such as ``text/csv`` or ``application/dicom``.
        content: The bytes of the file.
        holds: What it holds, in a sentence.
    """

    name: str
    media_type: str
    content: bytes
    holds: str


@dataclass(frozen=True, slots=True)
class Measurements:
    """The result of one quantification.

    Attributes:
        source: Name and version of the backend, such as ``cto-cds-ccta 0.1.0``.
        facts: Everything that was measured.
        doubts: Everything that needs a person's review.
        marks: Named points in LPS millimetres, such as ``proximal_cap_lps_mm``.
        study: What is known of the series: ``series``, ``tube_voltage``, ``kernel`` and so on.
        notes: What a reader of any of the values should know.
        figures: Pictures.
        files: The measurement in detail, for other programs.

    Raises:
        ValueError: A fact stands there twice, so that one value of it would be lost.
    """

    source: str
    facts: tuple[MeasuredFact, ...]
    doubts: tuple[Doubt, ...] = ()
    marks: Mapping[str, PointLpsMm] = field(default_factory=dict)
    study: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    files: tuple[DataFile, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a fact with two values."""
        twice = [name for name, times in Counter(f.name for f in self.facts).items() if times > 1]
        if twice:
            message = f"{', '.join(twice)} is handed over more than once"
            raise ValueError(message)

    def document(self, *, with_figures: bool = False) -> dict[str, object]:
        """Return the measurements as a case file with a ``ccta`` group in the long form.

        Args:
            with_figures: Whether the figures are written beside the document, under their names.
        """
        shown = self.figures if with_figures else ()
        study: dict[str, object] = {**self.study, "notes": list(self.notes)}
        if shown:
            study["captions"] = {figure.name: figure.caption for figure in shown}
        return {
            "format": 1,
            "ccta": {fact.name: self._entry(fact) for fact in self.facts},
            "marks": {name: [round(x, 3) for x in point] for name, point in self.marks.items()},
            "needs_review": [{"fact": d.name, "because": d.because} for d in self.doubts],
            "study": study,
            "figures": [figure.name for figure in shown],
        }

    def _entry(self, fact: MeasuredFact) -> dict[str, str]:
        entry = {"value": f"{_text(fact.value)} {fact.unit}".rstrip()}
        if fact.sd is not None:
            entry["sd"] = f"{_text(fact.sd)} {fact.unit}".rstrip()
        entry |= {"status": fact.status, "source": self.source}
        return entry | ({"note": fact.note} if fact.note else {})


def _text(value: Decimal | int | str) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
