"""``cto-cds scores``: the scores of a case, and what each score is."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores.conftest import EVERYTHING_COUNTS
from strategies import built_in_pack

PACK = built_in_pack()

CASE = """\
format: 1
case: a lesion
history: {age: 65 years, sex: female, prior_cabg: no, prior_failed_attempt: no}
angiography:
  occlusion: chronic total
  target_vessel: LAD
  in_stent: no
  stump: blunt
  max_bend: 45 deg
ccta:
  occlusion: chronic total
  occlusion_length: {value: 20 mm, sd: 1 mm}
"""

STRATEGIES = {
    "antegrade_wire_escalation",
    "antegrade_dissection_reentry",
    "retrograde_wire_escalation",
    "retrograde_dissection_reentry",
}
DEPENDING = {
    "progress_complications",
    "progress_mace",
    "progress_mortality",
    "progress_pericardiocentesis",
    "progress_perforation",
}


@pytest.fixture
def case(tmp_path):
    """Return a writer of a case file."""

    def write(text: str = CASE) -> Path:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def used(strategies: str) -> str:
    return f"{CASE}procedure: {{phase: crossing, strategies_tried: [{strategies}]}}\n"


def test_json_holds_every_score_and_the_associations_and_nothing_else(called, case):
    told = called("scores", case(), "--json").json
    assert set(told) == {"scores", "associations"}
    assert set(told["scores"]) == {score.id for score in PACK.scores}
    assert {one["reads"][0] for one in told["associations"]} == {"ccta.occlusion_length"}


def test_a_score_in_json_has_the_keys_of_the_contract(called, case):
    score = called("scores", case(), "--json").json["scores"]["j_cto"]
    assert (score["state"], score["points"]) == ("range", {"low": 2, "high": 3})
    assert score["grades"] == ["difficult", "very difficult"]
    items = {item["id"]: item for item in score["criteria"]}
    assert items["length"]["truth"] == "true"
    assert items["length"]["points"] == 1
    assert items["length"]["reads"] == ["ccta.occlusion_length"]
    assert items["length"]["shown"] == "20 mm >= 20 mm"
    assert items["bend"]["truth"] == "false"
    assert score["source"]["doi"] == "10.1016/j.jcin.2010.09.024"
    assert score["verified"] == "unverified"
    for outcome in score["outcome"]:
        assert {"endpoint", "value", "unit", "population", "cite", "verified"} <= set(outcome)


def test_known_range_and_not_applicable(called, case):
    scores = called("scores", case(), "--json").json["scores"]
    states = {name: score["state"] for name, score in scores.items()}
    assert set(states.values()) == {"known", "range", "not_applicable"}
    for score in scores.values():
        points = score.get("points")
        if score["state"] == "not_applicable":
            assert score["because"]
            assert points is None
        elif points is not None:
            assert (points["low"] == points["high"]) == (score["state"] == "known")
            assert bool(score["missing"]) or score["state"] == "known"


@pytest.mark.parametrize("name", sorted(DEPENDING))
def test_a_score_that_depends_on_the_strategy_has_scenarios_in_place_of_a_total(called, case, name):
    score = called("scores", case(), "--json").json["scores"][name]
    assert set(score["scenarios"]) == STRATEGIES
    for scenario in score["scenarios"].values():
        assert set(scenario) - {"certainty"} == {"title", "points", "grades", "outcome"}
        assert set(scenario["points"]) == {"low", "high"}
    assert "points" not in score
    assert (score["grades"], score["outcome"]) == ([], [])


def test_only_those_scores_have_scenarios(called, case):
    scores = called("scores", case(), "--json").json["scores"]
    assert {name for name, score in scores.items() if "scenarios" in score} == DEPENDING


@pytest.mark.parametrize("name", sorted(DEPENDING))
def test_once_a_strategy_was_used_that_one_is_the_score_too(called, case, name):
    scores = called("scores", case(used("retrograde_wire_escalation")), "--json").json["scores"]
    mine = scores[name]["scenarios"]["retrograde_wire_escalation"]
    for key in ("points", "grades", "outcome"):
        assert scores[name][key] == mine[key]


def test_a_person_reads_every_score_of_which_something_is_known_with_its_end_point(called, case):
    scores = called("scores", case(), "--json").json["scores"]
    ran = called("scores", case())
    words = ran.out.lower().split()
    read = [s for s in scores.values() if any(c["truth"] != "unknown" for c in s["criteria"])]
    assert len(read) > 15
    for score in read:
        assert set(score["title"].lower().split()) <= set(words)
        assert score["endpoint"].lower() in " ".join(words)
    assert ran.err == ""


def test_nothing_is_recorded(called, case, tmp_path):
    called("scores", case())
    assert list(tmp_path.rglob("audit*")) == []


def test_the_list_explains_each_score_with_its_citation(called):
    told = called("scores", "--list", "--json").json
    assert [entry["id"] for entry in told] == [score.id for score in PACK.scores]
    for entry, score in zip(told, PACK.scores, strict=True):
        assert set(entry) == {
            "id",
            "title",
            "endpoint",
            "purpose",
            "cite",
            "doi",
            "verified",
            "version",
        }
        assert entry["doi"] == score.header.source.doi
        assert entry["cite"] == score.header.source.cite
    words = set(called("scores", "--list").out.split())
    for score in PACK.scores:
        assert set(score.header.title.split()) <= {word.rstrip(".") for word in words}


@pytest.mark.parametrize(
    "wrong",
    [(), ("--list", "case.yaml"), ("--no-such-option",), ("a.yaml", "b.yaml")],
    ids=["nothing", "list and case", "unknown option", "two cases"],
)
def test_wrong_use_exits_with_2(called, wrong):
    ran = called("scores", *wrong, status=2)
    assert ran.shows_no_result
    assert ran.err


def test_a_bad_case_exits_with_1_and_prints_no_json(called, case):
    path = case(CASE.replace("max_bend: 45 deg", "max_bend: 45 mm"))
    ran = called("scores", path, "--json", status=1)
    assert ran.shows_no_result
    line = 1 + path.read_text().splitlines().index("  max_bend: 45 mm")
    assert f"{path}:{line}:" in ran.err


def test_a_file_that_is_not_there_exits_with_1(called, tmp_path):
    ran = called("scores", tmp_path / "nothing.yaml", status=1)
    assert "nothing.yaml" in ran.err


def test_a_case_in_which_everything_counts_comes_out_at_the_top(called, case):
    facts = dict(EVERYTHING_COUNTS)
    lines = [
        f"  {name}: {value}"
        for name, value in facts.items()
        if "angiography" in PACK.vocabulary.facts[name].groups
    ]
    history = [
        f"  {name}: {value}"
        for name, value in facts.items()
        if PACK.vocabulary.facts[name].groups == ("history",)
    ]
    text = "\n".join(["format: 1", "case: all", "history:", *history, "angiography:", *lines])
    scores = called("scores", case(text + "\n"), "--json").json["scores"]
    for name in ("j_cto", "castle", "recharge", "ora", "w_cto", "b_cto", "jr_cto", "is_cto"):
        assert scores[name]["points"]["high"] == scores[name]["span"]["high"]


def test_the_list_and_a_case_of_which_little_is_known_verify_each_score_by_the_same_measure(
    called, case
):
    listed = {score["id"]: score["verified"] for score in called("scores", "--list", "--json").json}
    text = "format: 1\ncase: a lesion\nangiography: {occlusion: chronic total, in_stent: yes}\n"
    text += "ccta: {image_quality: good}\nivus: {vessel_diameter: 3 mm}\n"
    shown = called("scores", case(text), "--json").json["scores"]
    read = {name: score for name, score in shown.items() if score["state"] == "range"}
    assert len(read) > 15
    assert {name: score["verified"] for name, score in read.items()} == {n: listed[n] for n in read}
    assert listed["castle"] == "primary"


def test_it_is_told_what_verified_means(called, case):
    for words in (("--list",), (case(),)):
        told = " ".join(called("scores", *words).out.split())
        assert "as far as the weakest of its items and of the grades" in told
