"""Reading a case from text, and every problem that is told about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cto_cds.errors import CaseError, Problem
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.vocabulary import Vocabulary

HEAD = "format: 1\ncase: a\n"


@pytest.fixture
def read(vocabulary: Vocabulary) -> Callable[..., FactSheet]:
    """Return a function that reads the text of a case."""

    def read_text(text: str, *, named: bool = True) -> FactSheet:
        return read_case_text(text, "case.yaml", vocabulary, named=named)

    return read_text


@pytest.fixture
def lines(read: Callable[..., FactSheet]) -> Callable[..., FactSheet]:
    """Return a function that reads lines which follow the head of a case."""
    return lambda text: read(HEAD + text)


@pytest.fixture
def mistakes(read: Callable[..., FactSheet]) -> Callable[..., list[Problem]]:
    """Return a function that reads a bad case and returns all that is told about it."""

    def refused(text: str, *, named: bool = True) -> list[Problem]:
        with pytest.raises(CaseError) as caught:
            read(text, named=named)
        return list(caught.value.problems)

    return refused


@pytest.fixture
def mistake(mistakes: Callable[..., list[Problem]]) -> Callable[[str], Problem]:
    """Return a function that reads lines after the head and returns the only problem."""

    def only(text: str) -> Problem:
        found = mistakes(HEAD + text)
        assert len(found) == 1, [str(problem) for problem in found]
        return found[0]

    return only
