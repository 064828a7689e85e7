"""The fact sheet: everything that is known of one case, and nothing that is not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cto_cds.errors import CaseError, Place, Problem
from cto_cds.facts.lesion import of_two_lesions
from cto_cds.facts.value import Reading, Value, shown
from cto_cds.facts.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class FactSheet:
    """The readings of one case, by path.

    The readings stand in the order of their paths, however the sheet came about: read from one
    file, joined from several, or built by a host. So the same facts give the same bytes.

    Attributes:
        case: The name of the case; empty for a file of measurements only.
        readings: By path, such as ``angiography.stump``, in the order of the paths.
        source: The file or input it was read from.
        notes: What the measuring program said about its study, one sentence each.
        program_texts: The texts in it that a program handed over just now. What came out of a
            file is not among them: a person may have written there.
        uncertain: The paths of the readings that have a standard deviation.
        to_review: The paths of the readings that are left to review.
    """

    case: str
    readings: Mapping[str, Reading] = field(default_factory=dict)
    source: str = ""
    notes: tuple[str, ...] = ()
    program_texts: frozenset[str] = field(default=frozenset(), compare=False)
    uncertain: frozenset[str] = field(init=False, repr=False, compare=False)
    to_review: frozenset[str] = field(init=False, repr=False, compare=False)
    _known: Mapping[str, Value] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = dict(sorted(self.readings.items()))
        known = {path: r.known for path, r in ordered.items() if r.known is not None}
        object.__setattr__(self, "readings", ordered)
        review = frozenset(p for p, reading in ordered.items() if reading.status == "needs_review")
        uncertain = frozenset(p for p, reading in ordered.items() if reading.sd is not None)
        object.__setattr__(self, "uncertain", uncertain)
        object.__setattr__(self, "to_review", review)
        object.__setattr__(self, "_known", known)

    def known(self, path: str) -> Value | None:
        """Return the value that rules may read, or None for unknown."""
        return self._known.get(path)

    @property
    def texts(self) -> frozenset[str]:
        """Every text in it that no vocabulary bounds: sources, times, names and remarks."""
        readings = self.readings.values()
        found = {t for r in readings for t in (r.source, r.time, r.confirmed_by, r.note)}
        return frozenset(found.union(self.notes) - {""})

    def document(self) -> dict[str, object]:
        """Return the case as a case file in the long form.

        Reading it gives an equal sheet. It is complete, so nothing must be implied by a group
        that it lacks: read it with ``named=False``.
        """
        groups: dict[str, object] = {}
        for path, reading in self.readings.items():
            group, _, name = path.partition(".")
            table = groups.setdefault(group, {})
            if isinstance(table, dict):
                table[name] = reading.document()
        study = {"study": {"notes": list(self.notes)}} if self.notes else {}
        return {"format": 1, "case": self.case, **groups, **study}

    def digest(self) -> str:
        """Return the SHA-256 of what the rules can see of the case."""
        lines = [
            f"{path}={shown(value)}|{reading.sd or ''}"
            for path, reading in self.readings.items()
            if (value := reading.known) is not None
        ]
        return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def joined(self, other: FactSheet, vocabulary: Vocabulary) -> FactSheet:
        """Return this sheet with the readings of another, such as CT measurements.

        What is known in one of the two stays known; the doubt of the other becomes its note. A
        value that both give keeps the uncertainty and the origin that either gives.

        Raises:
            CaseError: A fact stands in both with different values or uncertainties, so that one
                would be lost, or they are of two cases or two lesions.
        """
        problems = []
        if self.case and other.case and self.case != other.case:
            found = f"the case '{other.case}' is not '{self.case}', which it is put together with"
            mend = "Take the measurements of this case, or take out the name that is wrong."
            problems.append(Problem(Place(other.source), found, mend))
        readings = dict(self.readings)
        for path, reading in other.readings.items():
            mine = readings.get(path)
            if mine is None:
                readings[path] = reading
            elif mine.known is None:
                readings[path] = _with_doubt(reading, mine)
            elif reading.known is None:
                readings[path] = _with_doubt(mine, reading)
            elif mine.known == reading.known and _one_sd(mine, reading):
                readings[path] = _agreed(mine, reading)
            else:
                found = (
                    f"{path} is given twice: {_said(mine)} here, "
                    f"and {_said(reading)} at {reading.place}"
                )
                where = reading.place.source or other.source
                mend = f"Take out the one that is wrong; a measurement stands in {where}."
                problems.append(Problem(mine.place, found, mend))
        problems += of_two_lesions(readings, vocabulary)
        if problems:
            raise CaseError.of(problems)
        notes = (*self.notes, *other.notes)
        texts = self.program_texts | other.program_texts
        return FactSheet(self.case, readings, self.source, notes, texts)


def _one_sd(mine: Reading, measured: Reading) -> bool:
    """Whether two readings of one value leave no choice between two uncertainties."""
    return mine.sd is None or measured.sd is None or mine.sd == measured.sd


def _agreed(mine: Reading, measured: Reading) -> Reading:
    """Return the reading of a value that a person wrote down and a measurement gives as well.

    What only one of them says is kept. Where both say something, the measurement knows best where
    the value comes from, and a person whether it was looked at.
    """
    looked_at = mine.status in {"confirmed", "edited"} or not measured.status
    others = f"{mine.source} read the same." if measured.source and mine.source else ""
    return replace(
        mine,
        sd=measured.sd or mine.sd,
        source=measured.source or mine.source,
        status=mine.status if looked_at else measured.status,
        time=measured.time or mine.time,
        confirmed_by=mine.confirmed_by or measured.confirmed_by,
        note=_noted(
            mine.note,
            others if mine.source != measured.source else "",
            measured.note if measured.note != mine.note else "",
        ),
    )


def _with_doubt(kept: Reading, other: Reading) -> Reading:
    """Return a reading with what the other place says of the same fact without knowing it."""
    said = ""
    if other.status == "needs_review":
        what = "it" if other.value is None else _measured(other)
        said = f"{other.source or other.place.source} left {what} to review."
    note = "" if other.note == kept.note else other.note
    same = other.value is not None and other.value == kept.value
    sd = other.sd if same and kept.sd is None else kept.sd
    both = kept.status == other.status == "needs_review"
    repeats = both and (other.value is None or (same and sd == (other.sd or sd)))
    return replace(kept, sd=sd, note=_noted(kept.note, "" if repeats else said, note))


def _noted(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _measured(reading: Reading) -> str:
    value = "unknown" if reading.value is None else shown(reading.value)
    return value if reading.sd is None else f"{value} (sd {reading.sd})"


def _said(reading: Reading) -> str:
    review = " (needs review)" if reading.status == "needs_review" else ""
    return _measured(reading) + review
