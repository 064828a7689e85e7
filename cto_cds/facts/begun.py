"""What stands for a group of facts that has not begun, such as the procedure while planning."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cto_cds.errors import Place
from cto_cds.facts.value import Reading
from cto_cds.facts.vocabulary import Vocabulary


def implied(
    readings: Mapping[str, Reading], present: Collection[str], vocabulary: Vocabulary, source: str
) -> dict[str, Reading]:
    """Return the readings that stand for a group that is absent, or has not begun.

    A group has not begun while one of its facts says so with the word that its absence stands
    for, as the phase does with planning, and none of its other facts shows the contrary. What
    the case gives itself stays as it is.
    """
    not_begun = {
        path.partition(".")[0]
        for path, fact in vocabulary.by_path.items()
        if fact.when_group_absent
        and fact.tells_begin
        and path in readings
        and readings[path].known == fact.when_group_absent
        and not showing_begun(readings, path.partition(".")[0], vocabulary)
    }
    return {
        path: Reading(
            path,
            fact.when_group_absent,
            source=implied_source(group),
            place=Place(source),
        )
        for path, fact in vocabulary.by_path.items()
        if fact.when_group_absent
        and path not in readings
        and ((group := path.partition(".")[0]) not in present or group in not_begun)
    }


def implied_source(group: str) -> str:
    """Return the source of a reading that is implied because a group has not begun."""
    return f"nothing of '{group}' has begun"


def showing_begun(
    readings: Mapping[str, Reading], group: str, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Return the known facts of a group that show that it has begun, whatever else is said.

    An empty list shows nothing, nor does the word that stands for a group that is absent, nor
    what is meant to be done or may be done before.
    """
    found = []
    inside = f"{group}."
    for path, fact in vocabulary.by_path.items():
        if not path.startswith(inside) or path not in readings:
            continue
        if not (fact.intended or fact.before_start):
            known = readings[path].known
            if known is not None and known not in ((), fact.when_group_absent):
                found.append(path)
    return tuple(found)
