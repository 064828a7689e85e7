"""A technique that is a group falls with its members, in the plan and in what may be needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from strategies import built_in_layer

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.errors import RuleFileError
from cto_cds.facts.case import read_case_text
from cto_cds.rulefile.load import load_pack
from cto_cds.testing.kept import kept

ADR = "antegrade_dissection_reentry"
MEMBERS = ("base", "side_base", "scratch_and_go")
CAP = (
    "format: 1\ncase: a\n"
    "angiography: {occlusion: chronic total, target_vessel: RCA, in_stent: no, "
    "proximal_cap: CAP, flush_aorto_ostial: FLUSH, side_branch_at_proximal_cap: BRANCH, "
    "calcium_proximal_cap: severe, interventional_collaterals: no, occlusion_length: 30 mm}\n"
)
UNCROSSABLE = "procedure: {phase: wire crossed, device_crosses: no, complication: none}\n"


def forbidden(result: Result, *, certain: bool = True) -> set[str]:
    return {veto.id for veto in result.recommendation.vetoed if veto.certain is certain}


def named(result: Result) -> set[str]:
    plan = result.recommendation
    ready = {name for advice in plan.advice for name in (*advice.ready, *advice.techniques)}
    return ready | {name for s in plan.strategies for name in s.techniques}


@pytest.fixture
def planned(advise, vocabulary):
    def plan(cap: str, flush: str, branch: str, *more: str, text: str = CAP) -> Result:
        filled = text.replace("CAP", cap).replace("FLUSH", flush).replace("BRANCH", branch)
        return advise(read_case_text(filled + "".join(more), "case.yaml", vocabulary))

    return plan


def test_the_group_is_possible_while_one_member_is(planned):
    assert "move_the_cap" in named(planned("ambiguous", "no", "no"))
    branch_only = planned("ambiguous", "yes", "yes")
    assert forbidden(branch_only) & {*MEMBERS, "move_the_cap"} == {"base", "scratch_and_go"}
    assert "move_the_cap" in named(branch_only)


def test_the_group_falls_with_the_last_member_for_the_reasons_of_all(planned):
    result = planned("ambiguous", "yes", "no")
    assert {*MEMBERS, "move_the_cap"} <= forbidden(result)
    told = [v for v in result.recommendation.vetoed if v.id == "move_the_cap"]
    assert {veto.rule for veto in told} == {"base_flush", "side_base_needs_a_branch"}
    assert not named(result) & {*MEMBERS, "move_the_cap"}


HARD = """procedure: {phase: crossing, wire_position: proximal to cap, cap_penetrable: no,
  strategies_tried: [antegrade_wire_escalation], minutes_without_progress: 12 min,
  complication: none}
