"""A good plugin of each kind does what its hook promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.running import LOCAL_VETO
from dicom import making
from plugins.building import distribution, rule_pack_plugin

from cto_cds.audit.canonical import digest

GOOD = """
import os
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cto_cds.errors import Place, Problem
from cto_cds.facts.measured import Doubt, Figure, MeasuredFact, Measurements
from cto_cds.hookspecs import PracticeFiles, Support, hookimpl

NOTES = Path(os.environ.get("NOTES", "."))


class Backend:
    name, version = "ruler", "1.0"

    def supports(self, request):
        return Support(request.volume is not None)

    def measure(self, request, progress):
        progress("Measuring", 1.0)
        (NOTES / "called").write_text(request.name)
        slices = request.volume.hu.shape[0]
        return Measurements(
            "ruler 1.0",
            (
                MeasuredFact("occlusion_length", Decimal(slices), "mm", Decimal("0.5")),
                MeasuredFact("stump", "tapered"),
            ),
            doubts=(Doubt("max_bend", "the ruler is straight"),),
            notes=("Measured with a ruler.",),
            figures=(Figure("ruler.svg", "image/svg+xml", b"<svg/>", "A ruler"),),
        )


class Check:
    name = "every rule has an owner"

    def check(self, pack):
        if "OWNER" not in os.environ:
            yield Problem(Place("rules"), f"{len(pack.rules())} rules have no owner", "Add one.")


class Sink:
    name = "file"

    def send(self, record):
        (NOTES / "record.json").write_bytes(record)


@dataclass(frozen=True)
class Study:
    name: str = "cube"
    description: str = "A cube of noise."

    def write(self, folder, progress):
        sys.path.insert(0, MAKING)
        import making

        making.write(folder / "dicom", making.datasets())
        line = folder / "line.csv"
        rows = "".join(f"14,-15,{30 + step}\\n" for step in range(4))
        line.write_text("x_lps_mm,y_lps_mm,z_lps_mm\\n" + rows)
        return PracticeFiles(folder / "dicom", line, folder / "truth.json")


class Source:
    name = "cubes"
    description = "Any number is a cube."

    def study(self, wanted, scanner):
        if not wanted.isdecimal():
            return None
        return Study(f"cube-{wanted}", f"A cube with {scanner.noise_hu:g} HU of noise.")


class Plugin:
    @hookimpl
    def cto_cds_backends(self):
        return [Backend()]

    @hookimpl
    def cto_cds_practice_studies(self):
        return [Study()]

    @hookimpl
    def cto_cds_phantom_sources(self):
        return [Source()]

    @hookimpl
    def cto_cds_rule_checks(self):
        return [Check()]

    @hookimpl
    def cto_cds_audit_sinks(self):
        return [Sink()]

    @hookimpl
    def cto_cds_result(self, result):
        (NOTES / "result.json").write_text(result.to_json(indent=2))
        result.scores.clear()
        result.algorithms.clear()


