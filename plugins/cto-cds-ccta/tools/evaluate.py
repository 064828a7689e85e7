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
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Request, Seeds
from scipy.spatial import cKDTree

from cto_cds_ccta.measure.landing import LandingZone
from cto_cds_ccta.measure.rim import LEAST_RIM_MM2
from cto_cds_ccta.phantom.battery import design
from cto_cds_ccta.phantom.memory import volume_of
from cto_cds_ccta.phantom.study import Phantom, make_phantom
from cto_cds_ccta.quantify import Analysis, analysed

NOISE_HU = 25.0
SILENT_MM = 5.0
CLASSES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")
LARGE_BRANCH_MM = 0.7
LANDING = ("distal_disease", "landing_zone_large_branch", "calcium_in_landing_zone")
Numbers = dict[str, list[tuple[float, float]]]


@dataclass
class Tally:
    """What was found over all phantoms of one blur; each list holds (found, true).

    ``within`` says for each number whether the truth lies within two standard deviations.
    """

    phantoms: int = 0
    refused: int = 0
    flagged: int = 0
    silent: int = 0
    seconds: list[float] = field(default_factory=list)
    path: list[tuple[bool, bool]] = field(default_factory=list)
    off_mm: list[float] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    pairs: Numbers = field(default_factory=dict)
    again: Numbers = field(default_factory=dict)
    within: dict[str, list[bool]] = field(default_factory=dict)
    words: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, name: str, found: float, true: float) -> None:
        """Keep a found and a true number."""
        self.pairs.setdefault(name, []).append((found, true))


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


def icc(pairs: list[tuple[float, float]]) -> float:
    """Return the intraclass correlation of absolute agreement, single measurement: ICC(2,1)."""
    values = np.array(pairs)
    count = len(values)
    if count < 3:
        return float("nan")
    mean, rows, columns = values.mean(), values.mean(axis=1), values.mean(axis=0)
    between = 2 * np.sum((rows - mean) ** 2) / (count - 1)
    observers = count * np.sum((columns - mean) ** 2)
    rest = np.sum((values - rows[:, None] - columns[None, :] + mean) ** 2) / (count - 1)
    scale = between + rest + 2 * (observers - rest) / count
    return float((between - rest) / scale) if scale > 0 else float("nan")


def told(tally: Tally) -> list[tuple[str, str, str]]:
    """Return rows of the table: quantity, target, measured."""
    rows: list[tuple[str, str, str]] = []
    path = np.array(tally.path).reshape(-1, 2)
    shares = 100 * path.mean(axis=0) if len(path) else [0, 0]
    rows.append(
        ("path, 2 clicks / 1 waypoint", ">= 95 / 99 %", f"{shares[0]:.0f} / {shares[1]:.0f} %")
    )
    rows.append(
        (
            "centreline mean / overlap",
            "<= 0.15 mm / 0.98",
            f"{_mean(tally.off_mm):.2f} / {_mean(tally.overlap):.3f}",
        )
    )
    for kind, target in (("blunt", "0.8"), ("tapered", "1.0"), ("proximal", ""), ("distal", "")):
        rows.append((f"cap, {kind}, mean error", f"<= {target} mm", _mae(tally, f"cap, {kind}")))
    rows += _number_rows(tally)
    rows += _word_rows(tally)
    for name, pairs in tally.again.items():
        rows.append(
            (f"test and retest, {name}, ICC", ">= 0.97", f"{icc(pairs):.3f} ({len(pairs)})")
        )
    for name, near in tally.within.items():
        share = f"{100 * np.mean(near):.0f} % of {len(near)}"
        rows.append((f"within 2 sd, {name}", "95 %", share))
    rows.append(("seconds of one core", "<= 3 (two cores)", f"{_mean(tally.seconds):.1f}"))
    rows.append(("refused", "", f"{tally.refused} of {tally.phantoms}"))
    names = (
        "occlusion_length",
        "calcium_arc",
        "proximal_vessel_diameter",
        "distal_vessel_diameter",
    )
    given = ", ".join(str(len(tally.pairs.get(name, []))) for name in names)
    rows.append(("with a value: length, arc, two diameters", "", f"{given} of {tally.phantoms}"))
    rows.append(("length flagged", "", f"{tally.flagged} of {tally.phantoms}"))
    rows.append(("length wrong by > 5 mm, not flagged", "<= 1 %", f"{tally.silent}"))
    return rows


