"""The units that are decided: every condition of a pack under a name, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cto_cds.engine.lookup import Comparisons
from cto_cds.rulefile.condition import Condition
from cto_cds.rulefile.pack import Pack


@dataclass(frozen=True, slots=True)
class UnitBlock:
    """The conditions of one rule file, or of one part of it.

    Attributes:
        id: Its name, such as ``score:j_cto``.
        units: The conditions by name, in the order of the file.
        read_unknown_as: Facts that are read as a given word here while they are unknown.
    """

    id: str
    units: tuple[tuple[str, Condition], ...]
    read_unknown_as: Mapping[str, str] = field(default_factory=dict)


APPLIES = "applies_to"
DANGER = "danger"
HOLDS = "holds"


def comparisons_of(blocks: Iterable[UnitBlock]) -> Comparisons:
    """Return every comparison of some blocks."""
    return Comparisons(condition for block in blocks for _, condition in block.units)


def blocks_of(pack: Pack) -> Iterator[UnitBlock]:
    """Yield every block of a pack, in the order in which they are decided."""
    for finding in pack.findings:
        if finding.values:
            numbered = enumerate(finding.values)
            yield UnitBlock(
                f"finding:{finding.id}", tuple((f"{i}:{v.word}", v.when) for i, v in numbered)
            )
    for score in pack.scores:
        items = tuple((criterion.id, criterion.when) for criterion in score.items)
        notes = tuple((f"note {i}", remark.when) for i, remark in enumerate(score.remarks))
        yield UnitBlock(f"score:{score.id}", ((APPLIES, score.applies_to), *items, *notes))
    for association in pack.associations:
        entries = tuple((entry.id, entry.when) for entry in association.entries)
        yield UnitBlock(
            f"association:{association.id}", ((APPLIES, association.applies_to), *entries)
        )
    for algorithm in pack.algorithms:
        yield UnitBlock(f"algorithm:{algorithm.id}", ((APPLIES, algorithm.applies_to),))
        for decision in algorithm.decisions:
            units = tuple((branch.id, branch.when) for branch in decision.branches)
            yield UnitBlock(f"decision:{decision.id}", units)
    for rule in pack.safety:
        yield UnitBlock(f"safety:{rule.id}", ((DANGER, rule.when),), rule.read_unknown_as)
    for shift in pack.policy.shifts:
        yield UnitBlock(f"shift:{shift.id}", ((HOLDS, shift.when),))
