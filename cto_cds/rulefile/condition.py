"""Conditions: one comparison in words per leaf, combined by all, any and not."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from cto_cds.errors import NOWHERE, Place
from cto_cds.facts.value import Quantity, Value, plain, shown
from cto_cds.rulefile import truth
from cto_cds.rulefile.truth import FALSE, TRUE, UNKNOWN, Truth

Possible = tuple[Value, ...] | None
"""What a subject may still be: None for anything, one value for known, several for some."""

ORDER: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a comparison is about: one fact, read in one of several places, or one finding.

    Attributes:
        name: The name as the file writes it; two names for the same places are one subject.
        paths: Where it is read, best first; for a finding its id alone.
        finding: Whether it is a finding.
    """

    name: str = field(compare=False)
    paths: tuple[str, ...]
    finding: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "paths", tuple(map(sys.intern, self.paths)))


@dataclass(frozen=True)
class Leaf:
    """One comparison.

    Attributes:
        subject: What is compared.
        operator: One of :data:`ORDER`, or ``is``, ``includes``, ``ends with``, ``is empty``.
        limit: The number of an ordered comparison.
        words: The words of ``is``, ``includes`` and ``ends with``.
        text: The comparison as written.
        place: Where it stands.
        key: What tells comparisons apart: its text, and where it is read.
    """

    subject: Subject
    operator: str
    text: str
    limit: Quantity | None = None
    words: tuple[str, ...] = ()
    place: Place = NOWHERE
    flat: ClassVar[bool] = True
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", sys.intern("; ".join((self.text, *self.subject.paths))))

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """This comparison alone."""
        return (self,)

    @property
    def different(self) -> tuple[Leaf, ...]:
        """This comparison alone."""
        return (self,)

    @property
    def findings(self) -> tuple[str, ...]:
        """The finding that it reads, if any."""
        return (self.subject.name,) if self.subject.finding else ()

    @cached_property
    def _test(self) -> Callable[[Value], bool]:
        words, limit, compare = set(self.words), self.limit, ORDER.get(self.operator)
        if self.operator == "is empty":
            return lambda value: value == ()
        if self.operator == "includes":
            return lambda value: isinstance(value, tuple) and not words.isdisjoint(value)
        if self.operator == "ends with":
            return lambda value: isinstance(value, tuple) and not words.isdisjoint(value[-1:])
        if compare is None or limit is None:
            return lambda value: isinstance(value, str) and value in words
        return lambda value: isinstance(value, Quantity) and compare(value.number, limit.number)

    def truth_in(self, truths: Mapping[str, Truth]) -> Truth:
        """Return its truth, given the truth of each comparison by its key."""
        return truths[self.key]

    def deciding(self, _truths: Mapping[str, Truth]) -> tuple[Leaf, ...]:
        """Return itself, as it alone makes it so."""
        return (self,)

    def decide(self, possible: Possible) -> Truth:
        """Return the truth of this comparison for what the subject may still be."""
        if possible is None:
            return UNKNOWN
        if len(possible) == 1:
            return self._holds(possible[0])
        found = {self._holds(value) for value in possible}
        return found.pop() if len(found) == 1 else UNKNOWN

    def _holds(self, value: Value) -> Truth:
        if self.limit is not None and not isinstance(value, Quantity):
            return UNKNOWN  # a word such as "indeterminate" in place of the number
        return TRUE if self._test(value) else FALSE

    def at_limit(self, possible: Possible) -> bool:
        """Say whether the value sits exactly on the limit of this comparison."""
        return (
            self.limit is not None
            and possible is not None
            and len(possible) == 1
            and isinstance(possible[0], Quantity)
            and possible[0].number == self.limit.number
        )

    def shown(self, possible: Possible, found: Truth) -> str:
        """Return the comparison with value and truth in it, such as ``24 mm >= 20 mm``."""
        if possible is None:
            return f"unknown ({self.test})"
        values = " or ".join([shown(value) for value in possible])
        if found is Truth.UNKNOWN:
            return f"{values} ({self.test}?)"
        if found is Truth.FALSE:
            return f"{values}, not {self.test}"
        return values if self.limit is None else f"{values} {self.test}"

    @cached_property
    def test(self) -> str:
        """The comparison without its subject, such as ``>= 20 mm`` or ``blunt``."""
        if self.limit is not None:
            return f"{self.operator} {plain(self.limit.number)} {self.limit.unit}".rstrip()
        words = " or ".join(self.words)
        return f"{words} last" if self.operator == "ends with" else words or self.operator


