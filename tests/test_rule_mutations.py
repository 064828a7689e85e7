"""The rules changed by the smallest step: check or rows notice every change.

A limit moved by a thousandth, ``>`` for ``>=``, a word more or less, ``any`` for ``all``, a point,
the border of a grade, the strategies of an item, the population; of a decision its options, their
order and techniques, and where it leads; of a safety rule what it is on and what it does.
``cto-cds test rules --mutate`` gives the figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from strategies import built_in_pack

from cto_cds.engine.mutation import mutants_of, structural, survivors
from cto_cds.rulefile.model import Algorithm, Rule
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.score import Score

PACK = built_in_pack()
RULES = {rule.id: rule for rule in PACK.rules()}
NAMES = Names(PACK.vocabulary, {f.id: FindingShape(f.id, f.words) for f in PACK.findings})
NOTHING_TO_CHANGE = {
    "burr_to_vessel",
    "contrast_per_egfr",
    *(algorithm.id for algorithm in PACK.algorithms),
}
"""A quotient compares nothing; for whom an algorithm is, the enumeration of algorithms tests."""


@pytest.mark.parametrize("name", RULES)
def test_every_change_by_the_smallest_step_is_noticed(name: str):
    count, unnoticed = survivors(PACK, RULES[name])
    assert [mutant.change for mutant in unnoticed] == []
    assert (count == 0) == (name in NOTHING_TO_CHANGE)


def changes_of(rule: Rule) -> list[str]:
    return [mutant.change for mutant in (*mutants_of(rule, NAMES), *structural(rule, PACK))]


def test_the_changes_cover_limits_words_joints_points_borders_and_strategies():
    told = " / ".join(changes_of(RULES["j_cto"]))
    for change in (
        "occlusion_length >= 20 mm becomes occlusion_length >= 20.001 mm",
        "occlusion_length >= 20 mm becomes occlusion_length > 20 mm",
        "max_bend > 45 deg becomes max_bend >= 45 deg",
        "calcification is mild or moderate or severe becomes",
        "stump: stump is blunt becomes stump is blunt or invisible",
        "length: 2 points",
        "difficult: 1 to 2",
        "applies to: occlusion is chronic total becomes",
        "applies to: all becomes its opposite",
    ):
        assert change in told
    told = " / ".join(changes_of(RULES["progress_mace"]))
    assert "dissection: counts for antegrade_wire_escalation, antegrade_dissection" in told
    assert "retrograde: counts for retrograde_dissection_reentry" in told
    assert "bend_wiring: max_bend > 45 deg becomes" in " / ".join(changes_of(RULES["ranking"]))
    told = " / ".join(changes_of(RULES["xing_2022"]))
    assert "proximal_vessel_diameter >= 2 mm becomes proximal_vessel_diameter > 2 mm" in told
    assert "any_dense_calcium_crossing_crude: ccta.dense_calcium_volume > 0 mm3 becomes" in told


@pytest.mark.parametrize(
    "name", [name for name, rule in RULES.items() if not isinstance(rule, Algorithm)]
)
def test_without_its_rows_a_rule_notices_only_what_the_check_refuses(name: str):
    rule = RULES[name]
    count, unnoticed = survivors(PACK, replace(rule, rows=()))
    if isinstance(rule, Score):
        assert len(unnoticed) == count > 0


def test_a_row_that_is_taken_out_leaves_a_change_unnoticed():
    rule = RULES["w_cto"]
    rows = tuple(row for row in rule.rows if "exactly 20 mm" not in row.case)
    assert len(rows) == len(rule.rows) - 1
    _, unnoticed = survivors(PACK, replace(rule, rows=rows))
    assert any("becomes occlusion_length >= 20 mm" in mutant.change for mutant in unnoticed)


def test_a_changed_point_is_noticed_by_the_rows_of_the_original():
    rule = RULES["cl"]
    assert isinstance(rule, Score)
    points = {item.id: item.points for item in rule.criteria}
    assert points == {
        "cabg": Decimal("1.5"),
        "infarction": 1,
        "calcification": 2,
        "length": Decimal("1.5"),
        "vessel": 1,
        "stump": 1,
    }
    told = changes_of(rule)
    for item, number in points.items():
        assert f"{item}: {number + 1} points" in told
        assert f"{item}: {number - 1} points" in told


def test_the_changes_cover_what_a_branch_leads_to_and_what_a_safety_rule_does():
    told = changes_of(RULES["hybrid.first_strategy"])
    for change in (
        "retrograde_for_the_target: leads to hybrid.reentry",
        "antegrade_wiring: recommends without number 4",
        "antegrade_wiring: recommends with numbers 1 and 2 exchanged",
        "antegrade_wiring: antegrade_dissection_reentry without number 1",
        "retrograde_for_the_cap: adds to antegrade_wire_escalation without number 1",
        "antegrade_wiring and antegrade_dissection change places",
    ):
        assert (change in told) == ("hybrid.reentry" not in change)  # that would be a circle
    assert "nothing_tried: leads to hybrid.in_stent" in changes_of(RULES["hybrid.switch"])
    assert "change: what was tried moves first" in changes_of(RULES["hybrid.switch"])
    told = changes_of(RULES["mh4"])
    for change in (
        "not on high_pressure_balloon",
        "caution instead of veto",
        "while unknown: veto",
        "while unknown: caution",
        "procedure.track is not read as a word while unknown",
    ):
        assert change in told
    assert "not stop instead" in changes_of(RULES["complication_first"])


@pytest.mark.parametrize("name", ["hybrid.first_strategy", "hybrid.switch", "complication_first"])
def test_rows_that_do_not_say_what_follows_leave_changes_unnoticed(name: str):
    rule = RULES[name]
    rows = tuple(
        replace(row, expect=replace(row.expect, entries=_without_then(row.expect.entries)))
        for row in rule.rows
    )
    _, unnoticed = survivors(PACK, replace(rule, rows=rows))
    assert unnoticed


def _without_then(entries: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: texts for key, texts in entries.items() if key not in {"then", "on", "instead"}}