def _number_rows(tally: Tally) -> list[tuple[str, str, str]]:
    pairs, length = tally.pairs, "occlusion_length"
    rows = [
        (
            "length: MAE, P95, ICC",
            "1.0, 2.5 mm, 0.98",
            ", ".join(
                [_mae(tally, length), _p95(tally, length), f"{icc(pairs.get(length, [])):.3f}"]
            ),
        ),
        (
            "length class 15 / 20 mm",
            ">= 97 %",
            " / ".join(_agree(tally, "occlusion_length", limit) for limit in (15, 20)),
        ),
        ("bend: MAE", "<= 3 deg", _mae(tally, "max_bend")),
        (
            "bend over 45 deg / outside +-5 deg",
            ">= 98 / 100 %",
            f"{_agree(tally, 'max_bend', 45)} / {_agree(tally, 'max_bend', 45, 5)}",
        ),
        ("plaque volume: bias, MAE, ICC", "5 %, 8 %, 0.97", _volume(tally)),
    ]
    for name in CLASSES:
        rows.append(
            (f"{name} volume: ICC", ">= 0.95", f"{icc(pairs.get(f'{name}_volume', [])):.3f}")
        )
        rows.append(
            (
                f"{name} share: MAE, P95",
                "3 (0.7 mm), 5 (1.0); 8, 12",
                f"{_mae(tally, f'{name}_pav')}, {_p95(tally, f'{name}_pav')}",
            )
        )
    area, arc = "calcium_area_fraction", "calcium_arc"
    false = [f for f, t in pairs.get(arc, []) if t == 0 and f > 0]
    missed = [t for f, t in pairs.get(arc, []) if f == 0 and t > 0]
    rows += [
        ("calcium area: MAE", "<= 6 points", _mae(tally, area)),
        ("calcium area over 50 %", ">= 96 %", _agree(tally, area, 50)),
        ("calcium arc: MAE", "<= 10 deg", _mae(tally, arc)),
        (
            "calcium arc over 180 deg / full moon",
            ">= 97 / 98 %",
            f"{_agree(tally, arc, 180)} / {_agree(tally, arc, 340)}",
        ),
        ("calcium that is not there / missed", "0", f"{len(false)} / {len(missed)}"),
    ]
    for name in ("proximal_vessel_diameter", "distal_vessel_diameter"):
        rows.append(
            (f"{name}: bias, MAE", "0.10, 0.2 mm", f"{_bias(tally, name)}, {_mae(tally, name)}")
        )
    rows.append(("distal_stenosis: MAE", "", _mae(tally, "distal_stenosis")))
    return rows


def _word_rows(tally: Tally) -> list[tuple[str, str, str]]:
    rows = []
    for name, pairs in tally.words.items():
        clear = [(f, t) for f, t in pairs if f != "review"]
        right = sum(f == t for f, t in clear)
        text = f"{right} of {len(clear)} right, {len(pairs) - len(clear)} in review"
        if {"yes", "no"} & {t for _, t in pairs}:
            yes = [f for f, t in clear if t == "yes"]
            no = [f for f, t in clear if t == "no"]
            text += f"; yes {yes.count('yes')}/{len(yes)}, no {no.count('no')}/{len(no)}"
        rows.append((name, ">= 95 %", text))
    return rows


def _errors(tally: Tally, name: str) -> np.ndarray:
    pairs = np.array(tally.pairs.get(name, [])).reshape(-1, 2)
    return np.asarray(pairs[:, 0] - pairs[:, 1])


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _mae(tally: Tally, name: str) -> str:
    error = _errors(tally, name)
    return f"{np.abs(error).mean():.2f}" if len(error) else "-"


def _bias(tally: Tally, name: str) -> str:
    error = _errors(tally, name)
    return f"{error.mean():+.2f}" if len(error) else "-"


def _p95(tally: Tally, name: str) -> str:
    error = _errors(tally, name)
    return f"{np.percentile(np.abs(error), 95):.2f}" if len(error) else "-"


def _volume(tally: Tally) -> str:
    pairs = np.array(tally.pairs.get("plaque_volume", [])).reshape(-1, 2)
    if not len(pairs):
        return "-"
    error = 100 * (pairs[:, 0] / pairs[:, 1] - 1)
    pairs_list = tally.pairs["plaque_volume"]
    return f"{error.mean():+.1f} %, {np.abs(error).mean():.1f} %, {icc(pairs_list):.3f}"


def _agree(tally: Tally, name: str, limit: float, clear: float = 0.0) -> str:
    pairs = [(f, t) for f, t in tally.pairs.get(name, []) if abs(t - limit) >= clear]
    if not pairs:
        return "-"
    return f"{100 * np.mean([(f >= limit) == (t >= limit) for f, t in pairs]):.0f} %"


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