"""


@pytest.mark.parametrize("cap", ["ambiguous", "clear"])
@pytest.mark.parametrize(
    "where",
    ["target_vessel: LAD, ostial: yes", "target_vessel: LCX, ostial: yes", "target_vessel: LM"],
)
def test_no_balloon_in_the_left_main_moves_the_cap_of_its_branch(advise, vocabulary, cap, where):
    text = CAP.replace("CAP", cap).replace("FLUSH", "no").replace("BRANCH", "no")
    text = text.replace("target_vessel: RCA", where) + HARD
    result = advise(read_case_text(text, "case.yaml", vocabulary))
    assert {*MEMBERS, "move_the_cap", ADR} <= forbidden(result)
    assert not named(result) & {*MEMBERS, "move_the_cap"}


@pytest.mark.parametrize("wire", ["proximal to cap", "in cap"])
@pytest.mark.parametrize(
    ("penetrable", "round_it"), [("no", True), ("yes", False), ("unknown", False)]
)
def test_only_a_cap_that_no_wire_enters_is_gone_round(
    advise, vocabulary, wire, penetrable, round_it
):
    text = CAP.replace("CAP", "clear").replace("FLUSH", "no").replace("BRANCH", "no") + HARD
    text = text.replace("wire_position: proximal to cap", f"wire_position: {wire}")
    text = text.replace("cap_penetrable: no", f"cap_penetrable: {penetrable}")
    result = advise(read_case_text(text, "case.yaml", vocabulary))
    (adr,) = [s for s in result.recommendation.strategies if s.id == ADR]
    assert ({"base", "scratch_and_go"} <= set(adr.techniques)) is round_it


@pytest.mark.parametrize("where", ["target_vessel: LAD, ostial: yes", "target_vessel: LM"])
@pytest.mark.parametrize(
    ("branch", "ultrasound", "possible"),
    [("no", "no", False), ("yes", "no", False), ("yes", "yes", True), ("yes", "unknown", True)],
)
def test_no_branch_moves_the_cap_of_the_left_main_and_only_ultrasound_finds_a_way_in(
    planned, where, branch, ultrasound, possible
):
    text = CAP.replace("target_vessel: RCA", where)
    text = text.replace(
        "occlusion_length", f"side_branch_takes_ivus: {ultrasound}, occlusion_length"
    )
    result = planned("ambiguous", "no", branch, text=text)
    assert {*MEMBERS, "move_the_cap"} <= forbidden(result)
    assert not named(result) & {*MEMBERS, "move_the_cap"}
    assert (ADR not in forbidden(result)) is possible


@pytest.mark.parametrize("where", ["target_vessel: LAD, ostial: yes", "target_vessel: LM"])
@pytest.mark.parametrize(
    ("wire", "penetrable", "possible"),
    [
        ("proximal to cap", "yes", True),
        ("proximal to cap", "unknown", False),
        ("in cap", "yes", True),
        ("in cap", "no", False),
        ("in cap", "unknown", False),
        ("intraplaque", "unknown", True),
        ("extraplaque", "unknown", True),
    ],
)
def test_at_the_left_main_dissection_waits_for_a_wire_that_enters_the_cap(
    planned, where, wire, penetrable, possible
):
    crossing = HARD.replace("wire_position: proximal to cap", f"wire_position: {wire}")
    crossing = crossing.replace("cap_penetrable: no", f"cap_penetrable: {penetrable}")
    result = planned("clear", "no", "no", crossing, text=CAP.replace("target_vessel: RCA", where))
    assert (ADR not in forbidden(result) | forbidden(result, certain=False)) is possible


def test_a_group_is_held_back_for_certain_only_where_every_member_is(pack, planned, vocabulary):
    rule = next(rule for rule in pack.safety if rule.id == "mh1")
    unsure = replace(rule, on=("base", "scratch_and_go"))
    others = [rule for rule in pack.safety if rule.id not in {"mh1", "base_flush"}]
    text = CAP.replace("CAP", "ambiguous").replace("FLUSH", "no").replace("BRANCH", "no")
    sheet = read_case_text(text, "case.yaml", vocabulary)
    with Engine(replace(pack, safety=(unsure, *others))) as engine:
        result = compose(sheet, engine.decide(sheet), engine.pack)
    assert "side_base" in forbidden(result)
    assert {"base", "scratch_and_go", "move_the_cap"} <= forbidden(result, certain=False)
    assert "move_the_cap" not in forbidden(result)


def test_a_group_is_not_available_where_no_member_is(planned):
    here = f"center: {{missing_equipment: [{', '.join(MEMBERS)}]}}\n"
    (adr,) = [
        s
        for s in planned("ambiguous", "no", "no", here).recommendation.strategies
        if "move_the_cap" in s.techniques
    ]
    assert "move_the_cap" in adr.unavailable


@pytest.mark.parametrize(("branch", "left"), [("yes", True), ("no", False), ("unknown", True)])
def test_the_way_round_behind_a_lesion_that_no_device_crosses_names_side_base_only_with_a_branch(
    planned, branch, left
):
    result = planned("clear", "no", branch, UNCROSSABLE)
    (adr,) = [s for s in result.recommendation.strategies if s.id == ADR]
    assert ("side_base" in adr.techniques) is left
    assert "base" in adr.techniques
    assert adr.steps["re-entry"] == ("stingray",)


def test_behind_a_lesion_that_no_device_crosses_no_balloon_enters_a_wall_that_is_not_there(planned):
    result = planned("clear", "yes", "yes", UNCROSSABLE)
    (adr,) = [s for s in result.recommendation.strategies if s.id == ADR]
    assert "base" not in adr.techniques


@pytest.mark.parametrize(
    "member", ["stingray_catheter", "antegrade_dissection_reentry", "move_the_cap", "reentry"]
)
def test_a_group_of_anything_but_single_techniques_is_refused(member):
    layer = built_in_layer()
    texts = dict(layer.texts)
    declared = "members: [base, side_base, scratch_and_go]"
    assert declared in texts["techniques.yaml"]
    changed = texts["techniques.yaml"].replace(declared, f"members: [base, {member}]")
    texts["techniques.yaml"] = changed
    with pytest.raises(RuleFileError) as caught:
        load_pack([replace(layer, texts=texts)], cache=kept())
    (problem,) = caught.value.problems
    assert problem.found == (
        f"'{member}' is not the id of a technique that may be a member of a group"
    )
