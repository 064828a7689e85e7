"""A refusal says that a seed may lie in another vessel or in plaque, and which one."""

from __future__ import annotations

import numpy as np
import pytest
from cto_cds.errors import BackendError

from cto_cds_ccta.measure.checks import SEEDS, check_caps, check_contrast, check_even
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.trace.seedcheck import check_way
from cto_cds_ccta.vessel import marked_vessel


def refused(check, *given: object):
    with pytest.raises(BackendError) as caught:
        check(*given)
    (problem,) = caught.value.problems
    return problem


def test_a_vessel_brighter_and_wider_behind_may_begin_in_another_vessel():
    problem = refused(check_contrast, 181.0, 250.0, (1.22, 1.79), SEEDS)
    assert "exchange the proximal and the distal point" in problem.mend
    assert "the proximal point may lie in another vessel or in a vein" in problem.mend


def test_a_way_that_leaves_no_length_may_end_in_another_vessel():
    problem = refused(check_caps, 28.6, 24.2, SEEDS)
    assert "add waypoints" in problem.mend
    assert "the distal seed lies in another vessel" in problem.mend


def test_a_way_that_comes_back_does_not_blame_the_waypoint_alone():
    there = np.array([[0.0, 0.0, z] for z in np.arange(0.0, 20.0, 0.5)])
    back = there[::-1][1:20] + np.array([0.3, 0.0, 0.0])
    way = np.concatenate([there, back])
    seeds = np.array([way[0], [0.0, 0.0, 19.5], way[-1]])
    problem = refused(check_way, way, seeds)
    assert "near waypoints[0]" in problem.found
    assert "the proximal or the distal seed beyond them may lie in another vessel" in problem.mend


@pytest.mark.parametrize(
    ("plaque_at", "key", "where"),
    [(0, "proximal", "before the occlusion"), (1, "distal", "behind the occlusion")],
)
def test_a_seed_in_plaque_is_named_and_told_where_to_move_it(blunt, plaque_at, key, where):
    vessel = marked_vessel(blunt.request, silent).vessel
    calcified = round((blunt.truth["proximal_cap_mm"] + 4.5) / 0.25)
    plaque, patent = slice(calcified - 4, calcified + 4), slice(8, 40)
    ends = (plaque, patent) if plaque_at == 0 else (patent, plaque)
    problem = refused(check_even, vessel, ends, SEEDS)
    assert problem.place.key == key
    assert "seems to lie in the occlusion" in problem.found
    assert f"place the {key} seed" in problem.mend
    assert where in problem.mend
    drawn = refused(check_even, vessel, ends, "vessel.csv")
    assert "seed" not in drawn.found + drawn.mend
