"""``--rules FOLDER``: the author of rules assesses a case with them before they are installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli.running import LOCAL_VETO


@pytest.fixture
def veto(tmp_path) -> Path:
    """Return a folder of local rules with one veto more."""
    file = tmp_path / "mine" / "safety" / "no_adr_here.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(LOCAL_VETO, encoding="utf-8")
    return tmp_path / "mine"


@pytest.fixture
def own_mh1(tmp_path, rules_folder) -> Path:
    """Return a folder of local rules with one that takes the place of a safety rule."""
    text = (rules_folder / "safety" / "mh1.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^version: .*$", 'version: "9.0.0-local"', text, flags=re.MULTILINE)
    text = text.replace("kind: safety\n", "kind: safety\nreplaces: mh1\n", 1)
    file = tmp_path / "mine" / "safety" / "mh1.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return tmp_path / "mine"


def test_a_case_is_assessed_with_local_rules_on_the_built_in_ones(home, case, veto):
    told = home.run("assess", case, "--rules", veto, "--json").json
    assert "no_adr_here" in {entry["rule"] for entry in told["recommendation"]["vetoed"]}
    assert "Rules that are not installed are in force: no_adr_here." in told["warnings"]
    alone = home.run("assess", case, "--json").json
    assert alone["provenance"]["rule_pack"] != told["provenance"]["rule_pack"]
    assert "not installed" not in str(alone["warnings"])


def test_an_explanation_reads_local_rules(home, case, veto):
    words = ("explain", case, "antegrade_dissection_reentry")
    assert "Standard 7" in home.run(*words, "--rules", veto).words
    assert "Standard 7" not in home.run(*words).words


def test_a_safety_rule_that_was_replaced_stands_above_the_plan_and_in_the_warnings(
    home, case, own_mh1, tmp_path
):
    sentence = "The safety rule mh1 comes from local rules, in place of built-in."
    report = tmp_path / "plan.html"
    shown = home.run("assess", case, "--rules", own_mh1, "--report", report).words
    assert 0 < shown.index(sentence) < shown.index("THE PLAN") < shown.rindex(sentence)
    page = report.read_text(encoding="utf-8")
    assert 0 < page.index(sentence) < page.index("The plan</h2>") < page.rindex(sentence)
    for command in ("scores", "explain"):
        assert home.run(command, case, "--rules", own_mh1).out.startswith(sentence)
    told = home.run("assess", case, "--rules", own_mh1, "--json").json
    assert sentence in told["warnings"]
    assert told["provenance"]["safety_replaced"] == [sentence]


def test_a_record_made_with_local_rules_replays_without_their_folder(home, case, own_mh1):
    home.run("assess", case, "--rules", own_mh1)
    (own_mh1 / "safety" / "mh1.yaml").unlink()
    assert "the same answer" in home.run("audit", "replay", 1).out


def test_the_name_of_the_folder_is_in_no_record(home, case, veto):
    folder = veto.rename(veto.with_name("dr-nemo"))
    home.run("assess", case, "--rules", folder)
    assert "dr-nemo" not in home.run("audit", "show", 1).out
    assert all(b"dr-nemo" not in file.read_bytes() for file in home.audit.iterdir())


def test_a_mistake_in_local_rules_is_told_with_its_place_and_nothing_is_assessed(home, case, veto):
    file = veto / "safety" / "no_adr_here.yaml"
    file.write_text(LOCAL_VETO.replace("can_adr is yes", "can_adrr is yes"), encoding="utf-8")
    ran = home.run("assess", case, "--rules", veto, status=1)
    assert str(file) in ran.err
    assert ran.shows_no_result
    assert not home.audit.exists()


def test_a_local_draft_is_not_in_force_and_that_is_told(home, case, veto):
    file = veto / "safety" / "no_adr_here.yaml"
    file.write_text(LOCAL_VETO.replace("status: reviewed", "status: draft"), encoding="utf-8")
    ran = home.run("assess", case, "--rules", veto, "--json")
    assert f"{file}: a draft, not in force without --drafts" in ran.err
    assert "Rules that are not installed are in force: none." in ran.json["warnings"]
    told = home.run("assess", case, "--rules", veto, "--drafts", "--json").json
    assert "Rules that are not installed are in force: no_adr_here." in told["warnings"]


@pytest.mark.parametrize("command", ["assess", "scores", "explain"])
def test_a_whole_pack_is_told_in_one_problem_with_what_to_give_instead(
    home, case, rules_folder, command
):
    words = [case, "j_cto"] if command == "explain" else [case]
    ran = home.run(command, *words, "--rules", rules_folder, status=1)
    told = " ".join(ran.err.split())
    assert told.startswith(f"{rules_folder}/vocabulary.yaml: this is a whole rule pack")
    assert "only the rule files that are new or differ" in told
    assert ran.err.count("this is") == 1
    assert not home.audit.exists()


def test_the_list_of_scores_holds_local_scores(home, tmp_path, rules_folder):
    text = (rules_folder / "scores" / "j_cto.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^version: .*$", 'version: "9.0.0-local"', text, flags=re.MULTILINE)
    file = tmp_path / "mine" / "scores" / "my_cto.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace("id: j_cto\n", "id: my_cto\n", 1), encoding="utf-8")
    assert "my_cto" in home.run("scores", "--list", "--rules", tmp_path / "mine").words
