"""A case file to fill in: every group and fact of the vocabulary, each still unknown."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator

from cto_cds.facts.vocabulary import FactType, Vocabulary

HEAD = """\
# A case to fill in. Write what is known in place of 'unknown'; delete what you do not need.
# A fact that is unknown or left out is never read as "no" or 0. What is implied while something
# has not begun is named in every answer; write unknown there, and nothing is implied.
# With its uncertainty and where it is from, a value is {value: ..., sd: ..., source: ...}.
format: 1
case: my-case  # a name by which you find the case again
"""
NOT_BEGUN = " (change it once that is no longer so)"
ONCE_BEGUN = " (take away the first # once that has begun)"


def case_template(
    vocabulary: Vocabulary, groups: Collection[str] = (), *, definitions: bool = False
) -> str:
    """Return a commented case file in which nothing is known yet.

    It says no less than a case without any group: the fact by whose absence a group has not
    begun, as the phase has not, says so, and what follows from that is left to follow.

    Args:
        vocabulary: The facts that exist.
        groups: Which groups to write; none means all.
        definitions: Whether the definition of each fact stands above it.
    """
    parts = [HEAD]
    for group, title in vocabulary.groups.items():
        if not groups or group in groups:
            lines = [f"# {_one_line(title)}", f"{group}:"]
            for name in vocabulary.names_in(group):
                fact = vocabulary.facts[name]
                lines += [*(_definition(fact) if definitions else ()), _line(fact)]
            parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _definition(fact: FactType) -> Iterator[str]:
    """The definition of a fact as remarks, after an empty line."""
    yield ""
    margin = "  # "
    text = _one_line(fact.definition)
    yield textwrap.fill(text, initial_indent=margin, subsequent_indent=margin)


def _line(fact: FactType) -> str:
    meaning = _one_line(f"{fact.title}: {fact.allowed}")
    if fact.tells_begin:
        return f"  {fact.name}: {fact.when_group_absent}  # {meaning}{NOT_BEGUN}"
    if fact.when_group_absent:
        return f"  # {fact.name}: unknown  # {meaning}{ONCE_BEGUN}"
    return f"  {fact.name}: unknown  # {meaning}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
