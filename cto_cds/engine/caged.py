"""Channel one: the same rules decided by durable_rules, inside the cage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.engine.block import Block, FlatRule
from cto_cds.engine.bundle import Bundle, Piece, bundled, piece_of
from cto_cds.engine.cage import Cage
from cto_cds.engine.closing import Closing
from cto_cds.engine.lookup import Lookup, settle
from cto_cds.engine.normal_form import LETTERS
from cto_cds.engine.units import APPLIES, blocks_of, comparisons_of
from cto_cds.engine.verdict import Path, Verdict, scenario_key
from cto_cds.errors import DEFECT, EngineError, Place, Problem
from cto_cds.facts.value import plain, shown
from cto_cds.rulefile.condition import leaves
from cto_cds.rulefile.model import Algorithm, Finding
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.score import Score, reachable
from cto_cds.rulefile.truth import FALSE, TRUE, UNKNOWN, Truth

TRUTH_OF = {"T": TRUE, "F": FALSE}
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class _Stage:
    """Findings that do not read each other, and what is matched for them at once."""

    findings: tuple[Finding, ...]
    bundles: tuple[Bundle, ...]


class CagedChannel(Closing):
    """Decides cases on durable_rules: it matches every condition of every rule.

    Python settles findings from what fired, adds points up, and follows the branches.

    Raises:
        EngineError: A block does not fit the cage; ``cto-cds check`` says which file it is.
    """

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._blocks = {block.id: block for block in blocks_of(pack)}
        self._comparisons = comparisons_of(self._blocks.values())
        alone = {name: piece_of(block) for name, block in self._blocks.items()}
        self._constant: dict[str, dict[str, str | None]] = {
            name: {unit: alone[name][1].get(unit) for unit, _ in block.units}
            for name, block in self._blocks.items()
        }
        ruled = {name: piece for name, (piece, _) in alone.items() if piece.ways}
        self._stages = tuple(
            _Stage(findings, tuple(bundled(_taken(findings, ruled))))
            for findings in _stages(pack.findings)
        )
        self._bundles = tuple(bundled(ruled.values()))
        self._decisions = {d.id: d for a in pack.algorithms for d in a.decisions}
        self._named: dict[tuple[str, str], tuple[int, ...]] = {}
        bundles = [*(bundle for s in self._stages for bundle in s.bundles), *self._bundles]
        matched = [bundle.block for bundle in bundles]
        self._cage = Cage([*matched, *(_grade_block(s) for s in pack.scores if s.grades)])

    def close(self) -> None:
        """Give the engine's memory back."""
        self._cage.close()

    def decide(self, lookup: Lookup) -> Verdict:
        """Decide one case; fills the findings of ``lookup``.

        Raises:
            EngineError: The engine did not answer as it must.
        """
        certain = {name: dict(constant) for name, constant in self._constant.items()}
        lookup.compare(self._comparisons)
        for stage in self._stages:
            for bundle in stage.bundles:
                self._match(bundle, lookup, certain)
            for finding in stage.findings:
                self._settle(finding, lookup, certain)
        for bundle in self._bundles:
            self._match(bundle, lookup, certain)
        fired = {name: tuple(filter(None, entries.values())) for name, entries in certain.items()}
        totals: dict[str, tuple[str, ...]] = {}
        grades: dict[str, tuple[str, ...]] = {}
        for score in self._pack.scores:
            alone = _totals(score, certain[f"score:{score.id}"])
            by_key = {score.id: alone}
            for strategy in score.scenarios:
                key = scenario_key(score.id, strategy)
                by_key[key] = _with_strategy(score, strategy, alone)
            for key, found in by_key.items():
                totals[key] = tuple([plain(total) for total in found])
                grades[key] = self._grades(score, totals[key])
        return Verdict(
            fired=fired,
            findings={
                finding.id: tuple(shown(value) for value in lookup.findings[finding.id] or ())
                for finding in self._pack.findings
            },
            totals=totals,
            grades=grades,
            paths={a.id: tuple(self._paths(a, fired)) for a in self._pack.algorithms},
        )

    def _settle(
        self, finding: Finding, lookup: Lookup, certain: Mapping[str, Mapping[str, str | None]]
    ) -> None:
        if finding.ratio:
            possible = lookup.ratio(finding)
        else:
            truths = _truths(certain[f"finding:{finding.id}"])
            possible = settle(finding, truths)
        lookup.derive(finding, possible, self._comparisons)

    def _match(
        self, bundle: Bundle, lookup: Lookup, certain: Mapping[str, dict[str, str | None]]
    ) -> None:
        """Note what fires, as the entry of its unit; several ways may make a unit certain."""
        truths = lookup.truths
        letters = {atom: LETTERS[truths[leaf.key]] for atom, leaf in bundle.atoms.items()}
        for atom, assumed in bundle.assuming.items():
            leaf = bundle.atoms[atom]
            letters[atom] = LETTERS[lookup.truths_with(leaf, assumed)[leaf.key]]
        for rule in self._cage.fire(bundle.block.id, letters):
            for block, unit, entry in bundle.certain[rule]:
                before = certain[block][unit]
                certain[block][unit] = entry
                if before is not None and before != entry:
                    found = f"'{unit}' fired as true and as false"
                    raise EngineError(Problem(Place(f"rule engine, {block}"), found, DEFECT))

    def _grades(self, score: Score, totals: Sequence[str]) -> tuple[str, ...]:
        if not score.grades:
            return ()
        named = {index for total in totals for index in self._grade(score, total)}
        return tuple(score.grades[index].name for index in sorted(named))

    def _grade(self, score: Score, total: str) -> tuple[int, ...]:
        """The grade of one total; totals are few, so the engine is asked once for each."""
        found = self._named.get((score.id, total))
        if found is None:
            fired = self._cage.fire(f"grades:{score.id}", {TOTAL: total})
            found = tuple(int(rule.partition("/")[0]) for rule in fired)
            self._named[score.id, total] = found
        return found

    def _paths(self, algorithm: Algorithm, fired: dict[str, tuple[str, ...]]) -> list[Path]:
        if f"{APPLIES}/F" in fired[f"algorithm:{algorithm.id}"]:
            return []
        paths: list[Path] = [((algorithm.first, ""),)]
        unfinished = [0]
        while unfinished:
            index = unfinished[0]
            paths[index : index + 1] = self._extended(paths[index], fired)
            unfinished = [i for i, path in enumerate(paths) if not path[-1][1]]
        return paths

    def _extended(self, path: Path, fired: dict[str, tuple[str, ...]]) -> list[Path]:
        """Return the path with each branch that is open at its last decision."""
        name = path[-1][0]
        follower = {branch.id: branch.next for branch in self._decisions[name].branches}
        return [
            (*path[:-1], (name, branch), *([(follower[branch], "")] if follower[branch] else []))
            for branch in self._open(name, fired)
        ]

    def _open(self, name: str, fired: dict[str, tuple[str, ...]]) -> list[str]:
        certain = [entry[:-2] for entry in fired[f"decision:{name}"] if entry.endswith("/T")]
        closed = {entry[:-2] for entry in fired[f"decision:{name}"] if entry.endswith("/F")}
        return certain[:1] or [
            branch.id for branch in self._decisions[name].branches if branch.id not in closed
        ]