plugin = Plugin()
"""


@pytest.fixture
def good(home, tmp_path):
    site, notes = tmp_path / "site", tmp_path / "notes"
    notes.mkdir()
    source = GOOD.replace("MAKING", repr(str(Path(making.__file__).parent)))
    distribution(site, "toolbox", source, object_name="plugin")
    rule_pack_plugin(site, "hospital", {"safety/no_adr_here.yaml": LOCAL_VETO})
    return home.with_plugins(site, NOTES=str(notes))


def test_cto_cds_backends_measures_a_study_for_an_assessment(good, case, series, tmp_path):
    out = tmp_path / "out"
    called = tmp_path / "notes" / "called"
    measured = good.run("quantify", series, "--out", out, "--json", "--name", "case-7, RCA").json
    assert called.read_text() == "case-7, RCA"
    assert measured["ccta"]["occlusion_length"] == {
        "value": "8 mm",
        "sd": "0.5 mm",
        "status": "auto",
        "source": "ruler 1.0",
    }
    assert measured["needs_review"] == [{"fact": "max_bend", "because": "the ruler is straight"}]
    assert [(out / figure).read_bytes() for figure in measured["figures"]] == [b"<svg/>"]
    assert json.loads((out / "measurements.json").read_text()) == measured
    before = good.run("assess", case, "--ccta", out / "measurements.json", "--json").json
    on_the_way = good.run("assess", case, "--study", series, "--backend", "ruler", "--json").json
    assert {**before, "audit": None} == {**on_the_way, "audit": None}
    assert called.read_text() == before["case"]
    assert before["facts"]["ccta.occlusion_length"]["value"] == "8 mm"
    assert before["facts"]["ccta.max_bend"]["value"] == "unknown"
    assert "Measured with a ruler." in before["warnings"]


def test_several_backends_that_can_measure_are_a_question_to_the_user(good, series, tmp_path):
    line = tmp_path / "line.csv"
    rows = "".join(f"14,-15,{30 + step},1.5\n" for step in range(4))
    line.write_text("x_lps_mm,y_lps_mm,z_lps_mm,outer_radius_mm\n" + rows)
    ran = good.run("quantify", series, "--centreline", line, status=1)
    assert "several can measure this: cto-cds-ccta, ruler" in ran.err
    assert "--backend" in ran.err


def test_cto_cds_rule_packs_adds_a_veto_that_the_result_shows_with_its_origin(good, home, case):
    result = good.run("assess", case, "--json").json
    (veto,) = [v for v in result["recommendation"]["vetoed"] if v["rule"] == "no_adr_here"]
    assert (veto["id"], veto["because"]) == (
        "antegrade_dissection_reentry",
        "Standard 7 asks for a second operator.",
    )
    ranked = [strategy["id"] for strategy in result["recommendation"]["strategies"]]
    assert "antegrade_dissection_reentry" not in ranked
    assert "hospital 1.0" in result["provenance"]["plugins"]
    alone = home.run("assess", case, "--json").json
    assert alone["provenance"]["rule_pack"] != result["provenance"]["rule_pack"]
    assert "Standard 7" in good.run("explain", case, "antegrade_dissection_reentry").words


def test_cto_cds_rule_checks_makes_the_check_fail_until_its_problem_is_mended(good):
    ran = good.run("check", status=1)
    assert "rules have no owner" in ran.err
    assert "Add one." in ran.err
    good.run("check", OWNER="me")


def test_cto_cds_audit_sinks_receives_the_record_and_cto_cds_result_the_result(
    good, case, tmp_path
):
    ran = good.run("assess", case, "--json")
    assert (tmp_path / "notes" / "result.json").read_text() + "\n" == ran.out
    assert ran.json["scores"]  # the plugin emptied its own copy
    sent = (tmp_path / "notes" / "record.json").read_bytes()
    record = json.loads(sent)
    assert record["hash"] == ran.json["audit"]["hash"]
    assert record["record"] == 1
    assert b"case-17" not in sent
    assert digest(sent).startswith("sha256:")


def test_cto_cds_practice_studies_is_what_the_demo_can_show(good, tmp_path):
    out = tmp_path / "demo"
    told = good.run("demo", "--out", out, "--study", "cube", "--no-open", CTO_CDS_PLUGINS="toolbox")
    assert "A cube of noise." in told.words
    result = json.loads((out / "result.json").read_text())
    assert result["facts"]["ccta.stump"]["source"] == "ruler 1.0"
    assert (out / "ruler.svg").read_bytes() == b"<svg/>"


def test_cto_cds_phantom_sources_draws_a_study_for_any_seed(good, tmp_path):
    out, only = tmp_path / "cube", {"CTO_CDS_PLUGINS": "toolbox"}
    told = good.run("phantom", "7", "--out", out, "--noise", "30", **only)
    assert "cube-7: A cube with 30 HU of noise." in told.words
    assert (out / "dicom").is_dir()
    listed = good.run("phantom", "--list", **only).words
    assert "A cube of noise." in listed
    assert "Any number is a cube." in listed
    named = tmp_path / "named"
    refused = good.run("phantom", "cube", "--out", named, "--noise", "30", status=2, **only)
    assert "the scanner of 'cube' cannot be" in " ".join(refused.err.replace("│", " ").split())
    assert not named.exists()


def test_only_the_plugins_that_are_named_are_loaded(good, case):
    listed = {
        plugin["name"]: plugin
        for plugin in good.run("plugins", "--json", CTO_CDS_PLUGINS="toolbox, ").json
    }
    assert listed["toolbox"]["state"] == "loaded"
    for name in ("hospital", "cto-cds-ccta"):
        assert listed[name]["state"] == "disabled"
        assert listed[name]["reason"] == "not in CTO_CDS_PLUGINS"
    result = good.run("assess", case, "--json", CTO_CDS_PLUGINS="").json
    assert result["provenance"]["plugins"] == []
    assert "no_adr_here" not in {veto["rule"] for veto in result["recommendation"]["vetoed"]}


def test_every_hook_is_listed_with_the_plugin_that_offers_it(good):
    listed = {plugin["name"]: plugin for plugin in good.run("plugins", "--json").json}
    assert listed["hospital"]["hooks"] == ["cto_cds_rule_packs"]
    assert set(listed["toolbox"]["hooks"]) == {
        "cto_cds_audit_sinks",
        "cto_cds_backends",
        "cto_cds_phantom_sources",
        "cto_cds_practice_studies",
        "cto_cds_result",
        "cto_cds_rule_checks",
    }
    assert listed["toolbox"]["backend"] == "ruler 1.0"
