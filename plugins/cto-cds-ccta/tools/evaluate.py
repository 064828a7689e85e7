"""Print the table of targets, row by row: what was measured on phantoms beside what is aimed at.

    python plugins/cto-cds-ccta/tools/evaluate.py --first 1000 --phantoms 20 --blur 0.7 1.0

Every phantom of the battery is drawn, measured from its two seed points, and measured again with
the waypoint where the way was wrong. A fact that is left to review counts as flagged and not as an
error. Compared is the true occlusion that was measured; the length is that of the longest. The rows
of the landing zone leave out phantoms where it is not the last occlusion that was measured, since
their truth is that behind the last. Seeds 1000 to 1999 are for tuning; 9000 to 9799 are for final
figures only.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import Any

import numpy as np
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Request, Seeds
from scipy.spatial import cKDTree
from tally import CLASSES, Tally, told

from cto_cds_ccta.measure.landing import LandingZone
from cto_cds_ccta.measure.rim import LEAST_RIM_MM2
from cto_cds_ccta.phantom.battery import design
from cto_cds_ccta.phantom.memory import volume_of
from cto_cds_ccta.phantom.study import Phantom, make_phantom
from cto_cds_ccta.quantify import Analysis, analysed

NOISE_HU = 25.0
SILENT_MM = 5.0
LARGE_BRANCH_MM = 0.7
LANDING = ("distal_disease", "landing_zone_large_branch", "calcium_in_landing_zone")


def silent(_stage: str, _share: float) -> None:
    """Show nothing."""


def measured(phantom: Phantom, *, waypoints: bool) -> Analysis | str:
    """Measure a phantom from its seeds; a refusal comes back as text."""
    seeds = phantom.seeds
    if not waypoints:
        seeds = Seeds(seeds.proximal_lps_mm, seeds.distal_lps_mm)
    try:
        return analysed(Request(volume_of(phantom), seeds=seeds), silent)
    except BackendError as error:
        return "; ".join(problem.found for problem in error.problems)


def off_line(analysis: Analysis, phantom: Phantom) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each point of the line found lies off the true line, and the wall there."""
    away, near = cKDTree(phantom.line_lps_mm).query(analysis.found.vessel.line.points_lps_mm)
    return away, phantom.outer_radius_mm[near]


def path_is_right(result: Analysis | str, phantom: Phantom) -> bool:
    """Say whether every point of the line found lies inside the vessel."""
    if isinstance(result, str):
        return False
    away, wall = off_line(result, phantom)
    return bool(np.all(away < wall))


def compare(tally: Tally, phantom: Phantom, analysis: Analysis) -> str:
    """Compare one analysis with the truth; return a line about it."""
    truth = phantom.truth
    lesion = measured_lesion(phantom, analysis)
    longest = max(each["occlusion_length_mm"] for each in truth["occlusions"])
    away, wall = off_line(analysis, phantom)
    tally.off_mm.append(float(away.mean()))
    tally.overlap.append(float((away < wall).mean()))
    facts = {fact.name: fact.value for fact in analysis.facts}
    sds = {fact.name: float(fact.sd) for fact in analysis.facts if fact.sd is not None}
    doubts = {doubt.name for doubt in analysis.doubts}
    found = analysis.found
    error = found.length_mm - longest
    flagged = "occlusion_length" in doubts
    tally.flagged += flagged
    tally.silent += not flagged and abs(error) > SILENT_MM
    if not flagged:
        _numbers(tally, phantom, lesion | {"longest_mm": longest}, facts, sds, analysis)
    _words(tally, truth, lesion, facts, chalky=_chalky(analysis.findings.zone))
    because = [doubt.because for doubt in analysis.doubts if doubt.name == "occlusion_length"]
    mark = f"{error:+.1f} mm" + "".join(f" in review ({reason})" for reason in because)
    return f"{longest:5.1f} mm, length {mark}, line off {away.mean():.2f} mm"


def measured_lesion(phantom: Phantom, analysis: Analysis) -> dict[str, Any]:
    """Return the true occlusion that was measured: the one that shares most of the line with it.

    Of two occlusions of nearly the same length either may be measured as the longest. Where they
    share nothing, the longest counts.
    """
    tree, found = cKDTree(phantom.line_lps_mm), analysis.found
    ends = [tree.query(found.point(cap.at_mm))[1] for cap in (found.proximal, found.distal)]
    low, high = (float(phantom.at_mm[end]) for end in ends)

    def shared(lesion: dict[str, Any]) -> tuple[float, float]:
        both = min(high, lesion["distal_cap_mm"]) - max(low, lesion["proximal_cap_mm"])
        return max(both, 0.0), lesion["occlusion_length_mm"]

    return dict(max(phantom.truth["occlusions"], key=shared))


def _chalky(zone: LandingZone) -> bool:
    """Say whether a person is sent to calcium of the landing zone."""
    return zone.calcium_mm3 > 0 or zone.bright_rim_mm2 > LEAST_RIM_MM2


