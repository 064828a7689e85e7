"""Every combination that a score can tell apart, decided three times.

``benchmarks/enumerate_scores.py`` runs the whole; here the large scores are cut down to every pair
of values, every value of each item, and random cells.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from strategies import built_in_pack

PACK = built_in_pack()
NAMES = [score.id for score in PACK.scores]
CAP = 1200
ONE_FACT_CARRIES_TWO_POINTS = {"kcct"}


@pytest.mark.parametrize("name", NAMES)
def test_both_channels_and_the_score_by_hand_agree_on_every_cell(enumerating, name):
    found = enumerating.enumerated(name, CAP)
    assert found.differences == []
    assert found.cells > 50
    assert bool(found.between) <= (name in ONE_FACT_CARRIES_TWO_POINTS)


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_values_of_two_facts_meets_in_some_cell(enumerating, name):
    score = next(score for score in PACK.scores if score.id == name)
    grid = enumerating.Grid(score, PACK)
    rows = list(grid.pairs(random.Random(1)))  # noqa: S311  repeatable choices, no secrets
    for i in range(len(grid.subjects)):
        for j in range(i):
            met = {(row[j], row[i]) for row in rows}
            assert len(met) == len(grid.values[i]) * len(grid.values[j])


def test_every_score_is_written_by_hand_too(enumerating):
    assert set(enumerating.SCORES) == set(NAMES)


def test_a_cell_that_differs_is_told(enumerating, monkeypatch):
    score = next(score for score in PACK.scores if score.id == "ora")
    judge = enumerating.Judge(enumerating.Grid(score, PACK), PACK)
    nothing_known = (None,) * len(judge._grid.subjects)
    try:
        assert judge.differences(nothing_known) == []
        forgetful = replace(judge._hand, items=judge._hand.items[:-1], _found={})
        monkeypatch.setattr(judge, "_hand", forgetful)
        assert any("by hand" in line for line in judge.differences(nothing_known))
    finally:
        judge.close()
