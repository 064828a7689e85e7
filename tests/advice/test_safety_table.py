"""The safety rules against a table that was written from the specification, not from the rules."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from strategies import built_in_pack

from cto_cds.advice.result import Result
from cto_cds.facts.case import read_case_text

PACK = built_in_pack()

# The table of the specification: sections 6.4, 7.3, 9.1 and 10.3

RA, OA, LASER = "rotational_atherectomy", "orbital_atherectomy", "laser_atherectomy"
HIGH, OPN, NC, SMALL = (
    "high_pressure_balloon",
    "very_high_pressure_balloon",
    "nc_balloon",
    "small_balloon",
)
CUTTING, SCORING, IVL, BAM = "cutting_balloon", "scoring_balloon", "ivl", "bam"
PREPARING = {
    "angiography.occlusion": "chronic total",
    "angiography.target_vessel": "RCA",
    "angiography.in_stent": "no",
    "procedure.phase": "lesion preparation",
    "procedure.complication": "none",
    "procedure.track": "intraplaque",
    "procedure.track_confirmed_by": "ivus",
    "procedure.device_crosses": "yes",
    "procedure.balloon_expands": "no",
    "procedure.strategies_tried": "[antegrade_wire_escalation]",
    "procedure.wire_position": "distal true lumen",
    "procedure.dissection_at_site": "no",
    "procedure.vessel_injury": "no",
    "procedure.planned_pressure": "10 atm",
    "procedure.planned_burr": "1.25 mm",
    "procedure.atherectomy_site": "intraplaque",
    "ivus.calcium_distribution": "concentric",
    "ivus.calcium_depth": "superficial",
    "ivus.wire_bias": "favourable",
}
OUT = {"procedure.track": "extraplaque"}
PARTLY = {"procedure.track": "mixed"}
TRACK_UNKNOWN = {"procedure.track": ""}
NOT_CONFIRMED = {"procedure.track_confirmed_by": "assumed"}
CONFIRMED_UNKNOWN = {"procedure.track_confirmed_by": ""}
SMALL_BURR = {"procedure.planned_burr": "1.25 mm", "procedure.atherectomy_site": "transition zone"}
BLOCKED = {"procedure.device_crosses": "no", "procedure.balloon_expands": ""}
DISSECTED = {"procedure.strategies_tried": "[antegrade_dissection_reentry]"}
HARD_14 = {"procedure.planned_pressure": "14 atm"}
BELOW_14 = {"procedure.planned_pressure": "13.9 atm"}
PRESSURE_UNKNOWN = {"procedure.planned_pressure": ""}

Line = tuple[str, Mapping[str, str], set[str], set[str]]
TABLE: tuple[Line, ...] = (
    # what, changes of a safe case, what is forbidden, what is not
    ("a track inside the plaque, confirmed", {}, set(), {RA, OA, LASER, HIGH, OPN, NC, BAM, IVL}),
    ("MH1, MH2: outside the plaque", OUT, {RA, OA, LASER, HIGH, OPN, BAM}, {NC, SMALL, IVL}),
    ("MH1, MH2: partly outside", PARTLY, {RA, OA, LASER, HIGH, OPN, BAM}, {NC, SMALL, IVL}),
    ("MH1 to MH6: track unknown", TRACK_UNKNOWN, {RA, OA, LASER, HIGH, OPN, BAM}, {NC, SMALL, IVL}),
    ("MH3: small burr at the transition", {**OUT, **SMALL_BURR}, {OA, LASER}, {RA}),
    (
        "MH3: 1.5 mm is not smaller",
        {**OUT, **SMALL_BURR, "procedure.planned_burr": "1.5 mm"},
        {RA},
        set(),
    ),
    ("MH3: the size is unknown", {**OUT, **SMALL_BURR, "procedure.planned_burr": ""}, {RA}, set()),
    (
        "MH3: the place is unknown",
        {**OUT, **SMALL_BURR, "procedure.atherectomy_site": ""},
        {RA},
        set(),
    ),
    ("MH3: a small burr elsewhere", {**OUT, "procedure.planned_burr": "1.25 mm"}, {RA}, set()),
    ("MH3: no exception for an unknown track", {**TRACK_UNKNOWN, **SMALL_BURR}, {RA}, set()),
    ("MH4: 14 atm outside", {**OUT, **HARD_14}, {HIGH, OPN}, {NC, SMALL, CUTTING, SCORING}),
    ("MH4: below 14 atm outside", {**OUT, **BELOW_14}, set(), {NC, SMALL, CUTTING, SCORING}),
    ("MH4: 14 atm, track unknown", {**TRACK_UNKNOWN, **HARD_14}, {HIGH, OPN}, {NC, SMALL}),
    ("MH4: 14 atm inside", HARD_14, set(), {NC, SMALL, CUTTING, SCORING}),
    ("MH5: resists, outside", {**OUT, "procedure.balloon_expands": "no"}, {HIGH, OPN}, set()),
    ("MH6: only assumed", NOT_CONFIRMED, {RA, OA}, {NC, HIGH}),
    ("MH6: confirmation unknown", CONFIRMED_UNKNOWN, {RA, OA}, {NC, HIGH}),
    ("MH6: uncrossable, primary intraplaque", {**NOT_CONFIRMED, **BLOCKED}, {IVL}, {RA, OA, LASER}),
    (
        "MH6: uncrossable, after dissection",
        {**NOT_CONFIRMED, **BLOCKED, **DISSECTED},
        {RA, OA, LASER},
        set(),
    ),
    ("MH7: dissected, only assumed", {**NOT_CONFIRMED, **DISSECTED}, {HIGH, OPN, BAM}, {NC, SMALL}),
    ("MH7: dissected, not confirmed", {**CONFIRMED_UNKNOWN, **DISSECTED}, {HIGH, OPN, BAM}, {NC}),
    ("MH7: dissected, confirmed inside", DISSECTED, set(), {HIGH, OPN, BAM, NC}),
    ("MH7: knuckled outside", {**OUT, **DISSECTED}, {OPN}, set()),
    ("MH8: IVL outside is allowed", OUT, set(), {IVL}),
    ("MH8: eccentric is allowed", {"ivus.calcium_distribution": "eccentric"}, set(), {IVL}),
    ("7.3: IVL has to cross", BLOCKED, {IVL}, set()),
    ("7.3: visible dissection", {"procedure.dissection_at_site": "yes"}, {OA}, {RA, IVL}),
    ("7.3: dissection not stated", {"procedure.dissection_at_site": ""}, {OA}, {RA, IVL}),
    ("7.3: in a stent is off label only", {"angiography.in_stent": "yes"}, set(), {OA, IVL}),
    ("7.3: in a graft is off label only", {"angiography.target_vessel": "graft"}, set(), {OA}),
    (
        "10.3: a complication ends the work",
        {"procedure.complication": "perforation"},
        {RA, OA, LASER, HIGH, OPN, NC, SMALL, CUTTING, SCORING, IVL, BAM},
        set(),
    ),
    ("10.3: a complication not ruled out", {"procedure.complication": ""}, set(), {NC, IVL}),
)
CAUTIONS: tuple[Line, ...] = (
    # what, changes, what is cautioned about, what is not
    ("MH4: 14 atm outside", {**OUT, **HARD_14}, {NC, SMALL, CUTTING, SCORING}, set()),
    ("MH4: 14 atm, track unknown", {**TRACK_UNKNOWN, **HARD_14}, {NC, SMALL}, set()),
    ("MH4: pressure unknown outside", {**OUT, **PRESSURE_UNKNOWN}, {NC, SMALL}, set()),
    ("MH6: uncrossable, primary intraplaque", {**NOT_CONFIRMED, **BLOCKED}, {RA, OA}, set()),
    ("MH8: IVL outside", OUT, {IVL}, set()),
    ("MH8: IVL in eccentric calcium", {"ivus.calcium_distribution": "eccentric"}, {IVL}, set()),
    ("MH8: IVL, calcium unknown", {"ivus.calcium_distribution": ""}, {IVL}, set()),
    ("MH8: IVL, concentric inside", {}, set(), {IVL}),
    ("7.3: OA in a stent", {"angiography.in_stent": "yes"}, {OA}, set()),
    ("7.3: OA in a graft", {"angiography.target_vessel": "graft"}, {OA}, set()),
    ("7.3: RA in a graft", {"angiography.target_vessel": "graft"}, {RA}, set()),
    ("7.3: blades outside the plaque", OUT, {CUTTING, SCORING}, set()),
    ("7.3: blades, track unknown", TRACK_UNKNOWN, {CUTTING, SCORING}, set()),
    ("7.4: bias", {"ivus.wire_bias": "unfavourable"}, {RA, OA, CUTTING, SCORING}, {IVL, NC}),
    ("7.4: bias unknown", {"ivus.wire_bias": ""}, {RA, OA, CUTTING, SCORING}, {IVL, NC}),
    (
        "MH10: injury",
        {"procedure.vessel_injury": "yes"},
        {RA, OA, LASER, IVL, HIGH, OPN, CUTTING, SCORING, BAM},
        set(),
    ),
    ("nothing speaks against it", {}, set(), {RA, OA, LASER, IVL, HIGH, OPN, NC, CUTTING}),
)


@pytest.fixture
def preparing(advise, vocabulary):
    """Return a function from changes of a safe case of lesion preparation to its result."""

    def result_of(changes: Mapping[str, str]) -> Result:
        facts = {path: text for path, text in {**PREPARING, **changes}.items() if text}
        lines = ["format: 1", "case: one line of the table"]
        for group in dict.fromkeys(path.partition(".")[0] for path in facts):
            lines.append(f"{group}:")
            mine = [path for path in facts if path.startswith(f"{group}.")]
            lines += [f"  {path.partition('.')[2]}: {facts[path]}" for path in mine]
        return advise(read_case_text("\n".join(lines) + "\n", "case.yaml", vocabulary))

    return result_of


@pytest.mark.parametrize(
    ("changes", "held", "free"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE]
)
def test_what_the_specification_forbids_is_forbidden_and_nothing_more(
    preparing, changes, held, free
):
    plan = preparing(changes).recommendation
    vetoed = {entry.id for entry in plan.vetoed}
    assert held <= vetoed
    assert not free & vetoed
    assert not vetoed & {strategy.id for strategy in plan.strategies}


@pytest.mark.parametrize(
    ("changes", "told", "silent"),
    [line[1:] for line in CAUTIONS],
    ids=[line[0] for line in CAUTIONS],
)
def test_what_the_specification_warns_of_is_warned_of(preparing, changes, told, silent):
    plan = preparing(changes).recommendation
    cautioned = {entry.id for entry in plan.cautions}
    assert told <= cautioned | {entry.id for entry in plan.vetoed}
    assert told & cautioned or not told
    assert not silent & cautioned


ADVICE = (
    ("MH9", {**OUT}, "no_oct_with_dissection", True),
    ("MH9, track unknown", {**TRACK_UNKNOWN}, "no_oct_with_dissection", True),
    ("MH9, inside", {}, "no_oct_with_dissection", False),
    ("MH10", {"procedure.vessel_injury": "yes"}, "staged_completion", True),
    ("MH10, no injury", {}, "staged_completion", False),
    ("10.2, low", {"procedure.act": "249 s"}, "clotting_time_low", True),
    ("10.2, at the limit", {"procedure.act": "250 s"}, "clotting_time_low", False),
    ("10.2, high", {"procedure.act": "401 s"}, "clotting_time_high", True),
    ("10.2, at the upper limit", {"procedure.act": "400 s"}, "clotting_time_high", False),
    (
        "10.2, retrograde",
        {
            "procedure.act": "299 s",
            "procedure.strategies_tried": "[retrograde_wire_escalation]",
        },
        "clotting_time_retrograde",
        True,
    ),
)


@pytest.mark.parametrize(
    ("changes", "rule", "told"), [line[1:] for line in ADVICE], ids=[line[0] for line in ADVICE]
)
def test_what_the_specification_advises_is_advised(preparing, changes, rule, told):
    advice = {entry.rule for entry in preparing(changes).recommendation.advice}
    assert (rule in advice) == told


@pytest.mark.parametrize("found", ["perforation", "stroke", "none"])
def test_during_a_complication_no_algorithm_puts_a_device_first(preparing, found):
    views = preparing({"procedure.complication": found}).recommendation.views
    named = {view.first for view in views} - {(), ("stop",)}
    assert bool(named) == (found == "none")


# The procedure: section 10.3 and the retrograde way

CROSSING = {
    **PREPARING,
    "history.prior_failed_attempt": "no",
    "history.egfr": "60 mL/min/1.73m2",
    "angiography.proximal_cap": "clear",
    "angiography.stump": "tapered",
    "angiography.occlusion_length": "12 mm",
    "angiography.distal_vessel_diameter": "3 mm",
    "angiography.distal_stenosis": "10 %",
    "angiography.distal_disease": "none",
    "angiography.interventional_collaterals": "yes",
    "procedure.phase": "crossing",
    "procedure.dual_injection_done": "yes",
    "procedure.reason_to_end": "none",
    "procedure.wire_position": "in cap",
    "procedure.well_advanced": "no",
    "procedure.minutes_without_progress": "1 min",
    "procedure.air_kerma": "2 Gy",
    "procedure.contrast": "60 mL",
    "procedure.duration": "60 min",
    "procedure.device_crosses": "",
    "procedure.balloon_expands": "",
    "procedure.track": "",
    "procedure.track_confirmed_by": "",
}
ON = {
    "procedure.well_advanced": "yes",
    "procedure.wire_position": "intraplaque",
}


@pytest.mark.parametrize(
    ("changes", "stops", "warns"),
    [
        ({}, False, False),
        ({"procedure.air_kerma": "5 Gy"}, False, False),
        ({"procedure.air_kerma": "5.001 Gy"}, False, True),
        ({"procedure.air_kerma": "6.999 Gy"}, False, True),
        ({"procedure.air_kerma": "7 Gy"}, True, True),
        ({"procedure.air_kerma": "7 Gy", **ON}, False, False),
        ({"procedure.air_kerma": "7 Gy", "procedure.well_advanced": "yes"}, True, True),
        ({"procedure.contrast": "120 mL"}, False, False),
        ({"procedure.contrast": "120.001 mL"}, False, True),
        ({"procedure.contrast": "180 mL"}, False, True),
        ({"procedure.contrast": "180.001 mL"}, True, True),
        ({"procedure.contrast": "180.001 mL", **ON}, True, True),
        ({"procedure.duration": "180 min"}, False, False),
        ({"procedure.duration": "180.001 min"}, False, True),
        ({"procedure.duration": "300 min"}, False, True),
        ({"procedure.duration": "300 min", **ON}, False, False),
        ({"procedure.reason_to_end": "fatigue"}, True, False),
        ({"procedure.air_kerma": ""}, False, False),
        ({"procedure.complication": "tamponade"}, True, False),
    ],
)
def test_the_limits_of_a_procedure_stop_and_warn_as_specified(preparing, changes, stops, warns):
    plan = preparing({**CROSSING, **changes}).recommendation
    assert (plan.strategies[0].id == "stop") == stops
    ways = [s for s in plan.strategies if s.id == "antegrade_wire_escalation"]
    assert any(c.rule.startswith(("soft_", "hard_")) for s in ways for c in s.cautions) == warns
    asked = {ask.fact for ask in plan.ask_for if ask.changes == "plan"}
    assert ("procedure.air_kerma" in asked) == ("" in changes.values())


@pytest.mark.parametrize(("word", "effect"), [("yes", ""), ("no", "veto"), ("", "caution")])
def test_the_retrograde_way_needs_a_collateral(preparing, word, effect):
    plan = preparing({**CROSSING, "angiography.interventional_collaterals": word}).recommendation
    for name in ("retrograde_wire_escalation", "retrograde_dissection_reentry"):
        said = {
            **{e.id: "caution" for e in plan.cautions if e.rule == "needs_collaterals"},
            **{e.id: "veto" for e in plan.vetoed if e.rule == "needs_collaterals"},
        }
        assert said.get(name, "") == effect
