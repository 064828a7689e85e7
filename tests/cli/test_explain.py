"""``cto-cds explain``: why this rank, why not that."""

from __future__ import annotations

import pytest


@pytest.fixture
def plan(home, case):
    return home.run("assess", case, "--json").json["recommendation"]


def test_without_a_name_the_first_strategy_is_explained_to_the_paper(home, case, plan):
    shown = home.run("explain", case).words
    first = plan["strategies"][0]
    assert f"{first['title']}: rank 1" in shown
    for line in first["for"]:
        assert line["says"].split(".")[0] in shown
        assert line["source"]["cite"].split(".")[0] in shown
        assert line["rule"] in shown


def test_a_lower_strategy_is_set_beside_the_first(home, case, plan):
    first, second = plan["strategies"][:2]
    shown = home.run("explain", case, second["id"]).words
    assert f"{second['title']}: rank 2" in shown
    assert first["title"] in shown


def test_the_lines_of_an_explanation_add_up_to_the_support(home, case, plan):
    for strategy in plan["strategies"][:2]:
        told = home.run("explain", case, strategy["id"], "--json").json
        assert told["state"] == "ranked"
        assert told["support"] == strategy["support"]
        for end in ("low", "high"):
            assert sum(line["amount"][end] for line in told["lines"]) == told["support"][end]


def test_a_vetoed_technique_is_explained_with_every_rule_that_forbids_it(home, case, plan):
    vetoed = next(veto for veto in plan["vetoed"] if not veto["certain"])
    reasons = [veto["because"] for veto in plan["vetoed"] if veto["id"] == vetoed["id"]]
    shown = home.run("explain", case, vetoed["id"]).words
    assert "held back until more is known" in shown
    for because in reasons:
        assert because in shown
    told = home.run("explain", case, vetoed["id"], "--json").json
    assert told["state"] == "vetoed"
    assert [veto["because"] for veto in told["vetoes"]] == reasons


def test_what_the_plan_does_not_mention_gets_an_answer_and_no_fault(home, case, plan):
    named = {strategy["id"] for strategy in plan["strategies"]} | {
        veto["id"] for veto in plan["vetoed"]
    }
    assert "stop" not in named
    assert "Stop the procedure has no place in this plan" in home.run("explain", case, "stop").words
    told = home.run("explain", case, "stop", "--json").json
    assert (told["id"], told["state"]) == ("stop", "not_recommended")


def test_a_technique_is_explained_by_the_strategies_it_belongs_to(home, case, plan):
    strategy = next(found for found in plan["strategies"] if found["techniques"])
    technique = strategy["techniques"][0]
    shown = home.run("explain", case, technique).words
    assert "belongs to these strategies of the plan" in shown
    assert f"{strategy['rank']}. {strategy['title']}" in shown
    assert strategy["id"] in home.run("explain", case, technique, "--json").json["belongs_to"]


def test_a_class_of_equipment_is_explained_by_what_needs_it_and_what_it_is(home, case, plan, pack):
    kind = pack.techniques["microcatheter"]
    using = [found for found in pack.techniques.values() if kind.id in found.equipment]
    shown = home.run("explain", case, kind.id).words
    assert "belongs to these strategies of the plan" in shown
    for text in (*kind.examples, *(found.title for found in using)):
        assert text in shown
    told = home.run("explain", case, kind.id, "--json").json
    assert told["kind"] == "equipment"
    assert told["examples"] == list(kind.examples)
    assert told["needed_by"] == [found.id for found in using]


def test_equipment_that_no_strategy_of_the_plan_uses_is_explained_too(home, case, plan, pack):
    used = {name for strategy in plan["strategies"] for name in strategy["equipment"]}
    cared = {entry["id"] for entry in plan["cautions"]} | {veto["id"] for veto in plan["vetoed"]}
    name = next(
        found.id
        for found in pack.techniques.values()
        if found.section == "equipment" and found.examples and found.id not in used | cared
    )
    shown = home.run("explain", case, name).words
    assert "has no place in this plan" in shown
    assert "FOR EXAMPLE" in shown


