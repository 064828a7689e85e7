"""The typed rules. Every part knows its source, how far it was verified, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from cto_cds.errors import Place
from cto_cds.facts.value import Value
from cto_cds.rulefile.condition import Condition, Subject
from cto_cds.rulefile.here import NO_SENTENCE, Sentence
from cto_cds.rulefile.truth import Truth

Verified = Literal["primary", "secondary", "unverified"]
"""How far something was checked: read in the paper or its abstract, elsewhere, or not at all."""

VERIFIED: tuple[Verified, ...] = ("primary", "secondary", "unverified")
CENTER = "center"
"""The group of what lacks at a centre: nothing does until somebody says so."""

STATUSES = ("draft", "reviewed", "retired")


def weakest(*levels: Verified) -> Verified:
    """Return the weakest of the verified levels."""
    return max(levels, key=VERIFIED.index)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was published."""

    cite: str
    doi: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A sentence on how far a rule can be trusted, always shown with its result.

    One that holds a published figure has a source and a level of its own; a plain sentence has
    none.
    """

    text: str
    place: Place = field(compare=False)
    source: Source | None = None
    verified: Verified = "primary"

    @property
    def shown(self) -> str:
        """The sentence, with a mark while it is not verified."""
        return self.text if self.verified != "unverified" else f"{self.text} (unverified)"


@dataclass(frozen=True, slots=True)
class Header:
    """What every rule file starts with.

    ``signed_by`` names the clinicians who signed it off, ``to_verify`` what would verify the parts
    that are not verified.
    """

    id: str
    version: str
    title: str
    kind: str
    status: str
    verified: Verified
    purpose: str
    source: Source
    limits: tuple[Limit, ...]
    signed_by: tuple[str, ...]
    to_verify: tuple[str, ...]
    place: Place

    @property
    def limits_shown(self) -> tuple[str, ...]:
        """The limits as a person reads them."""
        return tuple([limit.shown for limit in self.limits])


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a test row expects: plain keys and texts, as written."""

    entries: Mapping[str, tuple[str, ...]]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One test row, with ``like`` resolved: the readings given, and what is expected."""

    case: str
    facts: Mapping[str, Value | None]
    findings: Mapping[str, Value | None]
    expect: Expectation
    place: Place


@dataclass(frozen=True)
class Rule:
    """What all kinds of rule files share."""

    header: Header
    rows: tuple[Row, ...]
    meaning: str = field(repr=False)

    @cached_property
    def id(self) -> str:
        """The id of the rule."""
        return self.header.id


@dataclass(frozen=True, slots=True)
class Entry:
    """One association of one study: a variable, an end-point, a model, an odds ratio.

    Attributes:
        of: The fact it is about; its value is shown.
        when: What must hold for it to be shown; always, once the fact is known, unless stated.
    """

    id: str
    of: Subject
    when: Condition
    per: str
    endpoint: str
    model: str
    odds_ratio: Decimal
    low: Decimal
    high: Decimal
    p: str
    verified: Verified
    source: Source
    place: Place


@dataclass(frozen=True, slots=True)
class Association(Rule):
    """What one study found without giving a score."""

    population: str
    applies_to: Condition
    endpoints: Mapping[str, str]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A strategy that a branch recommends, with its techniques; or one technique alone."""

    strategy: str
    techniques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a decision.

    ``verified`` speaks for its condition and its first option, ``fallback_verified`` for the
    order of the options behind the first. ``first_do`` belongs to ``first_do_for``, or to any way
    where that is empty. With ``counts_once_known`` a way over it counts in the order only where it
    is known to be taken, or no other way is possible.
    """

    id: str
    when: Condition
    recommend: tuple[Option, ...]
    next: str
    because: str
    techniques: Mapping[str, tuple[str, ...]]
    tried: str
    first_do: str
    verified: Verified
    fallback_verified: Verified
    source: Source
    place: Place
    first_do_for: tuple[str, ...] = ()
    counts_once_known: bool = False


@dataclass(frozen=True, slots=True)
class Decision(Rule):
    """One decision of an algorithm."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Algorithm(Rule):
    """One published algorithm: where it starts and for whom it is.

    With ``counts_while_unknown`` it counts in the order unless it is known that it does not apply,
    as a limit does.
    """

    first: str
    applies_to: Condition
    decisions: tuple[Decision, ...] = ()
    counts_while_unknown: bool = False

    @cached_property
    def by_id(self) -> Mapping[str, Decision]:
        """The decisions by their ids."""
        return {decision.id: decision for decision in self.decisions}

    def counts_as(self, applies: Truth) -> Truth:
        """Return whether it counts in the order, by whether it applies."""
        return Truth.TRUE if applies is Truth.UNKNOWN and self.counts_while_unknown else applies


