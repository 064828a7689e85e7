"""Values that sit exactly on a limit on which sources differ, where the advice rests on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cto_cds.advice.borderline import conditions_read
from cto_cds.engine.lookup import Seen
from cto_cds.engine.trace import Trace
from cto_cds.rulefile.pack import Pack


def at_limits(trace: Trace, pack: Pack) -> Iterator[str]:
    """Yield one sentence for each finding that turns with a value which sits on its limit.

    Only findings that say what being on the limit means are told, and only where an algorithm, a
    safety rule or the ranking has read them, by itself or through another finding.
    """
    for name in _reached(trace, _deciding(trace)):
        finding = trace.findings[name]
        told = finding.rule.at_limit
        for decided in finding.values if told else ():
            for seen in decided.seen:
                text = told.get(seen.path.rpartition(".")[2])
                if text and seen.at_limit and decided.turns_with(seen):
                    what = f"{pack.title(seen.path)} sits exactly on the limit of {seen.leaf.limit}"
                    yield f"{what} ({finding.rule.header.title}). {text}"


def _deciding(trace: Trace) -> Iterator[Seen]:
    """What settled, or keeps open, what algorithms, safety rules and the ranking asked."""
    for _, conditions in conditions_read(trace, {guard.rule.id for guard in trace.safety}):
        for decided in conditions:
            yield from decided.deciding
    for shift in trace.shifts:
        yield from shift.holds.deciding


def _reached(trace: Trace, read: Iterable[Seen]) -> tuple[str, ...]:
    """The findings that were read, and those that these rest on, in the order of the trace."""
    todo, reached = [*read], set[str]()
    while todo:
        name = todo.pop().leaf.subject.name
        if name in trace.findings and name not in reached:
            reached.add(name)
            todo += [seen for decided in trace.findings[name].values for seen in decided.seen]
    return tuple(name for name in trace.findings if name in reached)
