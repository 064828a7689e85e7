"""A rule pack: every rule in force, typed, with the texts it was read from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from operator import itemgetter

from cto_cds.errors import Place
from cto_cds.facts.vocabulary import Vocabulary
from cto_cds.rulefile.condition import Leaf, leaves
from cto_cds.rulefile.model import Algorithm, Association, Finding, Rule, Safety, Technique
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.reading import conditions_of
from cto_cds.rulefile.score import Score


@dataclass(frozen=True, slots=True)
class Replaced:
    """A rule of an earlier layer that a later layer took the place of.

    Attributes:
        id: The rule.
        layer: The layer it was in.
        by_layer: The layer that took its place.
        kind: What kind of rule both are.
    """

    id: str
    layer: str
    by_layer: str
    kind: str

    @property
    def safety(self) -> bool:
        """Whether a safety rule was replaced."""
        return self.kind == "safety"


GONE = "gone"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that is on file or recorded, and not in force.

    Attributes:
        id: The rule.
        why: ``draft``, ``retired``, or ``gone``: recorded, and without a file.
        layer: The layer that has the file or the record.
        place: Where that stands.
        kind: What kind of rule it is; empty for one that is gone, as no record tells it.
        rule: A safety rule as its file has it; None when it cannot be read.
        instead: The layer whose rule of the same id is in force; empty when none is.
    """

    id: str
    why: str
    layer: str
    place: Place
    kind: str = ""
    rule: Safety | None = None
    instead: str = ""

    @property
    def safety(self) -> bool:
        """Whether it is a safety rule, or may have been one."""
        return self.kind in {"safety", ""}