@dataclass(frozen=True, slots=True)
class FindingValue:
    """One value that a finding may take."""

    word: str
    when: Condition
    because: str
    verified: Verified
    source: Source
    place: Place


@dataclass(frozen=True, slots=True)
class Finding(Rule):
    """A fact derived from facts.

    Attributes:
        values: The words it may take; empty for a ratio.
        first_known: Whether the first value known to hold is taken, instead of exactly one.
        ratio: The paths of numerator and denominator; empty for words.
        at_limit: By the name of a number, what to know where it sits exactly on a limit.
    """

    values: tuple[FindingValue, ...]
    first_known: bool
    ratio: tuple[str, ...] = ()
    at_limit: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """The words it may take, each once."""
        return tuple(dict.fromkeys(value.word for value in self.values))


@dataclass(frozen=True, slots=True)
class Safety(Rule):
    """A veto or caution on strategies or techniques, or advice.

    ``because_silent`` says why a veto that may hold holds nothing back; it may be empty.
    ``instead`` names the strategy that comes first when the veto holds; it may be empty.
    Advice changes no rank. ``about`` is the heading it stands under, ``ready`` names what should
    be at hand, and ``bars`` says that what it is on cannot be done by this operator or here. With
    ``warns`` it stands among the warnings of the result as well, and its ``first_do`` is a step
    that comes before everything else. ``contradicts`` says that it holds where two facts
    contradict each other, so that no plan which turns with one of them is settled, and ``here``
    tells figures of the patient once they are known. Of ``here_unknown`` the first sentence whose
    figures are known takes the place of ``because_unknown``. What a rule
    lacks is asked for unless ``asks`` says no: two facts that may contradict each other are no gap.
    """

    effect: str
    on: tuple[str, ...]
    read_unknown_as: Mapping[str, str]
    when: Condition
    if_unknown: str
    because: str
    because_unknown: str
    because_silent: str
    instead: str
    about: str = ""
    ready: tuple[str, ...] = ()
    bars: bool = False
    warns: bool = False
    first_do: str = ""
    contradicts: bool = False
    here: Sentence = NO_SENTENCE
    here_unknown: tuple[Sentence, ...] = ()
    asks: bool = True


@dataclass(frozen=True, slots=True)
class RiskPlace:
    """Where scores of risk count a strategy that they do not name.

    ``counts_as`` is the strategy with whose total it goes; empty when it goes with none.
    """

    counts_as: str
    because: str
    verified: Verified
    source: Source
    place: Place


@dataclass(frozen=True, slots=True)
class Technique:
    """A strategy, technique or class of equipment, as the pack describes it.

    ``role`` is the part of a procedure in which a technique is used, ``equipment`` what it needs,
    ``one_of`` classes of which one is enough, and ``examples`` are products of a class of
    equipment. A group names its ``members``. ``risk`` is None for what scores of risk name
    themselves, and for what no plan ranks. ``to_verify`` is that of the whole page.
    """

    id: str
    title: str
    section: str
    role: str
    equipment: tuple[str, ...]
    examples: tuple[str, ...]
    text: Mapping[str, str]
    verified: Verified
    source: Source | None
    place: Place
    to_verify: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    risk: RiskPlace | None = None
    one_of: tuple[str, ...] = ()

    @property
    def things(self) -> tuple[str, ...]:
        """All equipment that it is done with, also what can stand in for each other."""
        return (*self.equipment, *self.one_of)

    def needs(self, missing: Collection[str]) -> tuple[str, ...]:
        """Return its equipment where this is missing: a class that another replaces is left out."""
        left = tuple(name for name in self.one_of if name not in missing)
        return (*self.equipment, *(left or self.one_of))

    @property
    def is_equipment(self) -> bool:
        """Whether it is a thing to have, and nothing to do."""
        return self.section == "equipment"
