"""Each safety rule with the dangerous value, with the unknown one and with the safe one.

The first part takes the values from the condition of each rule and decides them in both channels.
The second part is a table that was written from the specification, not from the rules.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import pytest
from advice.conftest import KNOWN
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import begun_sheets, built_in_pack, built_in_sheets, lab_sheets, planned_sheets

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, Value
from cto_cds.rulefile.condition import Possible, Subject, leaves
from cto_cds.rulefile.model import Safety
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.proof import choices
from cto_cds.rulefile.truth import Truth

PACK = built_in_pack()
NAMES = Names(PACK.vocabulary, {f.id: FindingShape(f.id, f.words) for f in PACK.findings})
GUARDS = {rule.id: rule for rule in PACK.safety if not rule.about}
Cell = Mapping[Subject, Value | None]
ORDINARY = read_case_text(KNOWN, "case.yaml", PACK.vocabulary, named=False).readings
IN_VAIN = """
procedure:
  wire_position: intraplaque
  minutes_without_progress: 60 min
  strategies_tried: [antegrade_wire_escalation, antegrade_dissection_reentry,
    retrograde_wire_escalation, retrograde_dissection_reentry]
"""
LAST_RESORT = read_case_text(
    f"format: 1\ncase: in vain{IN_VAIN}", "case.yaml", PACK.vocabulary, named=False
).readings
"""What puts the end of the attempt on the plan, so that a caution about it has a place."""


def cells(rule: Safety) -> Iterator[Cell]:
    """Every combination of values, and of unknown ones, that a rule can tell apart."""
    found = choices([rule.when], NAMES)
    for values in itertools.product(*((None, *known) for known in found.values())):
        yield dict(zip(found, values, strict=True))


def danger(rule: Safety, cell: Cell) -> Truth:
    """What the condition is in a cell, with the dangerous reading of what is unknown."""

    def possible(subject: Subject) -> Possible:
        value = cell[subject]
        if value is None:
            read = [rule.read_unknown_as[p] for p in subject.paths if p in rule.read_unknown_as]
            return tuple(read[:1]) or None
        return (value,)

    truths = {leaf.key: leaf.decide(possible(leaf.subject)) for leaf in leaves(rule.when)}
    return rule.when.truth_in(truths)


def advised(rule: Safety, cell: Cell, engine: Engine) -> Result:
    """The result of a cell in an ordinary case, so that the plan names every strategy."""
    read = {path for subject in cell for path in subject.paths}
    ending = set(rule.on) <= set(PACK.policy.ends_attempt)
    known = ORDINARY | (LAST_RESORT if ending else {})
    readings = {path: found for path, found in known.items() if path not in read}
    readings |= {
        subject.paths[0]: Reading(subject.paths[0], value)
        for subject, value in cell.items()
        if value is not None and not subject.finding
    }
    given = {
        subject.name: None if value is None else (value,)
        for subject, value in cell.items()
        if subject.finding
    }
    sheet = FactSheet(rule.id, readings)
    return compose(sheet, engine.decide(sheet, given), PACK)


def spoken(rule: Safety, results: list[Result]) -> set[str]:
    """What the rule does to the things it is on, as the results tell it.

    Of a strategy that the plan does not name, no caution is told.
    """
    found = set()
    for plan in (result.recommendation for result in results):
        vetoed = {entry.id for entry in plan.vetoed if entry.rule == rule.id}
        cautioned = {entry.id for entry in plan.cautions if entry.rule == rule.id}
        assert vetoed | cautioned <= set(rule.on)
        assert not vetoed & cautioned
        named = {strategy.id for strategy in plan.strategies} | vetoed
        told = [n for n in rule.on if n in named or n not in PACK.policy.tie_order]
        found |= {"veto" if n in vetoed else "caution" if n in cautioned else "" for n in told}
    return found


def some(rule: Safety, wanted: Truth, *, known: bool) -> list[Cell]:
    """A few cells of a rule in which its condition is this, spread over all of them."""
    fitting = [
        cell
        for cell in cells(rule)
        if danger(rule, cell) is wanted and (None not in cell.values()) == known
    ]
    return fitting[:: max(len(fitting) // 4, 1)][:5]


@pytest.mark.parametrize("name", GUARDS)
def test_a_safety_rule_speaks_with_the_dangerous_value_and_is_silent_with_the_safe_one(
    engine, name
):
    rule = GUARDS[name]
    dangerous, safe = (some(rule, truth, known=True) for truth in (Truth.TRUE, Truth.FALSE))
    assert dangerous
    assert safe
    assert spoken(rule, [advised(rule, cell, engine) for cell in dangerous]) == {rule.effect}
    assert spoken(rule, [advised(rule, cell, engine) for cell in safe]) == {""}


@pytest.mark.parametrize("name", GUARDS)
def test_a_safety_rule_does_with_the_unknown_value_what_its_file_says(engine, name):
    rule = GUARDS[name]
    asks = rule.if_unknown == "name what is missing"
    open_cells = some(rule, Truth.UNKNOWN, known=False)
    read = some(rule, Truth.TRUE, known=False) if rule.read_unknown_as else []
    assert open_cells or read
    results = [advised(rule, cell, engine) for cell in open_cells]
    assert spoken(rule, results) <= {"" if asks else rule.if_unknown}
    for plan in (result.recommendation for result in results):
        told = [*plan.vetoed, *plan.cautions]
        assert not any(entry.certain for entry in told if entry.rule == rule.id)
    assert spoken(rule, [advised(rule, cell, engine) for cell in read]) <= {rule.effect}


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
    ("MH7: knuckled outside", {**OUT, **DISSECTED}, {OPN}, set()),
    ("MH8: IVL outside is allowed", OUT, set(), {IVL}),
    ("MH8: eccentric is allowed", {"ivus.calcium_distribution": "eccentric"}, set(), {IVL}),
    ("7.3: IVL has to cross", BLOCKED, {IVL}, set()),
    ("7.3: visible dissection", {"procedure.dissection_at_site": "yes"}, {OA}, {RA, IVL}),
    ("7.3: dissection not stated", {"procedure.dissection_at_site": ""}, set(), {OA}),
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
    ("7.3: OA, dissection not stated", {"procedure.dissection_at_site": ""}, {OA}, set()),
    ("7.3: blades outside the plaque", OUT, {CUTTING, SCORING}, set()),
    ("7.3: blades, track unknown", TRACK_UNKNOWN, {CUTTING, SCORING}, set()),
    ("7.4: bias", {"ivus.wire_bias": "unfavourable"}, {RA, OA, CUTTING, SCORING}, {IVL, NC}),
    ("7.4: bias unknown", {"ivus.wire_bias": ""}, {RA, OA, CUTTING, SCORING}, {IVL, NC}),
    ("MH10: injury", {"procedure.vessel_injury": "yes"}, {RA, OA, LASER, IVL, HIGH, OPN}, set()),
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
ON = {"procedure.well_advanced": "yes"}


@pytest.mark.parametrize(
    ("changes", "stops", "warns"),
    [
        ({}, False, False),
        ({"procedure.air_kerma": "5 Gy"}, False, False),
        ({"procedure.air_kerma": "5.001 Gy"}, False, True),
        ({"procedure.air_kerma": "6.999 Gy"}, False, True),
        ({"procedure.air_kerma": "7 Gy"}, True, True),
        ({"procedure.air_kerma": "7 Gy", **ON}, False, False),
        ({"procedure.contrast": "120 mL"}, False, False),
        ({"procedure.contrast": "120.001 mL"}, False, True),
        ({"procedure.contrast": "180 mL"}, False, True),
        ({"procedure.contrast": "180.001 mL"}, True, True),
        ({"procedure.contrast": "180.001 mL", **ON}, True, False),
        ({"procedure.duration": "180 min"}, False, False),
        ({"procedure.duration": "180.001 min"}, False, True),
        ({"procedure.duration": "300 min"}, False, True),
        ({"procedure.duration": "300 min", **ON}, False, False),
        ({"procedure.reason_to_end": "fatigue"}, True, False),
        ({"procedure.air_kerma": ""}, False, True),
        ({"procedure.complication": "tamponade"}, True, False),
    ],
)
def test_the_limits_of_a_procedure_stop_and_warn_as_specified(preparing, changes, stops, warns):
    plan = preparing({**CROSSING, **changes}).recommendation
    assert (plan.strategies[0].id == "stop") == stops
    ways = [s for s in plan.strategies if s.id == "antegrade_wire_escalation"]
    assert any(c.rule == "soft_limits" for s in ways for c in s.cautions) == warns


@pytest.mark.parametrize(("word", "effect"), [("yes", ""), ("no", "veto"), ("", "caution")])
def test_the_retrograde_way_needs_a_collateral(preparing, word, effect):
    plan = preparing({**CROSSING, "angiography.interventional_collaterals": word}).recommendation
    for name in ("retrograde_wire_escalation", "retrograde_dissection_reentry"):
        said = {
            **{e.id: "caution" for e in plan.cautions if e.rule == "needs_collaterals"},
            **{e.id: "veto" for e in plan.vetoed if e.rule == "needs_collaterals"},
        }
        assert said.get(name, "") == effect


# Whatever a case says

CASES = st.one_of(
    built_in_sheets(read=True), lab_sheets(), planned_sheets(), begun_sheets(), begun_sheets()
)


@settings(max_examples=150)
@given(CASES)
def test_no_case_ever_recommends_what_is_forbidden_in_any_place(advise, case):
    result = advise(case)
    plan = result.recommendation
    vetoed = {entry.id for entry in plan.vetoed}
    surely = {entry.id for entry in plan.vetoed if entry.certain}
    assert plan.first_here not in vetoed
    for strategy in plan.strategies:
        assert strategy.id not in vetoed
        assert not vetoed & set(strategy.techniques)
        assert not vetoed & {name for names in strategy.steps.values() for name in names}
        assert not vetoed & set(strategy.equipment)
    for advice in plan.advice:
        assert not surely & set(advice.ready), advice.rule
