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
    vetoed = plan["vetoed"][0]
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
    assert "do_not_attempt" not in named
    assert (
        "Do not attempt has no place in this plan"
        in home.run("explain", case, "do_not_attempt").words
    )
    told = home.run("explain", case, "do_not_attempt", "--json").json
    assert (told["id"], told["state"]) == ("do_not_attempt", "not_recommended")


def test_an_unknown_name_is_wrong_use_and_lists_the_strategies(home, case):
    ran = home.run("explain", case, "nonsense", status=2)
    assert "'nonsense' is no strategy" in ran.err
    assert "antegrade_wire_escalation" in ran.err
    assert ran.out == ""


def test_explaining_records_nothing(home, case):
    home.run("explain", case, "--json")
    assert not home.audit.exists()
