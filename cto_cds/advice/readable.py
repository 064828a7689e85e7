"""What keeps a reading from counting, or from being doubted: asked for before all else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from cto_cds.advice import result
from cto_cds.engine.trace import FindingTrace
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Value
from cto_cds.facts.vocabulary import Vocabulary
from cto_cds.rulefile.truth import Truth


def _unsaid(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """Yield each such group, with the path of the fact that would tell and its telling word."""
    for group, (name, word) in vocabulary.void_when.items():
        telling = f"{group}.{name}"
        used = [path for path in sheet.readings if path.startswith(f"{group}.")]
        if sheet.known(telling) is None and any(sheet.known(path) is not None for path in used):
            yield group, telling, word


def taken_as_readable(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield one warning for each such group."""
    for group, telling, word in _unsaid(sheet, vocabulary):
        yield (
            f"{vocabulary.of(telling).title} ({telling}) is not known. What was read on "
            f"{vocabulary.groups[group]} is used as it stands; if it is {word}, none of it counts."
        )


def whether_readable(
    sheet: FactSheet, vocabulary: Vocabulary, rests_on: Callable[[Mapping[str, Value]], bool]
) -> Iterator[result.Ask]:
    """Yield what to ask for: whether each such group can be read.

    Args:
        sheet: The facts.
        vocabulary: What they are.
        rests_on: Whether the plan would rest on other grounds if these facts were different.
    """
    for group, telling, word in _unsaid(sheet, vocabulary):
        fact = vocabulary.of(telling)
        yield result.Ask(
            fact=telling,
            title=fact.title,
            because=f"If it is {word}, nothing that was read on {vocabulary.groups[group]} counts.",
            how=fact.ask or None,
            changes="plan" if rests_on({telling: word}) else "score",
        )


def left_to_review(
    findings: Iterable[FindingTrace], sheet: FactSheet, vocabulary: Vocabulary
) -> Iterator[result.Ask]:
    """Yield what to review because it may make another of a finding that other places decided.

    Until it is reviewed such a reading counts as one that was not made.
    """
    titles = {path: finding.rule.header.title for finding in findings for path in _open(finding)}
    for path, title in titles.items():
        if path in sheet.to_review:
            fact = vocabulary.of(path)
            yield result.Ask(
                fact=path,
                title=fact.title,
                because=f"It was left to review and does not count until then. '{title}' may be "
                "another with it.",
                how=fact.ask or None,
                changes="plan",
            )


def _open(finding: FindingTrace) -> Iterator[str]:
    """The unknown places that would come before those that decided a finding."""
    truths = [value.truth for value in finding.values]
    if finding.rule.first_known and Truth.TRUE in truths:
        for value in finding.values[: truths.index(Truth.TRUE)]:
            for seen in value.unknown:
                yield from seen.leaf.subject.paths
