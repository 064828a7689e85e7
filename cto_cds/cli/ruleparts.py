"""What ``cto-cds explain`` tells of a rule that is asked for by its own id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cto_cds.cli.parts import listed, origin
from cto_cds.report.lines import indented, leveled, row, told
from cto_cds.report.names import Names
from cto_cds.report.wording import UNKNOWN

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cto_cds.advice.result import Result
    from cto_cds.advice.rule_in_case import RuleInCase, WayOut

STATES = {
    "speaks": "It speaks in this case.",
    "silent": "It does not speak in this case.",
    "open": "Whether it speaks in this case is not known.",
}
RESTS = "It speaks because something is not known."


def rules_document(rules: Sequence[RuleInCase]) -> dict[str, object]:
    """Return a rule as JSON; others of the same id stand under ``also``."""
    first, *others = [rule.model_dump(mode="json", exclude_none=True) for rule in rules]
    return {**first, "also": others} if others else first


def rules_view(
    rules: Sequence[RuleInCase], result: Result, names: Mapping[str, str]
) -> Iterator[RenderableType]:
    """Return rules for a reader: what each is, what it says, and whether it speaks here."""
    known = Names(result, names)
    for rule in rules:
        yield leveled(f"{rule.title}: {rule.kind}, version {rule.version}", rule.verified, "bold")
        yield told(rule.purpose)
        if rule.state is not None:
            yield told(STATES[rule.state] if rule.certain else RESTS, "bold")
        if rule.says:
            yield from listed("Says", [rule.says])
        yield from listed("On", known.titles(rule.on))
        yield from _ways(rule.ways)
        yield from listed("Reads", (_read(path, rule, known) for path in rule.reads))
        yield from listed("Missing", known.missing(rule.missing))
        yield from listed("Limits", rule.limits)
        yield from origin(rule.source, rule.id)


def _read(path: str, rule: RuleInCase, known: Names) -> str:
    return f"{known.place(path)}: {rule.values.get(path, UNKNOWN)}"


def _ways(ways: Sequence[WayOut]) -> Iterator[RenderableType]:
    for way in ways:
        state = "taken, or may be" if way.taken else "not taken"
        yield row("-", leveled(f"{state}: {way.says}", way.verified), width=1)
        yield indented(way.shown)
