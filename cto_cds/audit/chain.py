"""Follow a hash chain record by record, and note everything that does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cto_cds.audit.canonical import digest
from cto_cds.audit.head import Head
from cto_cds.audit.record import decode

if TYPE_CHECKING:
    from collections.abc import Mapping


MOST_PASSED_OVER = 10_000
"""A record that says a number further away was edited; nobody removed so many and no other."""


@dataclass(slots=True)
class Chain:
    """What is known of a chain so far.

    Attributes:
        start: The hash that the first record must follow.
        witnesses: What must be found in it: who says so, and the head that they noted.
        end: Number and hash of the last record seen.
        count: How many records were seen.
        problems: What does not fit, each with the number of its record.
        blobs: The digests of all blobs that records name, with the first record that does.
    """

    start: str
    witnesses: Mapping[str, Head]
    end: Head = field(init=False)
    count: int = 0
    problems: list[str] = field(default_factory=list)
    blobs: dict[str, int] = field(default_factory=dict)
    _links: tuple[str, ...] = field(init=False)
    _step: int = 0
    _told: int = 0
    _shift: int = 0
    _skipped: list[range] = field(default_factory=list)
    _late: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.end = Head(0, self.start)
        self._links = (self.start,)
        self._ask_witnesses(self.end)

    def follow(self, number: int, content: bytes, noted: str | None = None) -> None:
        """Take the next record.

        Args:
            number: The number under which it is kept.
            content: Its canonical bytes.
            noted: The hash kept beside it, if there is one.
        """
        if number != self.end.record + 1:
            self._gap(self.end.record + 1, number - 1)
        self.count += 1
        self._step = number - self.end.record
        self.end = Head(number, digest(content))
        edited = noted is not None and noted != self.end.hash
        if edited:
            self._note(number, "edited: its content and its hash do not agree")
        previous = self._read(number, content, edited=edited)
        if previous is not None and self._links and previous not in self._links:
            self._note(
                number,
                f"does not follow record {number - 1}: "
                "one of the two was edited, replaced or reordered",
            )
        self._links = tuple({self.end.hash, noted or self.end.hash})
        self._ask_witnesses(self.end)

    def finish(self) -> None:
        """Check that nobody noted a longer chain, and that no record is wanting inside it."""
        for skipped in self._skipped:
            gone = [number for number in skipped if number not in self._late]
            if gone:
                which = _range(gone[0], gone[-1])
                self.problems.append(f"{which}: removed; the records after were numbered anew")
        for who, head in self.witnesses.items():
            if head.record > self.end.record and head.hash != self.end.hash:
                missing = _range(self.end.record + 1, head.record)
                self.problems.append(
                    f"{missing}: cut off at the end: {who} says that record {head.record} "
                    f"was written"
                )

    def _read(self, number: int, content: bytes, *, edited: bool) -> str | None:
        """Read a record; one that was edited tells nothing about which of them it is."""
        try:
            record = decode(content)
        except ValueError:
            self._note(number, "edited: it is not a record in canonical form")
            self._compare(number, number + self._shift)
            return None
        self._compare(number, number + self._shift if edited else record.record)
        for blob in record.blobs:
            self.blobs.setdefault(blob, number)
        return record.previous

    def _compare(self, number: int, told: int) -> None:
        """Note a record whose content says that it is another; of those that move along, the first.

        Numbers that the contents pass over, while the records count on, are of removed records.
        """
        shift = told - number
        if shift not in {0, self._shift}:
            self._note(number, f"reordered: its content says that it is record {told}")
        self._shift = shift
        passed_over = range(self._told + 1, told - self._step + 1)
        if 0 < len(passed_over) <= MOST_PASSED_OVER:
            self._skipped.append(passed_over)
        if told <= self._told:
            self._late.add(told)
        self._told = max(self._told, told)

    def _gap(self, first: int, last: int) -> None:
        if first <= last:
            self.problems.append(f"{_range(first, last)}: removed")
        self._links = ()

    def _ask_witnesses(self, seen: Head) -> None:
        for who, head in self.witnesses.items():
            if head.record == seen.record and head.hash != seen.hash:
                self._note(seen.record, f"{who} has another hash for it")

    def _note(self, number: int, what: str) -> None:
        self.problems.append(f"record {number}: {what}")


def _range(first: int, last: int) -> str:
    return f"record {first}" if first == last else f"records {first} to {last}"
