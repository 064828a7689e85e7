"""The built-in rules: every test row passes in both channels, and the rows show everything."""

from __future__ import annotations

import functools

import pytest
from strategies import built_in_layer, built_in_pack

from cto_cds.engine.engine import unfit
from cto_cds.engine.rowtest import Coverage, RowResult, run_rows
from cto_cds.facts.document import parse
from cto_cds.rulefile.model import Algorithm, Decision, Rule
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.versions import (
    VERSIONS,
    Records,
    check_versions,
    key_of,
    recorded_text,
    unrecorded,
)

PACK = built_in_pack()
RULES = {rule.id: rule for rule in PACK.rules() if not isinstance(rule, Algorithm)}
ROWS = [(rule.id, row.case) for rule in RULES.values() for row in rule.rows]


@functools.cache
def outcome(name: str) -> tuple[dict[str, RowResult], Coverage]:
    """Run the rows of one rule once."""
    ((results, coverage),) = run_rows(PACK, [RULES[name]])
    return {result.case: result for result in results}, coverage


@pytest.mark.parametrize(("name", "case"), ROWS, ids=[f"{name}: {case}" for name, case in ROWS])
def test_row(name: str, case: str):
    result = outcome(name)[0][case]
    assert result.passed, f"{result.place}: {result.told}"


@pytest.mark.parametrize("name", RULES)
def test_the_rows_show_every_comparison_condition_and_way_out(name: str):
    assert outcome(name)[1].missing() == []


@pytest.mark.parametrize("rule", PACK.rules(), ids=lambda rule: rule.id)
def test_every_number_has_a_source_and_says_how_far_it_was_verified(rule: Rule):
    parts: list[object] = [rule.header]
    if isinstance(rule, Score):
        parts += [*rule.criteria, *rule.outcomes]
    elif isinstance(rule, Decision):
        parts += rule.branches
    elif isinstance(rule, Policy):
        parts += rule.shifts
    for part in parts:
        assert part.source.cite
        assert part.verified in {"primary", "secondary", "unverified"}
    if isinstance(rule, Score):
        for outcome_set in rule.outcomes:
            assert outcome_set.population
            assert outcome_set.unit
            assert outcome_set.endpoint


def records() -> Records:
    found = Records()
    assert list(found.read(parse(built_in_layer().texts[VERSIONS], VERSIONS), VERSIONS)) == []
    return found


def recorded() -> dict[str, str]:
    return records().meanings


def test_the_meaning_of_every_rule_in_force_is_recorded_under_its_version():
    assert list(check_versions(PACK.rules(), recorded())) == []
    assert [key_of(rule) for rule in unrecorded(PACK.rules(), recorded())] == []


def test_recording_again_changes_nothing():
    text = recorded_text(PACK.rules(), recorded(), records().withdrawn)
    assert text == built_in_layer().texts[VERSIONS]


def test_recording_forgets_nothing():
    text = recorded_text(PACK.rules(), {"gone@1.0.0": "sha256:0"})
    assert '"gone@1.0.0": sha256:0' in text
    assert all(f'"{key_of(rule)}": {rule.meaning}' in text for rule in PACK.rules())


def test_every_rule_on_file_is_in_force_and_none_that_was_recorded_is_missing():
    assert PACK.left_out == ()
    assert PACK.drafts == ()
    ids = {rule.id for rule in PACK.rules()}
    assert {key.partition("@")[0] for key in recorded()} - ids == set(records().withdrawn)


def test_every_rule_fits_the_cage():
    assert unfit(PACK) == []
