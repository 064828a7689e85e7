"""Time the measurement of one vessel step by step, in turns with peers and with the limits.

``python benchmarks/vessel.py [--json] [--runs N]`` draws a phantom, lays it into a series of
512 x 512 x 300 voxels, and times loading, path, wall, classes, the whole and a second run with
edits. The limits are reading the files as bytes, and copying the same array. Peers do the same step
on the same input; where they decide something, it must be the same before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.measure.composition import CLASS_EDGES_HU, composition
from cto_cds_ccta.measure.straight import straighten
from cto_cds_ccta.phantom.battery import design
from cto_cds_ccta.phantom.dicom import write_series
from cto_cds_ccta.phantom.study import Phantom, make_phantom, silent
from cto_cds_ccta.quantify import analysed
from cto_cds_ccta.trace.cheapest import cheapest_way
from cto_cds_ccta.trace.find import COST_POWER, LEAST_LIKENESS, find_way, trace_vessel
from cto_cds_ccta.trace.region import region_around
from cto_cds_ccta.trace.vesselness import vesselness
from numpy.typing import NDArray
from timing import Times, in_turns
from vessel_peers import INSTALL, Point, classes, likeness, load, module, way

from cto_cds.dicom.series import read_series
from cto_cds.dicom.volume import Volume
from cto_cds.hookspecs import Request, Seeds

SEED = 1000
SHAPE = (300, 512, 512)
FAT_HU, NOISE_HU = -90.0, 25.0
OURS, COPY, BYTES = "cto_cds", "limit: copy of the array", "limit: files as bytes"
NO_PEER = {
    "wall": "No library of ours looks for a closed surface around a line; level sets (SimpleITK, "
    "scikit-image) solve another problem and need a start that this step is there to find.",
    "vessel": "From seeds to numbers with their uncertainty; there is no peer among libraries.",
}
AIMS_S = {"load": 1.0, "vessel": 3.0, "again": 1.0}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ours, the limits and the peers, by name."""

    name: str
    what: str
    jobs: Mapping[str, Callable[[], object]]


