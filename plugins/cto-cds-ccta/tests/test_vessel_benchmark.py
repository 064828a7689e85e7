"""The benchmark of the vessel times nothing that was decided otherwise by a peer."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from cto_cds.dicom.volume import SeriesInfo, Volume

from cto_cds_ccta.measure.composition import CLASS_EDGES_HU, composition
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.trace.cheapest import cheapest_way
from cto_cds_ccta.vessel import marked_vessel

STOPS = [(1, 1, 1), (1, 1, 6)]


@pytest.fixture(scope="module")
def benchmark():
    folder = str(Path(__file__).parents[3] / "benchmarks")
    sys.path.append(folder)
    try:
        import vessel
    finally:
        sys.path.remove(folder)
    return vessel


@pytest.fixture
def step():
    hu = np.arange(27, dtype=np.int16).reshape(3, 3, 3)
    volume = Volume(hu, np.eye(4), SeriesInfo("1", "1"))
    return volume, np.ones((3, 3, 8), dtype=np.float32)


def test_a_way_costs_its_length_times_what_it_leads_through(benchmark):
    cost = np.full((3, 3, 8), 2.0, dtype=np.float32)
    assert benchmark.way_cost(cost, cheapest_way(cost, *STOPS)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("voxels", "bend", "volumes", "told"),
    [
        (0, 1, 1.0, None),
        (1, 1, 1.0, "reads other numbers"),
        (0, 2, 1.0, "finds a way of cost"),
        (0, 1, 1.5, "the classes differ"),
    ],
)
def test_a_peer_that_decides_otherwise_ends_the_benchmark(
    benchmark, step, voxels, bend, volumes, told
):
    volume, cost = step
    readers = {"a reader": lambda: volume.hu + voxels}
    way = [(1, bend if 1 < z < 6 else 1, z) for z in range(1, 7)]
    routes = {"scikit-image route_through_array": lambda: [way]}
    sums = {"one": lambda: np.full(4, 9.0), "other": lambda: np.full(4, 9.0 * volumes)}
    given = (volume, readers, cost, STOPS, routes, sums)
    if told is None:
        benchmark.refuse_unless_same(*given)
        return
    with pytest.raises(AssertionError, match=told):
        benchmark.refuse_unless_same(*given)


def test_the_classes_of_the_peer_are_those_that_are_measured(benchmark, blunt):
    vessel = marked_vessel(blunt.request, silent).vessel
    weight = vessel.voxel_mm3(slice(None)) * vessel.inside()
    sums = benchmark.classes(vessel.hu, weight.astype(np.float32), CLASS_EDGES_HU)
    theirs = sums["numpy digitize, scipy sum_labels"]()
    ours = composition(vessel, 0.0, float(vessel.line.arc_mm[-1]), 0.0).class_mm3
    assert theirs == pytest.approx(ours, rel=0.08, abs=2.0)