def _stages(findings: Sequence[Finding]) -> Iterator[tuple[Finding, ...]]:
    """Yield the findings stage by stage: each reads only findings of the stages before."""
    stage_of: dict[str, int] = {}
    for finding in findings:
        read = [
            stage_of[leaf.subject.name]
            for value in finding.values
            for leaf in leaves(value.when)
            if leaf.subject.name in stage_of
        ]
        stage_of[finding.id] = max(read, default=-1) + 1
    for stage in range(max(stage_of.values(), default=-1) + 1):
        yield tuple(finding for finding in findings if stage_of[finding.id] == stage)


def _taken(findings: Sequence[Finding], ruled: dict[str, Piece]) -> Iterator[Piece]:
    """Take the pieces of findings out of the others."""
    for finding in findings:
        piece = ruled.pop(f"finding:{finding.id}", None)
        if piece is not None:
            yield piece


def _truths(certain: Mapping[str, str | None]) -> dict[str, Truth]:
    return {name: TRUTH_OF[entry[-1]] if entry else UNKNOWN for name, entry in certain.items()}


def _totals(score: Score, certain: Mapping[str, str | None]) -> tuple[Decimal, ...]:
    """The certain points as a base, and every choice of the items that did not fire."""
    holding = [c.points for c in score.items if certain[c.id] == f"{c.id}/T"]
    base = sum(holding, Decimal(0))
    unknown = [c.points for c in score.items if certain[c.id] is None]
    return tuple(base + extra for extra in reachable(unknown))


def _with_strategy(score: Score, strategy: str, totals: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """The totals once a strategy has added its points."""
    for criterion in score.criteria:
        if strategy in criterion.in_scenarios:
            totals = tuple(total + criterion.points for total in totals)
    return totals


def _grade_block(score: Score) -> Block:
    """One rule for each possible total: the engine names its grade."""
    totals = score.possible_totals
    return Block(
        f"grades:{score.id}",
        tuple(
            FlatRule(f"{index}/{plain(total)}", ((TOTAL, plain(total)),))
            for index, grade in enumerate(score.grades)
            for total in totals
            if grade.low <= total <= grade.high
        ),
    )
