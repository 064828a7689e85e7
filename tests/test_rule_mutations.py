"""The rules changed by the smallest step: check or rows notice every change.

A limit moved by a thousandth, ``>`` for ``>=``, a word more or less, ``any`` for ``all``, a point,
the border of a grade, the strategies of an item, the population. ``cto-cds test rules --mutate``
gives the figure.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from strategies import built_in_pack

from cto_cds.engine.mutation import mutants_of, survivors
from cto_cds.rulefile.model import Algorithm, Rule, Score
from cto_cds.rulefile.names import FindingShape, Names

PACK = built_in_pack()
RULES = {rule.id: rule for rule in PACK.rules()}
NAMES = Names(PACK.vocabulary, {f.id: FindingShape(f.id, f.words) for f in PACK.findings})
NOTHING_TO_CHANGE = {"contrast_per_egfr", "hybrid"}
"""A quotient compares nothing; an algorithm's own file only says where it starts."""


@pytest.mark.parametrize("name", RULES)
def test_every_change_by_the_smallest_step_is_noticed(name: str):
    count, unnoticed = survivors(PACK, RULES[name])
    assert [mutant.change for mutant in unnoticed] == []
    assert (count == 0) == (name in NOTHING_TO_CHANGE)


def changes_of(rule: Rule) -> list[str]:
    return [mutant.change for mutant in mutants_of(rule, NAMES)]


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
    assert "any_dense_calcium_crossing_crude: dense_calcium_volume > 0 mm3 becomes" in told


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
