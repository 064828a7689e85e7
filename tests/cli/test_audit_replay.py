"""``cto-cds audit replay``: what was recorded can be decided again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.running import LOCAL_VETO, case_file
from plugins.building import rule_pack_plugin

from cto_cds.assess import Replay, Settings
from cto_cds.cli.audit import replay
from cto_cds.cli.demo import _replayed as replayed
from cto_cds.errors import AuditError


def test_a_record_decided_again_gives_the_same_bytes_and_records_nothing(three):
    before = three.run("audit", "verify", "--json").json
    assert "byte for byte" in three.run("audit", "replay", 2).out
    told = three.run("audit", "replay", 2, "--json").json
    assert (told["record"], told["same"]) == (2, True)
    assert told["was"] == told["now"]
    assert three.run("audit", "verify", "--json").json == before


def test_a_record_is_decided_by_the_rules_of_then_when_those_of_today_differ(home, tmp_path, three):
    rule_pack_plugin(tmp_path / "site", "hospital", {"safety/no_adr_here.yaml": LOCAL_VETO})
    case = case_file(tmp_path, "with local rules")
    then = home.with_plugins(tmp_path / "site").run("assess", case, "--json").json
    today = home.run("assess", case, "--json").json
    vetoed = {veto["rule"] for veto in then["recommendation"]["vetoed"]}
    assert "no_adr_here" in vetoed
    assert "no_adr_here" not in {veto["rule"] for veto in today["recommendation"]["vetoed"]}
    replayed = home.run("audit", "replay", 1, "--json").json
    assert replayed["same"]
    assert replayed["now"]["recommendation"] == then["recommendation"]
    assert home.run("audit", "replay", 2, "--json").json["same"]


MEASURED = {
    "ccta": {
        "stump": {"value": "blunt", "status": "auto", "source": "cto-cds-ccta 0.1.0"},
        "occlusion_length": {"value": "19 mm", "sd": "1 mm", "source": "Dr. Ahlquist"},
    },
    "needs_review": [{"fact": "max_bend", "because": "Frau Ahlquist moved"}],
    "study": {"notes": ["Frau Ahlquist, PID0011223"]},
}


def with_measurements(case: Path, folder: Path) -> Path:
    """Return the same case with the measurements written into it."""
    path = folder / "inline.yaml"
    parts = "".join(f"{key}: {json.dumps(value)}\n" for key, value in MEASURED.items())
    path.write_text(case.read_text() + parts)
    return path


def test_a_case_with_measurements_gives_the_same_bytes_inline_and_from_a_file(home, tmp_path):
    case, measured = case_file(tmp_path), tmp_path / "measured.json"
    measured.write_text(json.dumps({"format": 1, **MEASURED}))
    apart = home.run("assess", case, "--ccta", measured, "--json").out
    inline = home.run("assess", with_measurements(case, tmp_path), "--json").out
    assert apart.partition('"audit"')[0] == inline.partition('"audit"')[0]
    for number in (1, 2):
        assert "byte for byte" in home.run("audit", "replay", number).out


def test_a_case_that_was_measured_on_the_way_can_be_decided_again(home, case, practice):
    study = ("--study", practice / "dicom", "--centreline", practice / "centreline.csv")
    told = home.run("assess", case, *study, "--json").json
    assert "ccta.occlusion_length" in told["facts"]
    assert "byte for byte" in home.run("audit", "replay", 1).out
    shown = home.run("audit", "show", 1).json["result"]
    assert shown["warnings"] == told["warnings"]
    assert shown["facts"] == told["facts"]


def test_no_text_of_a_person_stands_anywhere_in_the_audit_folder(home, tmp_path):
    texts = ("Dr. Ahlquist", "Frau Ahlquist moved", "Frau Ahlquist, PID0011223", "Ahlquist")
    case = with_measurements(case_file(tmp_path), tmp_path)
    told = home.run("assess", case, "--json").out
    assert [text for text in texts if text not in told] == []
    exported = tmp_path / "records.jsonl"
    home.run("audit", "export", exported)
    files = [exported, *(path for path in home.audit.rglob("*") if path.is_file())]
    assert len(files) >= 4
    for path in files:
        content = path.read_bytes()
        found = [t for t in texts for code in ("utf-8", "utf-16-le") if t.encode(code) in content]
        assert found == [], path.name
    shown = home.run("audit", "show", 1).json
    assert shown["facts"]["ccta"]["stump"]["source"] == "cto-cds-ccta 0.1.0"
    assert "byte for byte" in home.run("audit", "replay", 1).out


def test_replaying_tells_that_the_program_changed_since(three, monkeypatch, capsys):
    monkeypatch.setenv("CTO_CDS_HOME", str(three.folder))
    then = three.run("audit", "show", 1).json["code"]
    replay(1)
    assert "changed" not in "".join(capsys.readouterr())
    monkeypatch.setattr("cto_cds.assess.program_digest", lambda: "sha256:later")
    replay(1)
    told = capsys.readouterr()
    assert "byte for byte" in told.out
    assert told.err == f"The program has changed: {then} then, sha256:later now.\n"
    told = three.run("audit", "replay", 1, "--json").json
    assert told["program"] == {"then": then, "now": then}


def test_the_demo_fails_if_its_own_record_is_decided_differently(three, monkeypatch):
    settings = Settings(three.folder)
    assert replayed(settings, 1) == "record 1 gives the same answer, byte for byte"
    differs = Replay(1, same=False, was="", now="", code_then="", code_now="")
    monkeypatch.setattr("cto_cds.assess.replay", lambda _settings, _record: differs)
    with pytest.raises(AuditError, match="decided again, it gives another answer"):
        replayed(settings, 1)