@dataclass(frozen=True)
class _Parts:
    """Several conditions joined.

    Attributes:
        parts: The conditions.
        leaves: Every comparison in them, in the order of the file.
        different: The same, each once.
        findings: The findings that they read.
        settling: The truth that the whole has as soon as one part has it.
        otherwise: The truth that the whole has when no part is unknown or settles it.
    """

    settling: ClassVar[Truth]
    otherwise: ClassVar[Truth]

    parts: tuple[Condition, ...]
    leaves: tuple[Leaf, ...] = field(init=False, repr=False, compare=False)
    different: tuple[Leaf, ...] = field(init=False, repr=False, compare=False)
    findings: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _joined: tuple[Condition, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = tuple(leaf for part in self.parts for leaf in leaves(part))
        object.__setattr__(self, "leaves", found)
        once = tuple({leaf.key: leaf for leaf in found}.values())
        object.__setattr__(self, "different", once)
        names = tuple(leaf.subject.name for leaf in once if leaf.subject.finding)
        object.__setattr__(self, "findings", names)
        keys = tuple(part.key for part in self.parts if isinstance(part, Leaf))
        object.__setattr__(self, "_keys", keys)
        joined = tuple(part for part in self.parts if not isinstance(part, Leaf))
        object.__setattr__(self, "_joined", joined)

    def truth_in(self, truths: Mapping[str, Truth]) -> Truth:
        """Return its truth, given the truth of each comparison by its key."""
        settling, whole = self.settling, self.otherwise
        for key in self._keys:
            found = truths[key]
            if found is settling:
                return found
            if found is UNKNOWN:
                whole = found
        for part in self._joined:
            found = part.truth_in(truths)
            if found is settling:
                return found
            if found is UNKNOWN:
                whole = found
        return whole

    @property
    def flat(self) -> bool:
        """Whether its parts are comparisons, so that those decide it that are what it is."""
        return not self._joined

    def deciding(self, truths: Mapping[str, Truth]) -> tuple[Leaf, ...]:
        """Return the comparisons that alone make it what it is."""
        whole = self.truth_in(truths)
        alike = [part for part in self.parts if part.truth_in(truths) is whole]
        return tuple([leaf for part in alike for leaf in part.deciding(truths)])


@dataclass(frozen=True)
class All(_Parts):
    """True when every part is true: false when one is false, else unknown when one is unknown."""

    settling = FALSE
    otherwise = TRUE


@dataclass(frozen=True)
class Any(_Parts):
    """True when one part is true; else unknown when one is unknown, else false."""

    settling = TRUE
    otherwise = FALSE


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is false."""

    part: Condition
    flat: ClassVar[bool] = False

    def truth_in(self, truths: Mapping[str, Truth]) -> Truth:
        """Return the opposite of the part; the opposite of unknown is unknown."""
        return truth.negation(self.part.truth_in(truths))

    def deciding(self, truths: Mapping[str, Truth]) -> tuple[Leaf, ...]:
        """Return the comparisons that alone make it what it is."""
        return self.part.deciding(truths)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every comparison in it, in the order of the file."""
        return self.part.leaves

    @property
    def different(self) -> tuple[Leaf, ...]:
        """The same, each once."""
        return self.part.different

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings that it reads."""
        return self.part.findings


Condition = Leaf | All | Any | Not
ALWAYS = All(())


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """Return every comparison, in the order of the file."""
    return condition.leaves


def wording(condition: Condition) -> str:
    """Return a condition on one line, each comparison in quotes."""
    if isinstance(condition, Leaf):
        return f"'{condition.text}'"
    if isinstance(condition, Not):
        return f"not {_enclosed(condition.part)}"
    joint = " and " if isinstance(condition, All) else " or "
    return joint.join(map(_enclosed, condition.parts))


def _enclosed(condition: Condition) -> str:
    told = wording(condition)
    return told if isinstance(condition, Leaf | Not) else f"({told})"