def _numbers(
    tally: Tally,
    phantom: Phantom,
    lesion: dict[str, Any],
    facts: dict[str, Any],
    sds: dict[str, float],
    analysis: Analysis,
) -> None:
    tree = cKDTree(phantom.line_lps_mm)
    for end, cap in (("proximal", analysis.found.proximal), ("distal", analysis.found.distal)):
        at = float(phantom.at_mm[tree.query(analysis.found.point(cap.at_mm))[1]])
        taper = lesion[f"{end}_taper_mm"]
        kind = "tapered" if taper >= 2.0 else "blunt"
        tally.add(f"cap, {kind}", at, lesion[f"{end}_cap_mm"])
        tally.add(f"cap, {end}", at, lesion[f"{end}_cap_mm"])
    true = {
        "occlusion_length": lesion["longest_mm"],
        "max_bend": lesion["max_bend_deg"],
        "plaque_volume": lesion["vessel_volume_mm3"],
        "calcium_area_fraction": 100 * lesion["calcium_area_fraction"],
        "calcium_arc": lesion["calcium_arc_deg"],
        "proximal_vessel_diameter": lesion["reference_lumen_diameter_mm"],
        "distal_vessel_diameter": lesion["distal_lumen_diameter_mm"],
    }
    for name in CLASSES:
        share = lesion["apparent_percent"][name]
        true[f"{name}_pav"] = share
        true[f"{name}_volume"] = share / 100 * lesion["vessel_volume_mm3"]
    for name, value in true.items():
        if name in facts:
            found = float(facts[name])
            tally.add(name, found, float(value))
            if found or value:
                near = abs(found - float(value)) <= 2 * sds[name]
                tally.within.setdefault(name, []).append(near)


def _words(
    tally: Tally,
    truth: dict[str, Any],
    lesion: dict[str, Any],
    facts: dict[str, Any],
    *,
    chalky: bool,
) -> None:
    zone = truth["landing_zone"]
    radius = max((b["radius_mm"] for b in truth["branches"]), default=0.0)
    small = lesion["side_branch_at_proximal_cap"] and radius < LARGE_BRANCH_MM
    true = {
        "stump": lesion["stump"],
        "occlusion_count": str(len(truth["occlusions"])),
        "distal_disease": zone["disease"],
        "landing_zone_large_branch": "yes" if zone["large_branch"] else "no",
        "distal_cap_at_bifurcation": "yes" if lesion["distal_cap_at_bifurcation"] else "no",
        "calcium_in_landing_zone": "some" if zone["calcium"] else "none",
    }
    true |= {f"bends_over_{limit}": str(truth["bends"][f"over_{limit}"]) for limit in (70, 90, 120)}
    if not small:
        branch = "yes" if lesion["side_branch_at_proximal_cap"] else "no"
        true["side_branch_at_proximal_cap"] = branch
    if lesion["distal_cap_mm"] != truth["occlusions"][-1]["distal_cap_mm"]:
        for name in LANDING:  # the truth is that of the vessel behind the last occlusion
            del true[name]
    for name, word in true.items():
        key = "landing_zone_calcium" if name == "calcium_in_landing_zone" else name
        told = str(facts.get(key, "review"))
        if key == "landing_zone_calcium" and chalky:
            told = "some"
        tally.words.setdefault(name, []).append((told, word))
    if "distal_stenosis" in facts and "distal_disease" in true:
        tally.add("distal_stenosis", float(facts["distal_stenosis"]), zone["stenosis_percent"])


def retest(tally: Tally, first: Analysis, second: Analysis | str) -> None:
    """Compare two measurements of one phantom with new noise and other seeds."""
    if isinstance(second, str):
        return
    one = {fact.name: fact.value for fact in first.facts}
    two = {fact.name: fact.value for fact in second.facts}
    names = ("occlusion_length", "plaque_volume", *(f"{name}_volume" for name in CLASSES))
    for name in (*names, "max_bend"):
        if name in one and name in two:
            tally.again.setdefault(name, []).append((float(one[name]), float(two[name])))


def main() -> None:
    """Measure the phantoms and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phantoms", type=int, default=10)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--blur", type=float, nargs="+", default=[0.7, 1.0])
    parser.add_argument("--retest", action="store_true", help="measure each again, with new noise")
    chosen = parser.parse_args()
    table: list[list[tuple[str, str, str]]] = []
    for blur in chosen.blur:
        tally = Tally()
        for seed in range(chosen.first, chosen.first + chosen.phantoms):
            drawn = replace(design(seed), fwhm_mm=blur, noise_hu=NOISE_HU)
            phantom = make_phantom(drawn)
            start = time.process_time()
            result = measured(phantom, waypoints=False)
            tally.seconds.append(time.process_time() - start)
            tally.phantoms += 1
            right = path_is_right(result, phantom)
            told_line = result if isinstance(result, str) else compare(tally, phantom, result)
            tally.refused += isinstance(result, str)
            with_waypoint = right or path_is_right(measured(phantom, waypoints=True), phantom)
            tally.path.append((right, with_waypoint))
            print(
                f"{blur:.1f} mm, seed {seed}: path {right}/{with_waypoint}, {told_line}", flush=True
            )
            if chosen.retest and not isinstance(result, str):
                other = make_phantom(replace(drawn, repeat=1))
                retest(tally, result, measured(other, waypoints=False))
        table.append(told(tally))
    print("\n| quantity | target | " + " | ".join(f"{blur:.1f} mm" for blur in chosen.blur) + " |")
    print("|---|---|" + "---|" * len(chosen.blur))
    names = list(dict.fromkeys(name for rows in table for name, _, _ in rows))
    by_name = [{name: (target, value) for name, target, value in rows} for rows in table]
    for name in names:
        target = next(rows[name][0] for rows in by_name if name in rows)
        cells = " | ".join(rows.get(name, ("", "-"))[1] for rows in by_name)
        print(f"| {name} | {target} | {cells} |")


if __name__ == "__main__":
    main()
