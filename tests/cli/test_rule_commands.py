"""``cto-cds check`` and ``cto-cds test``: for the person who writes rules."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from cli.running import LOCAL_VETO

POLICY = """\
format: 1
id: ranking
version: "1.0.0"
title: A small policy
kind: policy
status: reviewed
verified: primary
purpose: Ranks nothing yet.
source: {cite: Standard 8 of the hospital}
reads: [ccta]
positions: [3, 2, 1]
algorithms: []
shifts:
  - id: blunt
    when: stump is blunt
    support: {antegrade_wire_escalation: -0.5}
    because: CT shows a blunt stump.
    source: {cite: Standard 8 of the hospital}
caution_lowers_by: 0.25
tie_order: [antegrade_wire_escalation, parallel_wire, ivus_guided_wiring,
            antegrade_dissection_reentry, retrograde_wire_escalation,
            retrograde_dissection_reentry, investment_procedure, stop, do_not_attempt]
tests:
  - {case: blunt, given: {stump: blunt}, expect: {shifts: [blunt]}}
  - {case: tapered, given: {stump: tapered}, expect: {shifts: []}}
  - {case: not read, given: {stump: unknown}, expect: {shifts: []}}
"""


@pytest.fixture
def local(tmp_path):
    """Return a writer of a local rule file."""

    def write(text: str = LOCAL_VETO, path: str = "safety/no_adr_here.yaml") -> Path:
        file = tmp_path / "local" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return tmp_path / "local"

    return write


@pytest.fixture
def small(local, rules_folder):
    """Return a writer of a rule pack of its own: a policy and one rule."""

    def write(text: str = LOCAL_VETO) -> Path:
        local(text)
        pack = local(POLICY, "policy/ranking.yaml")
        for name in ("vocabulary.yaml", "techniques.yaml"):
            shutil.copy(rules_folder / name, pack)
        return pack

    return write


def test_the_rules_of_the_repository_have_no_mistakes(home, rules_folder):
    told = home.run("check", rules_folder, "--json").json
    assert told["rules"] > 20
    assert told["versions_not_recorded"] == []
    assert told["digest"].startswith("sha256:")


def test_rows_that_pass_and_cover_everything_are_counted(home, small):
    told = home.run("test", small(), "--json").json
    assert told["passed"] == LOCAL_VETO.count("{case:") + POLICY.count("{case:")
    assert (told["failed"], told["not_covered"]) == ([], [])


def test_a_mistake_is_told_with_file_line_and_column(home, local):
    folder = local(LOCAL_VETO.replace("when: can_adr is yes", "when: can_adrr is yes"))
    file = folder / "safety" / "no_adr_here.yaml"
    line = 1 + file.read_text().splitlines().index("when: can_adrr is yes")
    for command in ("check", "test"):
        ran = home.run(command, folder, status=1)
        assert re.search(rf"^{re.escape(str(file))}:{line}:7", ran.err, re.MULTILINE)
        assert "can_adrr" in ran.err
        assert "can_adr" in ran.err.replace("can_adrr", "")
        assert ran.shows_no_result


@pytest.mark.parametrize("command", ["check", "test"])
def test_a_program_gets_the_mistakes_as_json(home, local, command):
    folder = local(LOCAL_VETO.replace("when: can_adr is yes", "when: can_adrr is yes"))
    (told,) = home.run(command, folder, "--json", status=1).json["problems"]
    assert told["file"] == str(folder / "safety" / "no_adr_here.yaml")
    assert (told["line"], told["column"]) == (12, 7)
    assert "can_adrr" in told["found"]
    assert "can_adr" in told["mend"]


def test_every_mistake_in_every_file_is_told_at_once(home, local):
    local(LOCAL_VETO.replace("effect: veto\non", "effect: vetoo\non"))
    folder = local("format: 1\nid: other\nkind: safty\n", "safety/other.yaml")
    ran = home.run("check", folder, status=1)
    assert "no_adr_here.yaml" in ran.err
    assert "other.yaml" in ran.err


def test_local_rules_are_checked_on_top_of_the_built_in_ones(home, local):
    alone = home.run("check", "--json").json
    told = home.run("check", local(), "--json").json
    assert told["rules"] == alone["rules"] + 1
    assert told["versions_not_recorded"] == ["no_adr_here@1.0.0"]
    assert told["digest"] != alone["digest"]


def test_a_row_that_fails_is_told_with_its_place_and_what_came_out(home, small):
    folder = small(
        LOCAL_VETO.replace(
            "{can_adr: no}, expect: {effect: none}", "{can_adr: no}, expect: {effect: veto}"
        )
    )
    ran = home.run("test", folder, status=1)
    assert re.search(
        r"no_adr_here\.yaml:\d+:\d+: 'cannot' failed\n"
        r"  expected: \{effect: veto\}\n"
        r"  got:      \{effect: none\}\n",
        ran.err,
    )
    (told,) = home.run("test", folder, "--json", status=1).json["failed"]
    assert told["case"] == "cannot"
    assert (told["expected"], told["got"]) == ("{effect: veto}", "{effect: none}")


def test_a_comparison_that_no_row_reaches_is_told(home, small):
    folder = small(re.sub(r"  - \{case: nobody.*\n", "", LOCAL_VETO))
    ran = home.run("test", folder, status=1)
    assert "can_adr is yes" in ran.err
    assert "unknown" in ran.err


@pytest.fixture
def own_j_cto(local, rules_folder):
    text = (rules_folder / "scores" / "j_cto.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^version: .*$", 'version: "2.0.0-local"', text, flags=re.MULTILINE)
    text = re.sub(r"^title: .*$", "title: J-CTO as we read it", text, count=1, flags=re.MULTILINE)

    def write(*, replaces: bool) -> Path:
        line = "replaces: j_cto\n" if replaces else ""
        changed = text.replace("kind: score\n", f"kind: score\n{line}", 1)
        return local(changed, "scores/j_cto.yaml")

    return write


def test_a_local_score_takes_the_place_of_a_built_in_one_only_when_it_says_so(home, own_j_cto):
    ran = home.run("check", own_j_cto(replaces=False), status=1)
    assert "the id 'j_cto' is already used" in ran.err
    assert "replaces: j_cto" in ran.err
    alone = home.run("check", "--json").json
    told = home.run("check", own_j_cto(replaces=True), "--json").json
    assert told["rules"] == alone["rules"]
    home.run("test", own_j_cto(replaces=True))


def test_a_local_file_is_told_from_the_built_in_one_of_the_same_name(home, own_j_cto):
    folder = own_j_cto(replaces=True)
    shown = home.run("check", folder).out
    assert f"{folder}/scores/j_cto.yaml takes the place of j_cto (built-in)." in shown
    assert f"In {folder}: 1 of them; the others are installed." in shown


def test_a_built_in_row_that_a_local_rule_makes_fail_is_told_from_a_local_one(
    home, local, rules_folder
):
    text = (rules_folder / "findings" / "distal_target.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^version: .*$", 'version: "2.0.0-local"', text, flags=re.MULTILINE)
    text = text.replace("kind: finding\n", "kind: finding\nreplaces: distal_target\n", 1)
    assert "distal_vessel_diameter < 2 mm" in text
    folder = local(
        text.replace("distal_vessel_diameter < 2 mm", "distal_vessel_diameter < 3 mm"),
        "findings/distal_target.yaml",
    )
    failed = [
        line for line in home.run("test", folder, status=1).err.splitlines() if "' failed" in line
    ]
    own = [line for line in failed if line.startswith(f"{folder}/findings/distal_target.yaml:")]
    assert own
    assert not [line for line in own if "(not in" in line]
    assert [line for line in failed if line.endswith(f"(not in {folder})")]


def test_a_recorded_version_may_not_change_its_meaning(home, local):
    folder = local()
    told = home.run("check", folder, "--record", "--json").json
    assert told["versions_not_recorded"] == []
    versions = (folder / "versions.yaml").read_text()
    assert '"no_adr_here@1.0.0": sha256:' in versions
    home.run("check", folder)
    changed = LOCAL_VETO.replace("on: [ant", "on: [knuckle, ant")
    local(changed)
    for words in ((), ("--record",)):
        ran = home.run("check", folder, *words, status=1)
        assert "no_adr_here has another meaning" in ran.err
        assert "Raise 'version:'" in ran.err
    assert (folder / "versions.yaml").read_text() == versions
    local(changed.replace("1.0.0", "1.1.0"))
    home.run("check", folder, "--record")
    recorded = (folder / "versions.yaml").read_text()
    assert "no_adr_here@1.0.0" in recorded
    assert "no_adr_here@1.1.0" in recorded


def test_comments_layout_and_rows_may_change_under_a_recorded_version(home, local):
    folder = local()
    home.run("check", folder, "--record")
    local("# looked at again\n" + LOCAL_VETO.replace("case: can,", "case: is able,"))
    home.run("check", folder)


def test_recording_without_a_folder_is_wrong_use(home):
    assert "--record needs the folder" in home.run("check", "--record", status=2, COLUMNS="200").err


def test_a_folder_without_rules_is_refused_by_name(home, tmp_path):
    (tmp_path / "empty").mkdir()
    assert str(tmp_path / "empty") in home.run("check", tmp_path / "empty", status=1).err
    assert str(tmp_path / "gone") in home.run("check", tmp_path / "gone", status=1).err


def test_a_pack_of_its_own_is_checked_without_the_built_in_one(home, rules_folder, tmp_path):
    pack = shutil.copytree(rules_folder, tmp_path / "pack")
    (pack / "scores" / "j_cto.yaml").unlink()
    versions = pack / "versions.yaml"
    text = versions.read_text(encoding="utf-8")
    given_up = "withdrawn:\n  j_cto: Our hospital does not use it.\n"
    versions.write_text(text.replace("withdrawn:\n", given_up, 1), encoding="utf-8")
    told = home.run("check", pack, "--json")
    assert told.json["rules"] == home.run("check", "--json").json["rules"] - 1


def test_a_person_at_a_terminal_sees_how_far_the_work_is_and_a_program_does_not(home, small):
    pack = small()
    last = {"check": "looking for conditions that tell nothing", "test": "test rows, 2 of 2 rules"}
    for command, stage in last.items():
        shown, out = home.watched(command, pack)
        assert stage in shown
        assert "\x1b" not in out
        alone = home.run(command, pack)
        assert (alone.out, alone.err) == (out, "")


def test_a_second_ranking_policy_is_told_at_its_file_with_the_first(home, local, rules_folder):
    text = (rules_folder / "policy" / "ranking.yaml").read_text(encoding="utf-8")
    folder = local(text.replace("id: ranking\n", "id: mine\n", 1), "policy/mine.yaml")
    told = home.run("check", folder, status=1).err
    assert told.startswith(f"{folder / 'policy' / 'mine.yaml'}:1:1: the pack has 2 ranking")
    assert "policy/ranking.yaml:1:1" in told
    assert "a local one says 'replaces: ranking'" in told


def test_a_local_vocabulary_is_told_with_its_folder(home, local, rules_folder):
    text = (rules_folder / "vocabulary.yaml").read_text(encoding="utf-8")
    folder = local(text, "vocabulary.yaml")
    told = home.run("check", folder, status=1).err
    assert told.startswith(f"{folder / 'techniques.yaml'}: this file is missing")
    assert "local rules have neither" in told


@pytest.fixture
def own_pack(tmp_path, rules_folder) -> Path:
    """Return a whole pack of an institution: the built-in rules to begin with."""
    return Path(shutil.copytree(rules_folder, tmp_path / "pack"))


@pytest.mark.parametrize(("status", "told"), [("draft", "Drafts"), ("retired", "Retired")])
def test_a_safety_rule_that_is_not_in_force_is_counted_and_named(home, own_pack, status, told):
    file = own_pack / "safety" / "mh3.yaml"
    file.write_text(file.read_text("utf-8").replace("status: reviewed", f"status: {status}"))
    out = home.run("check", own_pack).words
    assert f"{told}, not in force" in out
    assert ": 1 (mh3)." in out
    assert "Safety rules not in force, look at them again: mh3." in out
    listed = home.run("check", own_pack, "--json").json["not_in_force"]
    assert listed == [{"rule": "mh3", "kind": "safety", "status": status}]


def test_a_recorded_rule_whose_file_is_gone_is_refused_until_it_is_withdrawn(home, own_pack):
    (own_pack / "safety" / "mh3.yaml").unlink()
    records = own_pack / "versions.yaml"
    lines = records.read_text("utf-8").splitlines()
    line = max(i for i, text in enumerate(lines, 1) if text.startswith('  "mh3@'))
    ran = home.run("check", own_pack, status=1)
    assert f"{records}:{line}:3" in ran.err
    assert "the rule 'mh3' is recorded here, but its file is gone" in " ".join(ran.err.split())
    assert "under 'withdrawn:'" in " ".join(ran.err.split())
    records.write_text(
        records.read_text("utf-8").replace("withdrawn:\n", "withdrawn:\n  mh3: Given up.\n", 1)
    )
    home.run("check", own_pack, "--record")
    assert '  mh3: "Given up."' in records.read_text("utf-8")
    home.run("check", own_pack)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("mh3: Given up.", "'mh3' is withdrawn, but there is a file for it"),
        ("oldest:", "'oldest' is withdrawn without a reason"),
    ],
)
def test_a_withdrawal_that_is_none_is_refused(home, own_pack, entry, found):
    records = own_pack / "versions.yaml"
    text = records.read_text("utf-8").replace("withdrawn:\n", f"withdrawn:\n  {entry}\n", 1)
    records.write_text(text)
    ran = home.run("check", own_pack, status=1)
    assert f"{records}:{text[: text.index(entry)].count(chr(10)) + 1}:3" in ran.err
    assert found in " ".join(ran.err.split())
