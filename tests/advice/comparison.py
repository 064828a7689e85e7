"""What the comparison of the algorithms is made of: a plain lesion, its changes, the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

AWE, PARALLEL, IVUS = "antegrade_wire_escalation", "parallel_wire", "ivus_guided_wiring"
ADR, RWE, RDR = (
    "antegrade_dissection_reentry",
    "retrograde_wire_escalation",
    "retrograde_dissection_reentry",
)

PLAIN = {
    "history.prior_failed_attempt": "no",
    "history.egfr": "60 mL/min/1.73m2",
    "angiography.occlusion": "chronic total",
    "angiography.in_stent": "no",
    "angiography.stump": "tapered",
    "angiography.proximal_cap": "clear",
    "angiography.side_branch_takes_ivus": "no",
    "angiography.calcification": "none",
    "angiography.bends_over_70": "0",
    "angiography.bends_over_90": "0",
    "angiography.vessel_course": "clear",
    "angiography.occlusion_length": "12 mm",
    "angiography.distal_vessel_diameter": "3 mm",
    "angiography.distal_stenosis": "10 %",
    "angiography.distal_disease": "none",
    "angiography.distal_cap_at_bifurcation": "no",
    "angiography.landing_zone_calcium": "none",
    "angiography.landing_zone_large_branch": "no",
    "angiography.interventional_collaterals": "yes",
    "ccta.calcium_area_fraction": "10 %",
}
LAB = {
    "procedure.phase": "crossing",
    "procedure.dual_injection_done": "yes",
    "procedure.strategies_tried": "[]",
    "procedure.minutes_without_progress": "2 min",
    "procedure.wire_position": "proximal to cap",
    "procedure.cap_penetrable": "yes",
    "procedure.complication": "none",
    "procedure.reason_to_end": "none",
    "procedure.well_advanced": "no",
    "procedure.duration": "60 min",
    "procedure.contrast": "100 mL",
    "procedure.air_kerma": "2 Gy",
}
CALCIUM = {"angiography.calcification": "severe", "ccta.calcium_area_fraction": "80 %"}
LONG = {"angiography.occlusion_length": "20 mm"}
LONGER = {"angiography.occlusion_length": "20.001 mm"}
COURSE = {"angiography.vessel_course": "ambiguous"}
CAP = {"angiography.proximal_cap": "ambiguous"}
SEEN = {"angiography.side_branch_takes_ivus": "yes"}
BLUNT = {"angiography.stump": "blunt"}
ALONE = {"angiography.interventional_collaterals": "no"}
SMALL = {"angiography.distal_vessel_diameter": "1.9 mm"}
DIFFUSE = {"angiography.distal_disease": "diffuse"}
FORK = {"angiography.distal_cap_at_bifurcation": "yes"}
BRANCH = {"angiography.landing_zone_large_branch": "yes"}
SHUT = {**LAB, "procedure.cap_penetrable": "no"}
OUTSIDE = {**LAB, "procedure.wire_position": "extraplaque"}
FAILED = {
    **LAB,
    "procedure.strategies_tried": f"[{AWE}]",
    "procedure.minutes_without_progress": "12 min",
    "procedure.wire_position": "intraplaque",
}
FAILED_OUTSIDE = {**FAILED, "procedure.wire_position": "extraplaque"}
STUCK = {
    **FAILED,
    "procedure.duration": "180 min",
    "procedure.contrast": "240 mL",
    "procedure.air_kerma": "5 Gy",
}


Options = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Said:
    """What one algorithm says of one case.

    Attributes:
        options: Strategies with their techniques, best first.
        limits: The limits that stand with the questions it asked.
        plain: What it says of the plain lesion.
    """

    options: Options
    limits: str
    plain: Options

    @property
    def order(self) -> list[str]:
        return [strategy for strategy, _ in self.options]


Check = Callable[[Said], bool]


def order(*strategies: str) -> Check:
    """Return whether the strategies come first, in this order."""
    return lambda said: said.order[: len(strategies)] == list(strategies)


def retrograde_first(said: Said) -> bool:
    return set(said.order[:2]) == {RWE, RDR}


def before(one: str, other: str) -> Check:
    return lambda said: said.order.index(one) < said.order.index(other)


def behind(strategy: str) -> Check:
    """Return whether the strategy comes last."""
    return lambda said: said.order[-1] == strategy


def lists(*strategies: str) -> Check:
    return lambda said: set(strategies) <= set(said.order)


def without(strategy: str) -> Check:
    return lambda said: strategy not in said.order


def uses(strategy: str, *techniques: str) -> Check:
    return lambda said: set(techniques) <= set(dict(said.options)[strategy])


def not_by(strategy: str, technique: str) -> Check:
    return lambda said: technique not in dict(said.options)[strategy]


def quotes(number: str) -> Check:
    return lambda said: number in said.limits


def same(said: Said) -> bool:
    """Tell whether what was changed plays no part."""
    return said.options == said.plain


def silent(said: Said) -> bool:
    return said.order == []


def stops(said: Said) -> bool:
    return said.order[0] == "stop"


def goes_on(said: Said) -> bool:
    return "stop" not in said.order


Line = tuple[str, str, Mapping[str, str], tuple[Check, ...]]
