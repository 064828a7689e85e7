"""Worked cases give, byte for byte, what was reviewed line by line against the specification."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable

import pytest
from golden.golden_cases import JSON, TEXT, WHY, Case, as_text, cases

RENEW = "If this is meant: python tests/golden/renew.py, then read the difference line by line."
CASES = [pytest.param(case, id=case.name) for case in cases()]
PHASES = {"planning", "crossing", "wire crossed", "lesion preparation", "stent optimisation"}
SHOWN = 60


@pytest.fixture(scope="module")
def today(engine) -> Callable[[Case], dict[str, str]]:
    """Return a function from a case to what it gives today; each case is decided once."""
    found: dict[str, dict[str, str]] = {}

    def given(case: Case) -> dict[str, str]:
        if case.name not in found:
            found[case.name] = case.given_by(engine)
        return found[case.name]

    return given


@pytest.mark.parametrize("file", [JSON, TEXT])
@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_gives_what_was_reviewed(today, case, file):
    expected, given = case.expected(file), today(case)[file]
    if given != expected:
        lines = difflib.unified_diff(
            expected.splitlines(), given.splitlines(), "reviewed", "today", lineterm="", n=2
        )
        told = [*lines]
        more = f"\n... and {len(told) - SHOWN} more lines" if len(told) > SHOWN else ""
        pytest.fail(f"{case.name}/{file}\n" + "\n".join(told[:SHOWN]) + f"{more}\n{RENEW}")


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_says_why_its_plan_is_right(case):
    assert len(case.expected(WHY).split()) > 60


def test_the_worked_cases_go_through_every_phase():
    reviewed = [json.loads(case.expected(JSON)) for case in cases()]
    assert len(reviewed) >= 12
    assert {result["recommendation"]["phase"] for result in reviewed} == PHASES


def test_nothing_that_a_reader_of_the_page_sees_is_lost_in_its_text():
    page = (
        "<title>x</title><style>p {}</style><h2>The <b>plan</b></h2><p>One\n  line</p>"
        "<details><summary>More</summary>folded &amp; kept</details><ul><li>a</li><li>b</li></ul>"
        "<table><tr><th>c</th><td>d</td></tr></table>"
    )
    assert as_text(page).split("\n") == [
        "",
        "## The plan",
        "One line",
        "More",
        "folded & kept",
        "- a",
        "- b",
        "c | d",
        "",
    ]
