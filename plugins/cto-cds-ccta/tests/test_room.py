"""Names on the pictures keep off the vessel and off each other."""

from __future__ import annotations

import numpy as np
import pytest

from cto_cds_ccta.figure.room import Room
from cto_cds_ccta.figure.strip import moved_apart

UP = np.array([0.0, 12.0])
PAPER_PT = (-200.0, -200.0, 200.0, 200.0)


def test_a_name_stands_where_it_is_wished_while_nothing_is_there():
    away = Room(np.array([[0.0, 0.0]]), PAPER_PT).beside(np.zeros(2), UP, "P", 7.0)
    assert away == pytest.approx(UP)


def test_a_name_turns_away_from_a_vessel_that_comes_back():
    back = np.column_stack([np.linspace(-40.0, 40.0, 80), np.full(80, 12.0)])
    away = Room(back, PAPER_PT).beside(np.zeros(2), UP, "bend 80", 7.0)
    assert abs(away[1] - 12.0) > 4.0


def test_neither_a_name_nor_its_line_covers_another_name():
    room = Room(np.array([[0.0, 0.0]]), PAPER_PT)
    room.beside(np.zeros(2), UP, "S", 7.0)
    away = room.beside(np.zeros(2), 2 * UP, "bend 80", 7.0, arrow=True)
    assert abs(away[0]) > 5.0


@pytest.mark.parametrize(
    ("starts", "placed"),
    [
        ((10.0, 50.0), (10.0, 50.0)),
        ((40.0, 50.0), (35.0, 55.0)),
        ((-5.0, 0.0), (0.0, 20.0)),
        ((75.0, 90.0), (60.0, 80.0)),
        ((30.0, 40.0, 50.0), (20.0, 40.0, 60.0)),
    ],
)
def test_names_in_a_row_move_apart_as_little_as_they_must_and_stay_in_it(starts, placed):
    assert moved_apart(starts, [20.0] * len(starts), 0.0, 100.0) == pytest.approx(placed)
