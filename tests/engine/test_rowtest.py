"""What a failing test row says is written as its author would write it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cto_cds.engine.rowtest import Coverage, names_in, run_row
from cto_cds.rulefile.model import Expectation


@pytest.fixture
def failing(pack, engine):
    """Return what a row of a built-in rule says when it expects something else."""

    def outcome(name: str, case: str, expected: Expectation) -> tuple[str, str]:
        rule = next(rule for rule in pack.rules() if rule.id == name)
        row = next(row for row in rule.rows if row.case == case)
        changed = replace(row, expect=expected)
        result = run_row(engine, rule, changed, Coverage(rule, names_in(pack)))
        return result.expected, result.got

    return outcome


def test_a_score_is_a_total_and_a_grade(failing):
    wanted = Expectation({"score": ("2",), "grade": ("easy or intermediate",)})
    assert failing("j_cto", "nothing adverse", wanted) == (
        "{score: 2, grade: easy or intermediate}",
        "{score: 0, grade: easy}",
    )


def test_a_score_that_was_expected_not_to_apply_shows_what_it_gives(failing):
    expected, got = failing("j_cto", "nothing adverse", Expectation({}, "not applicable"))
    assert expected == "not applicable"
    assert got == "{score: 0, grade: easy}"


def test_a_list_stays_a_list_and_an_empty_one_is_empty(failing, pack):
    rule = next(rule for rule in pack.rules() if rule.id == "ranking")
    row = next(row for row in rule.rows if len(row.expect.entries["shifts"]) == 1)
    (held,) = row.expect.entries["shifts"]
    assert failing("ranking", row.case, Expectation({"shifts": ()})) == (
        "{shifts: []}",
        f"{{shifts: [{held}]}}",
    )


def test_an_answer_of_another_kind_is_shown_whole(failing, pack):
    rule = next(rule for rule in pack.rules() if rule.id == "hybrid.start")
    row = next(row for row in rule.rows if "undecided" in row.expect.entries)
    expected, got = failing("hybrid.start", row.case, Expectation({"branch": ("no_such",)}))
    assert expected == "{branch: no_such}"
    assert got == f"{{undecided: [{', '.join(sorted(row.expect.entries['undecided']))}]}}"


def test_a_word_that_yaml_would_misread_is_quoted(failing):
    expected, _ = failing("j_cto", "nothing adverse", Expectation({"grade": ("easy, or so",)}))
    assert expected == '{grade: "easy, or so"}'
