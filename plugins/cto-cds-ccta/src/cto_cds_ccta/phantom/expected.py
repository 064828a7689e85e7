"""What a measurement should find in a phantom, under the names of the vocabulary.

Each value comes with the error that is still called right. A fact is left out where the truth
itself lies so near a limit that either word would do. A value of None says that the image does not
show it: a number would be a guess, as is one length of two occlusions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cto_cds.hookspecs import Expected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LENGTH_MM, DIAMETER_MM = 2.5, 0.4
BEND_DEG, ARC_DEG = 6.0, 30.0
VOLUME_SHARE, CLASS_POINTS, AREA_POINTS, STENOSIS_POINTS = 0.15, 8.0, 12.0, 20.0
_CLEARLY_BLUNT_MM, _CLEARLY_TAPERED_MM = 1.0, 2.75
BEND_STEP_DEG = 6
_MEASURED = ("occlusion_length", "max_bend", "plaque_volume", "stump")


def expected_facts(truth: Mapping[str, Any]) -> tuple[Expected, ...]:
    """Return what should be found, from the truth of a phantom or of an older practice study."""
    occlusions = truth["occlusions"]
    if not occlusions or not truth.get("contrast", True):
        return tuple(Expected(name, None) for name in _MEASURED)
    found = [Expected("occlusion_count", len(occlusions))]
    if "tube_voltage_kv" in truth:
        found.append(Expected("tube_voltage", float(truth["tube_voltage_kv"]), "kV", 0.5))
    if truth.get("in_stent", False):
        return (*found, Expected("in_stent", "yes"), *_hidden_by_metal())
    if len(occlusions) == 1:
        found += _occlusion(occlusions[0])
        found += _bends(truth.get("bends", {}))
    else:
        found += _several(occlusions)
        found += _bends(truth.get("bends", {}))
    if "landing_zone" in truth:
        found += _landing(truth["landing_zone"])
    return tuple(found)


def _hidden_by_metal() -> Iterator[Expected]:
    for name in ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium"):
        yield Expected(f"{name}_pav", None)
    yield Expected("calcium_arc", None)
    yield Expected("calcium_area_fraction", None)


def _occlusion(truth: Mapping[str, Any]) -> Iterator[Expected]:
    yield Expected("occlusion_length", truth["occlusion_length_mm"], "mm", LENGTH_MM)
    yield Expected("max_bend", truth["max_bend_deg"], "deg", BEND_DEG)
    vessel = truth["vessel_volume_mm3"]
    yield Expected("plaque_volume", vessel, "mm3", VOLUME_SHARE * vessel)
    for name, percent in truth["apparent_percent"].items():
        yield Expected(f"{name}_pav", percent, "%", CLASS_POINTS)
        within = CLASS_POINTS / 100 * vessel
        yield Expected(f"{name}_volume", percent / 100 * vessel, "mm3", within)
    area = 100.0 * truth["calcium_area_fraction"]
    yield Expected("calcium_area_fraction", area, "%", AREA_POINTS)
    yield Expected("calcium_arc", truth["calcium_arc_deg"], "deg", ARC_DEG)
    near, far = truth["reference_lumen_diameter_mm"], truth["distal_lumen_diameter_mm"]
    yield Expected("proximal_vessel_diameter", near, "mm", DIAMETER_MM)
    yield Expected("distal_vessel_diameter", far, "mm", DIAMETER_MM)
    taper = truth.get("proximal_taper_mm")
    if taper is None or not _CLEARLY_BLUNT_MM < taper < _CLEARLY_TAPERED_MM:
        yield Expected("stump", truth["stump"])
    branch = "yes" if truth["side_branch_at_proximal_cap"] else "no"
    yield Expected("side_branch_at_proximal_cap", branch)
    if "distal_cap_at_bifurcation" in truth:
        fork = "yes" if truth["distal_cap_at_bifurcation"] else "no"
        yield Expected("distal_cap_at_bifurcation", fork)


def _several(truths: Sequence[Mapping[str, Any]]) -> Iterator[Expected]:
    """Yield what is the worst of several occlusions, or lies before the first or behind the last.

    No number says which length counts.
    """
    yield Expected("occlusion_length", None)
    yield Expected("max_bend", max(one["max_bend_deg"] for one in truths), "deg", BEND_DEG)
    area = 100.0 * max(one["calcium_area_fraction"] for one in truths)
    yield Expected("calcium_area_fraction", area, "%", AREA_POINTS)
    yield Expected("calcium_arc", max(one["calcium_arc_deg"] for one in truths), "deg", ARC_DEG)
    near, far = truths[0]["reference_lumen_diameter_mm"], truths[-1]["distal_lumen_diameter_mm"]
    yield Expected("proximal_vessel_diameter", near, "mm", DIAMETER_MM)
    yield Expected("distal_vessel_diameter", far, "mm", DIAMETER_MM)


def _bends(counts: Mapping[str, int]) -> Iterator[Expected]:
    """Yield the counts of bends that a small error of the line would not change."""
    for limit in (70, 90, 120):
        near = [counts.get(f"over_{limit + off}") for off in (-BEND_STEP_DEG, 0, BEND_STEP_DEG)]
        if (count := near[0]) is not None and near == [count] * len(near):
            yield Expected(f"bends_over_{limit}", count)


def _landing(truth: Mapping[str, Any]) -> Iterator[Expected]:
    yield Expected("distal_stenosis", truth["stenosis_percent"], "%", STENOSIS_POINTS)
    yield Expected("distal_disease", truth["disease"])
    yield Expected("landing_zone_large_branch", "yes" if truth["large_branch"] else "no")
    if not truth["calcium"]:
        yield Expected("landing_zone_calcium", "none")
