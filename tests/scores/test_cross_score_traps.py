"""The same lesion, exactly on a limit: each score gives its own answer.

A cell holds the points that one fact gives just below the value, exactly at it and just above it;
a dash stands for a score that does not ask, a point for a value that cannot be.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from scores.conftest import NOTHING_COUNTS

LIMITS = """
score                       | 15 mm     | 20 mm     | 23 mm       | 60 mm
j_cto                       | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
j_cto_ct                    | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
ct_rector                   | -         | -         | -           | -
kcct                        | 0 1 1     | 1 1 1     | 1 1 1       | 1 1 1
progress_cto                | -         | -         | -           | -
progress_complications      | 0 0 0     | 0 0 0     | 0 2 2       | 2 2 2
progress_mace               | -         | -         | -           | -
castle                      | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
castle_ct                   | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
recharge                    | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
recharge_ct                 | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
ora                         | -         | -         | -           | -
cl                          | 0 0 0     | 0 1.5 1.5 | 1.5 1.5 1.5 | 1.5 1.5 1.5
operator_cto                | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
w_cto                       | 0 0 0     | 0 0 1.5   | 1.5 1.5 1.5 | 1.5 1.5 1.5
b_cto                       | 0 0 0     | 0 1 1     | 1 1 1       | 1 1 1
open_clean                  | 0 0 0     | 0 1 1     | 1 1 1       | 1 2 2

score                       | 45 deg    | 50 %      | 100 %
j_cto                       | 0 0 1     | -         | -
j_cto_ct                    | 0 0 1     | 0 0 1     | 1 1 .
ct_rector                   | 0 1 1     | 0 1 1     | 1 1 .
kcct                        | 0 0 1     | 0 1 1     | 1 2 .
progress_cto                | -         | -         | -
castle                      | -         | -         | -
recharge                    | 0 1 1     | -         | -
recharge_ct                 | 0 0 1     | 0 1 1     | 1 1 .
cl                          | -         | -         | -
operator_cto                | -         | -         | -
w_cto                       | -         | -         | -
b_cto                       | 0 0 2     | -         | -

score                       | 50 years | 60 years | 65 years | 70 years | 75 years
j_cto                       | -        | -        | -        | -        | -
progress_cto                | -        | -        | -        | -        | -
progress_complications      | 0 0 0    | 0 0 0    | 0 0 3    | 3 3 3    | 3 3 3
progress_mace               | 0 0 0    | 0 0 0    | 0 1 1    | 1 1 1    | 1 1 1
progress_mortality          | 0 0 0    | 0 0 0    | 0 1 1    | 1 1 1    | 1 1 1
progress_pericardiocentesis | 0 0 0    | 0 0 0    | 0 1 1    | 1 1 1    | 1 1 1
progress_perforation        | 0 0 0    | 0 0 0    | 0 1 1    | 1 1 1    | 1 1 1
castle                      | 0 0 0    | 0 0 0    | 0 0 0    | 0 1 1    | 1 1 1
castle_ct                   | 0 0 0    | 0 0 0    | 0 0 0    | 0 1 1    | 1 1 1
ora                         | 0 0 0    | 0 0 0    | 0 0 0    | 0 0 0    | 0 1 1
b_cto                       | 0 0 0    | 0 1 1    | 1 1 1    | 1 1 1    | 1 2 2
open_clean                  | 0 1 1    | 1 1 1    | 1 1 1    | 1 2 2    | 2 2 2
cl                          | -        | -        | -        | -        | -

score                       | 45 %  | 50 % lvef | 12 months
progress_mortality          | 1 1 0 | 0 0 0     | -
open_clean                  | 1 1 1 | 1 0 0     | -
ct_rector                   | -     | -         | 0 1 1
kcct                        | -     | -         | 0 1 1
j_cto                       | -     | -         | -
"""

STEPS = ("-0.001", "0", "0.001")
NO_SUCH_VALUE = "."
FACTS = {
    "mm": "occlusion_length",
    "deg": "max_bend",
    "years": "age",
    "months": "occlusion_duration",
    "100 %": "calcium_area_fraction",
    "50 %": "calcium_area_fraction",
    "45 %": "lvef",
    "50 % lvef": "lvef",
}

WORDS = """
score                       | stump blunt | stump invisible
j_cto                       | 1           | 0
j_cto_ct                    | 1           | 0
ct_rector                   | 1           | 0
kcct                        | 1           | 0
progress_cto                | -           | -
castle                      | 1           | 1
castle_ct                   | 1           | 1
recharge                    | 1           | 0
ora                         | -           | -
cl                          | 1           | 0
operator_cto                | 1           | 0
w_cto                       | 2           | 0
b_cto                       | 2           | 0
progress_mace               | 1           | 1
progress_perforation        | 1           | 1
progress_mortality          | -           | -
progress_pericardiocentesis | -           | -

score                       | calcification mild | calcification moderate | calcification severe
j_cto                       | 1                  | 1                      | 1
j_cto_ct                    | -                  | -                      | -
progress_cto                | -                  | -                      | -
castle                      | 0                  | 0                      | 1
recharge                    | 1                  | 1                      | 1
cl                          | 0                  | 0                      | 2
operator_cto                | 1                  | 1                      | 1
w_cto                       | 1                  | 1                      | 1
open_clean                  | 0                  | 0                      | 1
progress_mace               | 0                  | 1                      | 1
progress_perforation        | 0                  | 1                      | 1
jr_cto                      | 0                  | 1                      | 1