def test_a_score_is_explained_item_by_item_with_what_was_read(home, case):
    told = home.run("explain", case, "j_cto", "--json").json
    assert (told["id"], told["kind"]) == ("j_cto", "score")
    shown = home.run("explain", case, "j_cto").words
    for item in told["criteria"]:
        assert f"{item['title']}, {item['points']}: {item['truth']}" in shown
        assert item["shown"] in shown
    assert told["source"]["cite"] in shown
    assert "CT-RECTOR" not in shown


def test_an_algorithm_is_explained_by_the_way_through_it(home, case):
    told = home.run("explain", case, "hybrid", "--json").json
    shown = home.run("explain", case, "hybrid").words
    assert told["path"]
    for step in told["path"]:
        assert step["because"] in shown
        assert f"rule {step['node']}" in shown


def test_a_finding_is_explained_by_what_it_was_read_from(home, case):
    told = home.run("explain", case, "distal_target", "--json").json
    assert (told["kind"], told["value"]) == ("finding", "good")
    shown = home.run("explain", case, "distal_target").words
    assert told["because"] in shown
    assert "Distal vessel diameter (angiography): 2.6 mm" in shown


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("retrograde_wire_escalatoin", "retrograde_wire_escalation"),
        ("knukle", "knuckle"),
        ("jcto", "j_cto"),
        ("hybird", "hybrid"),
        ("distal_targets", "distal_target"),
        ("J_CTO", "j_cto"),
        ("J-CTO", "j_cto"),
        ("J-CTO score", "j_cto"),
        ("Hybrid", "hybrid"),
        ("ANTEGRADE wire Escalation", "antegrade_wire_escalation"),
    ],
)
def test_a_misspelt_id_of_any_kind_gets_the_one_that_was_meant(home, case, written, meant):
    ran = home.run("explain", case, written, status=2, COLUMNS="200")
    assert f"'{written}' is nothing that can be explained. Did you mean {meant}" in ran.err
    assert ran.shows_no_result


def test_an_id_like_no_other_gets_the_list_of_all_that_can_be_explained(home, case):
    told = " ".join(home.run("explain", case, "nonsense", status=2).err.replace("│", " ").split())
    for kind in ("strategies: ", "techniques: ", "scores: ", "algorithms: ", "findings: "):
        assert kind in told
    for name in ("antegrade_wire_escalation", "knuckle", "j_cto", "hybrid", "distal_target"):
        assert name in told


def test_explaining_records_nothing(home, case):
    home.run("explain", case, "--json")
    assert not home.audit.exists()


def test_every_finding_can_be_explained_also_where_nothing_reads_it(home, case, pack):
    used = home.run("assess", case, "--json").json["findings"]
    unused = [finding for finding in pack.findings if finding.id not in used]
    assert unused
    for finding in unused[:3]:
        shown = home.run("explain", case, finding.id).words
        assert shown.startswith(finding.header.title)
        assert "nothing on the way to this plan reads it" in shown
        told = home.run("explain", case, finding.id, "--json").json
        assert (told["kind"], told["state"]) == ("finding", "not_used")


def test_every_rule_that_a_plan_names_is_explained_by_its_own_id(home, case, plan):
    lines = [
        line
        for strategy in plan["strategies"]
        for line in (*strategy["for"], *strategy["against"], *strategy["cautions"])
    ]
    spoken = [*plan["vetoed"], *plan["advice"], *plan["cautions"]]
    for entry in (plan["vetoed"][0], plan["advice"][0], lines[0], lines[-1], spoken[-1]):
        told = home.run("explain", case, entry["rule"], "--json").json
        assert told["id"] == entry["rule"]


