"""Running the test rows that stand in rule files, and seeing what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from cto_cds.engine.alone import alone
from cto_cds.engine.effect import effect_of
from cto_cds.engine.engine import Answer, Engine
from cto_cds.engine.trace import AssociationTrace, Decided, decided
from cto_cds.errors import CtoCdsError, Place
from cto_cds.facts.begun import implied
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, Value, plain
from cto_cds.rulefile.condition import ALWAYS, Condition, Leaf, Possible, leaves, wording
from cto_cds.rulefile.model import Association, Branch, Decision, Entry, Finding, Row, Rule, Safety
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.proof import truths
from cto_cds.rulefile.reading import conditions_of
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.truth import Truth

LISTED = frozenset({"undecided", "shows", "shifts", "then", "on"})  # what a row gives as a list
ORDERED = frozenset({"then"})  # a list whose order counts
NEEDS_QUOTES = frozenset(",:#{}[]")


@dataclass(frozen=True, slots=True)
class RowResult:
    """One test row. When it failed: what it expected and what the rules said, as a file writes it.

    Without ``expected`` the row could not be decided, and ``got`` says why.
    """

    rule: str
    case: str
    place: Place
    got: str = ""
    expected: str = ""

    @property
    def passed(self) -> bool:
        """Whether the row passed."""
        return not self.got

    @property
    def told(self) -> str:
        """What went wrong, in one line."""
        return f"expected {self.expected}, got {self.got}" if self.expected else self.got


@dataclass(slots=True)
class Coverage:
    """Which conditions of a rule were seen true and false, and what was reached.

    Attributes:
        rule: The rule.
        names: What its conditions may read.
        seen: What each comparison was, by its text.
        wholes: What each whole condition was.
        reached: The ways out that rows ended in.
    """

    rule: Rule
    names: Names
    seen: dict[str, set[Truth]] = field(default_factory=dict)
    wholes: dict[Condition, set[Truth]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)

    def note(self, condition: Condition, found: Decided) -> None:
        """Note what a condition was in one row; a fact read as a word while unknown is unknown."""
        for seen in found.seen:
            truth = Truth.UNKNOWN if seen.assumed else seen.truth
            self.seen.setdefault(seen.leaf.text, set()).add(truth)
        assumed = any(seen.assumed for seen in found.seen)
        truth = Truth.UNKNOWN if assumed else found.truth
        self.wholes.setdefault(condition, set()).add(truth)

    def missing(self) -> list[str]:
        """Return one line for each comparison, condition or way out that no row shows."""
        lines = []
        for condition in conditions_of(self.rule) if self.rule.rows else ():
            for leaf in leaves(condition):
                wanted = truths(leaf, self.names) | {Truth.UNKNOWN}
                lines += _lacking(leaf, wanted, self.seen.get(leaf.text, set()))
            wanted = truths(condition, self.names)
            if isinstance(self.rule, Safety):
                wanted.add(Truth.UNKNOWN)
            if not isinstance(condition, Leaf) and condition != ALWAYS:
                lines += _lacking(condition, wanted, self.wholes.get(condition, set()))
        lines.extend(f"'{name}' is never reached" for name in _outputs(self.rule) - self.reached)
        return sorted(set(lines))


class Decides(Protocol):
    """Anything that decides cases with the rules of a pack."""

    @property
    def pack(self) -> Pack:
        """The rules."""

    def decide(self, sheet: FactSheet, given: Mapping[str, Possible] | None = None) -> Answer:
        """Decide one case."""


def rows_pass(engine: Decides, rule: Rule) -> bool:
    """Say whether every test row of a rule passes."""
    coverage = Coverage(rule, names_in(engine.pack))
    return all(run_row(engine, rule, row, coverage).passed for row in rule.rows)


def names_in(pack: Pack) -> Names:
    """Return what the rules of a pack may name."""
    shapes = {rule.id: FindingShape(rule.id, rule.words) for rule in pack.findings}
    return Names(pack.vocabulary, shapes)


def _lacking(condition: Condition, wanted: set[Truth], seen: set[Truth]) -> list[str]:
    lacking = " or ".join(truth.value for truth in Truth if truth in wanted - seen)
    whole = "" if isinstance(condition, Leaf) else " as a whole"
    return [f"{wording(condition)}{whole} is never {lacking}"] if lacking else []


def run_rows(pack: Pack, rules: Iterable[Rule]) -> Iterator[tuple[list[RowResult], Coverage]]:
    """Run every row of each rule through both channels; the findings and the rule are in force."""
    names = names_in(pack)
    for rule in rules:
        coverage = Coverage(rule, names)
        with Engine(alone(pack, rule)) as engine:
            results = [run_row(engine, rule, row, coverage) for row in rule.rows]
        yield results, coverage


def sheet_of(row: Row, pack: Pack) -> FactSheet:
    """Return the facts of a row as a case of its own."""
    present = {path.partition(".")[0] for path in row.facts}
    readings = {path: Reading(path, value) for path, value in row.facts.items()}
    readings.update(implied(readings, present, pack.vocabulary, "test row"))
    return FactSheet(row.case, readings)


def run_row(engine: Decides, rule: Rule, row: Row, coverage: Coverage) -> RowResult:
    """Run one row of a rule, and note in the coverage what it shows."""
    given = {name: None if value is None else (value,) for name, value in row.findings.items()}
    try:
        answer = engine.decide(sheet_of(row, engine.pack), given)
    except CtoCdsError as fault:
        return RowResult(rule.id, row.case, row.place, str(fault))
    got, found = _observed(rule, answer)
    for condition, truth in zip(conditions_of(rule), found, strict=True):
        coverage.note(condition, truth)
    coverage.reached |= _reached(rule, got)
    wanted = {key: list(texts) for key, texts in row.expect.entries.items()}
    if row.expect.text:
        wanted = {"": [row.expect.text]}
    differing = {key for key, texts in wanted.items() if not _same(key, texts, got.get(key))}
    if differing or not wanted:
        told = {key: got[key] for key in wanted if key in got} or got
        expected = _as_written(wanted) if wanted else "nothing"
        return RowResult(rule.id, row.case, row.place, _as_written(told), expected)
    return RowResult(rule.id, row.case, row.place)


def _as_written(entries: Mapping[str, Sequence[str]]) -> str:
    """Return what a row expects, or should, as its author writes it in YAML."""
    if "" in entries:
        return _word(entries[""])
    return "{" + ", ".join(f"{key}: {_value(key, found)}" for key, found in entries.items()) + "}"


def _value(key: str, texts: Sequence[str]) -> str:
    if key in LISTED:
        return "[" + ", ".join(_word([text]) for text in texts) + "]"
    return _word(texts)


def _word(texts: Sequence[str]) -> str:
    text = " or ".join(texts)
    return f'"{text}"' if NEEDS_QUOTES & set(text) else text


def _same(key: str, wanted: list[str], got: list[str] | None) -> bool:
    if got is None:
        return False
    if key in ORDERED:
        return wanted == got
    split = [part for text in wanted for part in text.split(" or ")]
    return sorted(split) == sorted(got)


def _observed(rule: Rule, answer: Answer) -> tuple[Mapping[str, list[str]], list[Decided]]:
    """Return what a row may expect of a rule, and the conditions that were decided for it."""
    trace = answer.trace
    if isinstance(rule, Score):
        score = next(s for s in trace.scores if s.rule is rule)
        conditions = [score.applies, *score.criteria, *score.remarks]
        if score.applies.truth is Truth.FALSE:
            return {"": ["not applicable"]}, conditions
        by_strategy = {name: [_span(found)] for name, (found, _) in score.scenarios.items()}
        by_strategy |= {f"{name} grade": list(g) for name, (_, g) in score.scenarios.items()}
        got = {"score": [_span(score.totals)], "grade": list(score.grades), **by_strategy}
        return got, conditions
    if isinstance(rule, Association):
        association = next(a for a in trace.associations if a.rule is rule)
        ids = [entry.id for entry, _, _ in shown_entries(association)]
        return {"shows": ids}, [association.applies, *association.entries]
    if isinstance(rule, Finding):
        finding = trace.findings[rule.id]
        word = finding.possible[0] if len(finding.possible) == 1 else "unknown"
        return {"is": [word]}, list(finding.values)
    if isinstance(rule, Decision):
        return _decision(rule, answer)
    if isinstance(rule, Safety):
        safety = next(s for s in trace.safety if s.rule is rule)
        said = {"effect": [effect_of(safety) or "none"], "on": list(rule.on)}
        return said | ({"instead": [rule.instead]} if rule.instead else {}), [safety.danger]
    if isinstance(rule, Policy):
        holding = [s.rule.id for s in trace.shifts if s.holds.truth is Truth.TRUE]
        return {"shifts": holding}, [shift.holds for shift in trace.shifts]
    return {}, []


def _span(totals: Sequence[Decimal]) -> str:
    return " to ".join(plain(total) for total in sorted({totals[0], totals[-1]}))


def shown_entries(
    association: AssociationTrace,
) -> Iterator[tuple[Entry, str, Value]]:
    """Yield the associations that a case shows, each with the place and value it is about."""
    if association.applies.truth is Truth.FALSE:
        return
    rule = association.rule
    for entry, holds, value in zip(
        rule.entries, association.entries, association.values, strict=True
    ):
        if holds.truth is Truth.TRUE and value is not None:
            yield entry, *value


def _decision(rule: Decision, answer: Answer) -> tuple[Mapping[str, list[str]], list[Decided]]:
    """Decide a node on its own, whether or not a path leads to it in this case."""
    conditions = [decided(branch.when, answer.lookup) for branch in rule.branches]
    named = list(zip(rule.branches, conditions, strict=True))
    certain = [branch.id for branch, found in named if found.truth is Truth.TRUE]
    if certain:
        then = [
            text for branch in rule.branches if branch.id in certain for text in then_of(branch)
        ]
        return {"branch": certain, "then": then}, conditions
    missing = {
        seen.leaf.subject.name
        for found in conditions
        if found.truth is Truth.UNKNOWN
        for seen in found.unknown
    }
    return {"undecided": sorted(missing)}, conditions


def then_of(branch: Branch) -> list[str]:
    """Return what follows from a branch, as a row writes it: the next question, or the options."""
    options = [_option(option.strategy, option.techniques) for option in branch.recommend]
    added = [_option(strategy, names) for strategy, names in branch.techniques.items()]
    moved = [f"tried {branch.tried}"] if branch.tried else []
    return [*([branch.next] if branch.next else options or ["nothing"]), *added, *moved]


def _option(strategy: str, techniques: Sequence[str]) -> str:
    return f"{strategy} by {' and '.join(techniques)}" if techniques else strategy


def _outputs(rule: Rule) -> set[str]:
    if isinstance(rule, Score):
        return {grade.name for grade in rule.grades}
    if isinstance(rule, Association):
        return {entry.id for entry in rule.entries}
    if isinstance(rule, Finding):
        return set(rule.words)
    if isinstance(rule, Decision):
        return {branch.id for branch in rule.branches}
    if isinstance(rule, Safety):
        return {rule.effect, "none", *_effect_unknown(rule)}
    return {shift.id for shift in rule.shifts} if isinstance(rule, Policy) else set()


def _effect_unknown(rule: Safety) -> set[str]:
    """Return what a safety rule does while it is unknown, if no word is read in its place."""
    paths = [leaf.subject.paths for leaf in leaves(rule.when)]
    open_ones = [found for found in paths if not rule.read_unknown_as.keys() & set(found)]
    return {rule.if_unknown} & {"veto", "caution"} if open_ones else set()


def _reached(rule: Rule, got: Mapping[str, list[str]]) -> set[str]:
    if isinstance(rule, Score):
        certain = [texts for key, texts in got.items() if key.endswith("grade") and len(texts) == 1]
        return {texts[0] for texts in certain}
    if isinstance(rule, Decision | Safety):
        got = {key: texts for key, texts in got.items() if key in {"branch", "effect"}}
    return {text for texts in got.values() for text in texts}