@dataclass(frozen=True)
class Pack:
    """All rules in force.

    Attributes:
        vocabulary: The facts.
        techniques: Strategies, techniques and equipment, by id.
        findings: In the order in which they depend on each other.
        scores, associations, algorithms, safety: In the order of their ids.
        policy: The ranking policy.
        archive: Every text of the pack, as canonical JSON; what the audit store keeps.
        replaced: What local rules took the place of.
        left_out: What is on file or recorded, and not in force.
    """

    vocabulary: Vocabulary
    techniques: Mapping[str, Technique]
    findings: tuple[Finding, ...]
    scores: tuple[Score, ...]
    associations: tuple[Association, ...]
    algorithms: tuple[Algorithm, ...]
    safety: tuple[Safety, ...]
    policy: Policy
    archive: bytes
    replaced: tuple[Replaced, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @cached_property
    def paths_read(self) -> frozenset[str]:
        """Every place that some rule reads."""
        found = {path for finding in self.findings for path in finding.ratio}
        for association in self.associations:
            found.update(path for entry in association.entries for path in entry.of.paths)
        told = (s for rule in self.safety for s in (rule.here, *rule.here_unknown))
        found.update(path for sentence in told for path in sentence.paths)
        return frozenset(found.union(*(leaf.subject.paths for leaf in self._leaves)))

    @cached_property
    def limiting(self) -> Mapping[str, tuple[Leaf, ...]]:
        """The comparisons of each fact with a limit, by its name, the limits rising."""
        found: dict[str, list[tuple[Decimal, Leaf]]] = {}
        for leaf in self._leaves:
            if leaf.limit is not None and not leaf.subject.finding:
                name = leaf.subject.paths[0].partition(".")[2]
                found.setdefault(name, []).append((leaf.limit.number, leaf))
        return {
            name: tuple([leaf for _, leaf in sorted(compared, key=itemgetter(0))])
            for name, compared in found.items()
        }

    @cached_property
    def unsigned(self) -> tuple[Rule, ...]:
        """The rules that no clinician has signed off."""
        return tuple(rule for rule in self.rules() if not rule.header.signed_by)

    @cached_property
    def drafts(self) -> tuple[Rule, ...]:
        """The rules that nobody has reviewed."""
        return tuple(rule for rule in self.rules() if rule.header.status == "draft")

    @cached_property
    def comparisons_of_finding(self) -> Mapping[str, tuple[Leaf, ...]]:
        """The comparisons that each finding makes, by its id."""
        return {
            finding.id: tuple(leaf for value in finding.values for leaf in leaves(value.when))
            for finding in self.findings
        }

    @cached_property
    def findings_of_rule(self) -> Mapping[str, frozenset[str]]:
        """The findings that the conditions of each rule read, by its id."""
        return {
            rule.id: frozenset(n for condition in conditions_of(rule) for n in condition.findings)
            for rule in self.rules()
        }

    @cached_property
    def facts_of_rule(self) -> Mapping[str, frozenset[str]]:
        """The names of the facts that each rule reads, itself or through findings, by its id."""
        found: dict[str, frozenset[str]] = {}
        for rule in self.rules():  # findings come first, in the order in which they need each other
            compared = [leaf.subject for c in conditions_of(rule) for leaf in leaves(c)]
            own = {s.paths[0].partition(".")[2] for s in compared if not s.finding}
            through = [found[s.paths[0]] for s in compared if s.finding]
            found[rule.id] = frozenset(own).union(*through)
        return found

    @cached_property
    def with_limits(self) -> frozenset[str]:
        """The rules that compare a number with a limit."""
        return frozenset(
            rule.id
            for rule in self.rules()
            if any(leaf.limit for condition in conditions_of(rule) for leaf in leaves(condition))
        )

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of strategies, then of techniques, where equals are put in order."""
        names = dict.fromkeys((*self.policy.tie_order, *self.techniques))
        return {name: place for place, name in enumerate(names)}

    @property
    def _leaves(self) -> Iterator[Leaf]:
        for rule in self.rules():
            for condition in conditions_of(rule):
                yield from leaves(condition)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the archive: what provenance and audit name."""
        return "sha256:" + hashlib.sha256(self.archive).hexdigest()

    @property
    def strategies(self) -> tuple[str, ...]:
        """The ids of all strategies, in the order of the file."""
        return tuple(t.id for t in self.techniques.values() if t.section == "strategies")

    @cached_property
    def only_end_the_attempt(self) -> frozenset[str]:
        """The algorithms that name nothing but what ends the attempt, and may name nothing."""
        ending = {*self.policy.ends_attempt}
        return frozenset(
            algorithm.id
            for algorithm in self.algorithms
            if all(
                option.strategy in ending
                for decision in algorithm.decisions
                for branch in decision.branches
                for option in branch.recommend
            )
        )

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The members of each technique that is a group."""
        return {t.id: t.members for t in self.techniques.values() if t.members}

    def with_groups(self, names: Collection[str]) -> frozenset[str]:
        """Return these techniques, and the groups of which every member is among them."""
        fallen = (group for group, members in self.groups.items() if {*members} <= {*names})
        return frozenset((*names, *fallen))

    def lacking(self, missing: Collection[str]) -> frozenset[str]:
        """Return what is missing, with the techniques that need something of it."""
        need = (
            t.id for t in self.techniques.values() if not {*missing}.isdisjoint(t.needs(missing))
        )
        return frozenset((*missing, *need)) if missing else frozenset()

    def needed_only_by(self, names: Collection[str]) -> tuple[str, ...]:
        """Return the equipment that nothing but these strategies and techniques needs."""
        theirs = [t for t in self.techniques.values() if t.id in names]
        things = dict.fromkeys(thing for technique in theirs for thing in technique.things)
        if not things:
            return ()
        others = [t for t in self.techniques.values() if t.id not in names]
        elsewhere = {thing for technique in others for thing in technique.things}
        return tuple(thing for thing in things if thing not in elsewhere)

    def rules(self) -> tuple[Rule, ...]:
        """Return every rule that has an id, a version and test rows."""
        return self._rules

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        decisions = [decision for algorithm in self.algorithms for decision in algorithm.decisions]
        return (
            *self.findings,
            *self.scores,
            *self.associations,
            *self.algorithms,
            *decisions,
            *self.safety,
            self.policy,
        )

    def names(self) -> dict[str, str]:
        """Return the title of everything that a result may name by its id."""
        return {
            **{technique.id: technique.title for technique in self.techniques.values()},
            **{path: fact.title for path, fact in self.vocabulary.by_path.items()},
            **{rule.id: rule.header.title for rule in self.rules()},
        }

    def title(self, name: str) -> str:
        """Return the title of a strategy, technique, fact or finding."""
        return self._titles.get(name) or name.replace("_", " ")

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {
            **{finding.id: finding.header.title for finding in self.findings},
            **{path: fact.title for path, fact in self.vocabulary.by_path.items()},
            **{technique.id: technique.title for technique in self.techniques.values()},
        }