def test_a_safety_rule_is_explained_by_what_it_is_says_and_does_here(home, case, plan, pack):
    veto = next(veto for veto in plan["vetoed"] if not veto["certain"])
    (rule,) = (rule for rule in pack.safety if rule.id == veto["rule"])
    told = home.run("explain", case, rule.id, "--json").json
    assert (told["kind"], told["state"], told["certain"]) == ("veto", "speaks", False)
    assert (told["version"], told["title"]) == (rule.header.version, rule.header.title)
    assert (told["says"], told["verified"]) == (veto["because"], veto["verified"])
    assert (told["source"], told["on"]) == (veto["source"], list(rule.on))
    shown = home.run("explain", case, rule.id).words
    for text in (
        f"{rule.header.title}: veto, version {rule.header.version}",
        " ".join(rule.header.purpose.split()),
        "It speaks because something is not known.",
        veto["because"],
        rule.header.source.cite,
        f"rule {rule.id}",
    ):
        assert text in shown


def test_a_rule_that_does_not_speak_says_so_with_what_it_read(home, case, plan, pack):
    named = {entry["rule"] for entry in (*plan["vetoed"], *plan["advice"], *plan["cautions"])}
    states = set()
    for rule in pack.safety:
        if rule.id not in named and len(states) < 2:
            told = home.run("explain", case, rule.id, "--json").json
            states.add(told["state"])
            assert told["reads"]
            assert told["state"] != "open" or told["missing"]
    assert states <= {"silent", "open"}
    quiet = next(rule.id for rule in pack.safety if rule.id not in named)
    assert "in this case" in home.run("explain", case, quiet).words


def test_a_rule_tells_what_it_read_although_nothing_on_the_way_to_the_plan_reads_it(home, case):
    told = home.run("explain", case, "xing_2022", "--json").json
    occlusion = [told["values"][place] for place in told["reads"] if "occlusion" in place]
    assert "chronic total" in occlusion
    assert "Kind of occlusion on all readings: chronic total" in (
        home.run("explain", case, "xing_2022").words
    )


def test_a_decision_is_explained_by_its_ways_out(home, case, pack):
    told = home.run("explain", case, "hybrid", "--json").json
    step = told["path"][0]
    node = home.run("explain", case, step["node"], "--json").json
    assert (node["kind"], node["state"]) == ("decision", "speaks")
    (taken,) = (way for way in node["ways"] if way["taken"])
    assert (taken["id"], taken["says"]) == (step["branch"], step["because"])
    shown = home.run("explain", case, step["node"]).words
    assert f"taken, or may be: {step['because']}" in shown
    assert home.run("explain", case, "scai_calcium.nodule", "--json").json["state"] == "silent"


def test_rules_that_share_an_id_are_explained_together(home, case, pack):
    shared = {shift.id for shift in pack.policy.shifts} & {rule.id for rule in pack.safety}
    name = min(shared)
    told = home.run("explain", case, name, "--json").json
    assert [told["kind"], *(other["kind"] for other in told["also"])] == ["advice", "shift"]
    assert f"{pack.policy.header.title}: shift" in home.run("explain", case, name).words


def test_a_fact_is_explained_by_what_was_read_where_and_who_reads_it(home, case, measured):
    ccta = measured(occlusion_length="24 mm")
    shown = home.run("explain", case, "occlusion_length", "--ccta", ccta).words
    assert "Occlusion length (CT): 24 mm" in shown
    assert "J-CTO score (j_cto)" in shown
    told = home.run("explain", case, "ccta.occlusion_length", "--ccta", ccta, "--json").json
    assert told["kind"] == "fact"
    assert list(told["values"]) == ["ccta.occlusion_length"]
    assert told["values"]["ccta.occlusion_length"]["value"] == "24 mm"
    assert "j_cto_ct" in told["read_by"]


def test_a_fact_that_nobody_gave_is_explained_as_unknown_and_who_divides_by_it_is_named(home, case):
    shown = home.run("explain", case, "egfr").words
    assert "(history): unknown, as nobody gave it" in shown
    assert "(contrast_per_egfr)" in shown