score                       | tortuosity mild | tortuosity moderate
castle                      | 0               | 0
castle_ct                   | 0               | 0
w_cto                       | 1               | 1
jr_cto                      | 0               | 1
progress_cto                | -               | -
j_cto                       | -               | -

score                       | tortuosity severe | tortuosity unseen
castle                      | 1                 | 1
castle_ct                   | 1                 | 1
w_cto                       | 1                 | 0
jr_cto                      | 1                 | 0
progress_cto                | -                 | -
j_cto                       | -                 | -

score                       | prior_cabg yes | graft_to_target_vessel patent
castle                      | 1              | -
cl                          | 1.5            | -
open_clean                  | 1              | -
recharge                    | -              | 1
operator_cto                | -              | 1
j_cto                       | -              | -

score                       | target_vessel LAD | target_vessel LCX | target_vessel RCA
progress_cto                | 0                 | 1                 | 0
cl                          | 0                 | 1                 | 1
b_cto                       | 0                 | 0                 | 2
castle                      | -                 | -                 | -

score                       | prior_failed_attempt yes | occlusion_duration indeterminate
j_cto                       | 1                        | -
j_cto_ct                    | 1                        | -
ct_rector                   | 1                        | 1
kcct                        | 1                        | 1
castle                      | -                        | -

score                       | rentrop 0 | rentrop 1 | rentrop 2 | rentrop 3
ora                         | 2         | 2         | 0         | 0
operator_cto                | 1         | 1         | 0         | 0
w_cto                       | 1         | 1         | 0         | 0
"""


def cells(table: str):
    """Yield score, heading and cell, of tables with a line of headings each."""
    headings: list[str] = []
    for line in table.strip().splitlines():
        columns = [column.strip() for column in line.split("|")]
        if columns[0] == "score":
            headings = columns[1:]
        elif columns[0]:
            for heading, cell in zip(headings, columns[1:], strict=True):
                yield columns[0], heading, cell


def points_for(score, fact: str) -> str:
    """Return the points of the items that read a fact, or a dash when none does."""
    mine = [c for c in score.criteria if any(path.endswith(f".{fact}") for path in c.reads)]
    assert all(item.truth in {"true", "false"} for item in mine)
    got = sum((item.points for item in mine if item.truth == "true"), Decimal(0))
    return str(got) if mine else "-"


@pytest.mark.parametrize(("name", "at", "cell"), list(cells(LIMITS)))
def test_each_score_has_its_own_answer_just_below_at_and_just_above(scores_of, name, at, cell):
    number, unit = at.split()[:2]
    fact = FACTS.get(at) or FACTS[unit]
    expected = ["-", "-", "-"] if cell == "-" else cell.split()
    for step, points in zip(STEPS, expected, strict=True):
        if points != NO_SUCH_VALUE:
            value = f"{Decimal(number) + Decimal(step)} {unit}"
            assert points_for(scores_of(NOTHING_COUNTS | {fact: value})[name], fact) == points


@pytest.mark.parametrize(("name", "said", "points"), list(cells(WORDS)))
def test_each_score_counts_other_words(scores_of, name, said, points):
    fact, word = said.split()
    score = scores_of(NOTHING_COUNTS | {fact: word})[name]
    assert points_for(score, fact) == points


def test_twenty_millimetres_score_in_j_cto_and_not_in_w_cto(scores_of):
    scores = scores_of(NOTHING_COUNTS | {"occlusion_length": "20 mm"})
    assert scores["j_cto"].points.high == 1
    assert scores["w_cto"].points.high == 0
    for name in ("j_cto", "w_cto"):
        assert any("exactly on the limit" in note for note in scores[name].notes)


def test_sixty_five_years_score_in_the_later_registry_score_and_not_in_the_older(scores_of):
    scores = scores_of(NOTHING_COUNTS | {"age": "65 years"}, ("antegrade_wire_escalation",))
    assert scores["progress_mace"].points.high == 1
    assert scores["progress_complications"].points.high == 0


def test_half_a_cross_section_scores_in_ct_rector_and_kcct_and_not_in_j_cto_from_ct(scores_of):
    scores = scores_of(NOTHING_COUNTS | {"calcium_area_fraction": "50 %"})
    points = {name: scores[name].points.high for name in ("j_cto_ct", "ct_rector", "kcct")}
    assert points == {"j_cto_ct": 0, "ct_rector": 1, "kcct": 1}


def test_invisible_scores_and_unknown_does_not(scores_of):
    seen = scores_of(NOTHING_COUNTS | {"stump": "invisible", "tortuosity": "unseen"})["castle"]
    not_read = scores_of(NOTHING_COUNTS | {"stump": "unknown", "tortuosity": "unknown"})["castle"]
    assert (seen.state, seen.points.low) == ("known", 2)
    assert (not_read.state, not_read.points.low, not_read.points.high) == ("range", 0, 2)


def test_collaterals_that_can_be_crossed_score_nothing(scores_of):
    for said, points in (("yes", 0), ("no", 1)):
        scores = scores_of(NOTHING_COUNTS | {"interventional_collaterals": said})
        assert scores["progress_cto"].points.high == points


def test_calcium_that_fills_the_lumen_is_worth_two_points_in_kcct_only(scores_of):
    scores = scores_of(
        NOTHING_COUNTS | {"calcium_area_fraction": "100 %", "calcium_arc": "360 deg"}
    )
    points = {name: scores[name].points.high for name in ("j_cto_ct", "ct_rector", "kcct")}
    assert points == {"j_cto_ct": 1, "ct_rector": 1, "kcct": 2}
