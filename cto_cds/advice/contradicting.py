"""Whether the first choice turns with readings that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cto_cds.advice.differing import Disputes, differing
from cto_cds.advice.safety import Guard
from cto_cds.advice.whatif import Asker
from cto_cds.advice.words import unique
from cto_cds.engine.lookup import Seen
from cto_cds.engine.trace import Decided
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Value
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


def contradictions(disputes: Disputes, guards: Iterable[Guard]) -> Contradictions:
    """Return what contradicts itself in a case: two places of one fact, or two facts."""
    return Contradictions(
        disputes.sheet,
        tuple(differing(disputes)),
        tuple(guard.trace.danger for guard in guards if guard.trace.rule.contradicts),
        disputes.pack,
    )


class Contradictions:
    """What contradicts itself in a case.

    Args:
        sheet: The facts.
        names: The facts that two places read differently.
        pairs: The conditions that hold because facts contradict each other.
        pack: The rules.
    """

    def __init__(
        self, sheet: FactSheet, names: tuple[str, ...], pairs: tuple[Decided, ...], pack: Pack
    ) -> None:
        self._sheet = sheet
        self._names = names
        self._pairs = pairs
        self._vocabulary = pack.vocabulary

    def __bool__(self) -> bool:
        return bool(self._names or self._pairs)

    def turning(self, asker: Asker) -> tuple[str, ...]:
        """Return the places with another first choice once one of the readings is corrected."""
        first = asker.base.first
        ways = (*self._one_place(), *self._one_fact(asker))
        return unique(
            path for changes in ways if asker.first_with(changes) != first for path in changes
        )

    def _one_place(self) -> Iterator[Mapping[str, Value]]:
        """What each of two places says, taken as what both say."""
        for name in self._names:
            groups = self._vocabulary.facts[name].groups
            said = {
                path: value
                for path in (f"{group}.{name}" for group in groups)
                if (value := self._sheet.known(path)) is not None
            }
            for value in dict.fromkeys(said.values()):
                yield dict.fromkeys(said, value)

    def _one_fact(self, asker: Asker) -> Iterator[Mapping[str, Value]]:
        """Each of two facts, corrected to what no longer contradicts the other."""
        for danger in self._pairs:
            for seen in danger.deciding:
                if seen.path in self._vocabulary.by_path:
                    for cell in asker.cells(seen.path):
                        if _truth_with(danger, seen, cell.value) is not Truth.TRUE:
                            yield {seen.path: cell.value}


def _truth_with(danger: Decided, seen: Seen, value: Value) -> Truth:
    """What becomes of a condition when one fact of it has another value."""
    truths = {one.leaf.key: one.truth for one in danger.seen}
    truths |= {
        one.leaf.key: one.leaf.decide((value,)) for one in danger.seen if one.path == seen.path
    }
    return danger.condition.truth_in(truths)
