"""Print what happens when the line or the radii are not exact, over phantoms drawn by chance.

    python plugins/cto-cds-ccta/tools/robustness.py [--phantoms 12] [--first 301] [--processes 2]

Each phantom is measured with its own line and with lines spoilt in one way each. A result is wrong
when it is off by more than two standard deviations and by more than 2.5 mm of length, 8 degrees of
bend or 15 per cent of plaque volume. A wrong result that is not left to review is a silent failure.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Centreline, Request

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.chance import random_design
from cto_cds_ccta.phantom.study import make_phantom, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.facts.measured import Measurements
    from numpy.typing import NDArray

    Line = tuple[NDArray[np.float64], NDArray[np.float64]]

WRONG = {"occlusion_length": 2.5, "max_bend": 8.0, "plaque_volume": 15.0}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One measurement: ``flagged`` and ``wrong`` name facts; ``off`` is the error of each value."""

    spoilt: str
    refused: str
    flagged: frozenset[str]
    wrong: frozenset[str]
    off: dict[str, tuple[float, float]]


def jittered(line: Line, seed: int, sd_mm: float) -> Line:
    """Return the line with Gaussian noise on every coordinate."""
    points, radius = line
    return points + np.random.default_rng(seed).normal(0.0, sd_mm, points.shape), radius


def shifted(line: Line, seed: int, by_mm: float) -> Line:
    """Return the line moved across its mean direction."""
    points, radius = line
    rng = np.random.default_rng([seed, 7])
    along = points[-1] - points[0]
    side = np.cross(along, rng.normal(size=3))
    return points + by_mm * side / np.linalg.norm(side), radius


def spoilings(seed: int) -> dict[str, Callable[[Line], Line]]:
    """Return every way to spoil a line."""
    return {
        "as given": lambda line: line,
        "jitter 0.15 mm": lambda line: jittered(line, seed, 0.15),
        "jitter 0.3 mm": lambda line: jittered(line, seed, 0.3),
        "every 4th point": lambda line: (line[0][::4], line[1][::4]),
        "every 8th point": lambda line: (line[0][::8], line[1][::8]),
        "radius +20 %": lambda line: (line[0], line[1] * 1.2),
        "radius -20 %": lambda line: (line[0], line[1] * 0.8),
        "shift 0.5 mm": lambda line: shifted(line, seed, 0.5),
        "shift 1 mm": lambda line: shifted(line, seed, 1.0),
    }


def judged(spoilt: str, measured: Measurements, truth: dict[str, float]) -> Outcome:
    """Compare a measurement with the truth."""
    off, wrong = {}, set()
    for fact in measured.facts:
        if fact.name in WRONG:
            unit = 100.0 / truth[fact.name] if fact.name == "plaque_volume" else 1.0
            error = (float(fact.value) - truth[fact.name]) * unit
            sd = float(fact.sd or 0) * unit
            off[fact.name] = (error, sd)
            if abs(error) > max(WRONG[fact.name], 2 * sd):
                wrong.add(fact.name)
    flagged = frozenset(doubt.name for doubt in measured.doubts) & frozenset(WRONG)
    return Outcome(spoilt, "", flagged, frozenset(wrong), off)


def outcomes(seed: int) -> list[Outcome]:
    """Measure one phantom with every line."""
    phantom = make_phantom(random_design(seed, 1.0 if seed % 2 else 0.7))
    image = phantom.image
    lesion = phantom.truth["occlusions"][0]
    truth = {
        "occlusion_length": lesion["occlusion_length_mm"],
        "max_bend": lesion["max_bend_deg"],
        "plaque_volume": lesion["vessel_volume_mm3"],
    }
    volume = Volume(image.hu, image.affine_lps_mm, SeriesInfo("1", "2"))
    found = []
    for name, spoil in spoilings(seed).items():
        points, radius = spoil((phantom.line_lps_mm, phantom.outer_radius_mm))
        line = Centreline(points, radius, f"{seed}, {name}")
        try:
            measured = CctaBackend().measure(Request(volume, line), silent)
        except BackendError as error:
            found.append(Outcome(name, str(error), frozenset(WRONG), frozenset(), {}))
            continue
        found.append(judged(name, measured, truth))
    return found


def told(seed: int, outcome: Outcome) -> str:
    """Return one line about one measurement."""
    cells = []
    for name in WRONG:
        cell = "review"
        if name in outcome.off:
            error, sd = outcome.off[name]
            cell = f"{error:+.1f}±{sd:.1f}{'!' if name in outcome.wrong else ''}"
        cells.append(f"{cell:>12s}")
    return f"{seed:4d} {outcome.spoilt:16s}{''.join(cells)} {outcome.refused[:90]}"


def main() -> None:
    """Measure the phantoms and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phantoms", type=int, default=12)
    parser.add_argument("--first", type=int, default=301)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.phantoms)
    rows: dict[str, list[Outcome]] = {}
    print("seed, line, then error and sd of", ", ".join(WRONG))
    with ProcessPoolExecutor(chosen.processes) as pool:
        for seed, found in zip(seeds, pool.map(outcomes, seeds), strict=True):
            for outcome in found:
                print(told(seed, outcome), flush=True)
                rows.setdefault(outcome.spoilt, []).append(outcome)
    print("\n| line | results | refused | left to review | wrong, not left to review |")
    print("|---|---|---|---|---|")
    for spoilt, found in rows.items():
        refused = sum(bool(each.refused) for each in found) * len(WRONG)
        review = sum(len(each.flagged) for each in found) - refused
        wrong = sum(len(each.wrong) for each in found)
        print(f"| {spoilt} | {len(found) * len(WRONG)} | {refused} | {review} | {wrong} |")


if __name__ == "__main__":
    main()