def laid_into(phantom: Phantom) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Return the phantom in the middle of fat with noise, as large as a series, and its affine."""
    small = phantom.image.hu
    size = tuple(max(have, want) for have, want in zip(small.shape, SHAPE, strict=True))
    large = np.random.default_rng(SEED).normal(FAT_HU, NOISE_HU, size).astype(np.int16)
    first = [(whole - part) // 2 for whole, part in zip(size, small.shape, strict=True)]
    large[tuple(slice(a, a + n) for a, n in zip(first, small.shape, strict=True))] = small
    affine = phantom.image.affine_lps_mm.copy()
    affine[:3, 3] -= affine[:3, :3] @ first
    return large, affine


def steps(folder: Path, volume: Volume, seeds: Seeds) -> list[Step]:
    """Return the steps on a series, each with what it is compared with.

    Raises:
        AssertionError: A peer decided otherwise, so that timing it would mean nothing.
    """
    ends = np.array([seeds.proximal_lps_mm, *seeds.waypoints_lps_mm, seeds.distal_lps_mm])
    region = region_around(volume, ends)
    cost = (vesselness(region)[0] + np.float32(LEAST_LIKENESS)) ** np.float32(COST_POWER)
    index = [(int(x), int(y), int(z)) for x, y, z in np.rint(region.index_of(ends))]
    stops: list[Point] = [index[0], index[-1]]
    found = find_way(volume, ends)
    traced = trace_vessel(volume, found.points_lps_mm)
    straight = straighten(volume, traced.line, traced.wall_mm)
    total = float(straight.line.arc_mm[-1])
    whole = straight.voxel_mm3(slice(None)) * straight.inside()
    weight = np.ascontiguousarray(whole, dtype=np.float32)
    plain = np.ascontiguousarray(straight.hu, dtype=np.float32)
    readers = load(folder)
    routes = way(cost, stops)
    sums = classes(plain, weight, CLASS_EDGES_HU)
    refuse_unless_same(volume, readers, cost, stops, routes, sums)
    request = Request(volume, seeds=seeds)
    review = CctaBackend().review(request, silent)
    again = partial(CctaBackend().again, review.state, review.document, silent)
    return [
        Step(
            "load",
            f"{'x'.join(str(n) for n in volume.hu.shape)} voxels",
            {
                OURS: lambda: read_series(folder),
                **readers,
                BYTES: lambda: [path.read_bytes() for path in sorted(folder.iterdir())],
                COPY: volume.hu.copy,
            },
        ),
        Step(
            "likeness",
            f"{region.hu.size / 1e6:.1f} million grid points, 3 scales; ours with the share of fat",
            {
                OURS: lambda: vesselness(region),
                **likeness(region.hu, region.step_mm),
                COPY: region.hu.copy,
            },
        ),
        Step(
            "path",
            "from the first to the last seed through the same cost",
            {
                OURS: lambda: [cheapest_way(cost, a, b) for a, b in pairwise(stops)],
                **routes,
                COPY: cost.copy,
            },
        ),
        Step(
            "wall",
            f"{total:.0f} mm of vessel; middle and outer wall",
            {OURS: lambda: trace_vessel(volume, found.points_lps_mm), COPY: straight.hu.copy},
        ),
        Step(
            "classes",
            f"{plain.size / 1e6:.1f} million voxels; ours with unfolding of the noise",
            {
                OURS: lambda: composition(straight, 0.0, total, NOISE_HU),
                **sums,
                COPY: plain.copy,
            },
        ),
        Step(
            "vessel",
            "from seeds to numbers, without pictures",
            {
                OURS: partial(analysed, request, silent),
                COPY: volume.hu.copy,
            },
        ),
        Step(
            "again",
            "from review.json and the straightened vessel to numbers",
            {OURS: partial(again, draw=False), f"{OURS} with pictures": partial(again, draw=True)},
        ),
    ]


def refuse_unless_same(
    volume: Volume,
    readers: Mapping[str, Callable[[], NDArray[np.int16]]],
    cost: NDArray[np.float32],
    stops: list[Point],
    routes: Mapping[str, Callable[[], object]],
    sums: Mapping[str, Callable[[], NDArray[np.float64]]],
) -> None:
    """Compare what the peers decide with ours, and with each other.

    Raises:
        AssertionError: They differ.
    """
    for name, read in readers.items():
        if not np.array_equal(read(), volume.hu):
            raise AssertionError(f"{name} reads other numbers")
    mine = sum(way_cost(cost, cheapest_way(cost, a, b)) for a, b in pairwise(stops))
    route = routes.get("scikit-image route_through_array")
    if route is not None:
        pieces = route()
        assert isinstance(pieces, list)  # noqa: S101  of the job above
        theirs = sum(way_cost(cost, np.array(piece)) for piece in pieces)
        if abs(theirs / mine - 1.0) > 1e-3:
            raise AssertionError(f"scikit-image finds a way of cost {theirs:.2f}, not {mine:.2f}")
    found = [count() for count in sums.values()]
    if not all(np.allclose(each, found[0], rtol=1e-3, atol=0.1) for each in found):
        raise AssertionError(f"the classes differ: {found}")


def way_cost(cost: NDArray[np.float32], points: NDArray[np.int64]) -> float:
    """Return what a way costs: each step its length times the mean cost of its ends."""
    at = cost[tuple(points.T)].astype(np.float64)
    length = np.linalg.norm(np.diff(points, axis=0), axis=1)
    return float((length * (at[1:] + at[:-1]) / 2).sum())


def tell(step: Step, times: Mapping[str, Times]) -> None:
    """Print the figures of a step for a person."""
    print(f"\n{step.name}: {step.what}")
    ours = times[OURS]
    for name, found in times.items():
        low, high = found.sorted_ms[0] / 1000, found.sorted_ms[-1] / 1000
        ratio = f"{found.p50 / ours.p50:9.3f}"
        aim = f"   aim {AIMS_S[step.name]} s" if name == OURS and step.name in AIMS_S else ""
        print(
            f"  {name:44}{found.p50 / 1000:9.3f}{low:9.3f}{high:9.3f}"
            f"{found.cpu / 1000:9.3f}{ratio}{aim}"
        )
    if step.name in NO_PEER:
        print(f"  {NO_PEER[step.name]}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--runs", type=int, default=5, help="how often each job runs")
    given = parser.parse_args()
    phantom = make_phantom(design(SEED))
    hu, affine = laid_into(phantom)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        image = replace(phantom.image, hu=hu, affine_lps_mm=affine)
        write_series(image, phantom.design, folder, silent)
        told = {}
        if not given.json:
            for name in ("SimpleITK", "skimage"):
                if module(name) is None:
                    print(INSTALL.format(name=name))
            heads = ("median s", "min s", "max s", "cpu s", "/ ours")
            print(f"{'':46}{''.join(f'{head:>9}' for head in heads)}")
        for step in steps(folder, read_series(folder), phantom.seeds):
            times = in_turns(step.jobs, given.runs)
            told[step.name] = {name: found.document() for name, found in times.items()}
            if not given.json:
                tell(step, times)
    if given.json:
        print(json.dumps({"aims_s": AIMS_S, "steps": told}, indent=2))


if __name__ == "__main__":
    main()
