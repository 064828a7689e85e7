"""What somebody meets first: help, version, schemas, the demo, and a quick start."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import jsonschema_rs
import pytest
from cli.running import CASE, PROGRAM, case_file
from ruamel.yaml import YAML

from cto_cds import __version__
from cto_cds.errors import CaseError
from cto_cds.facts.case import read_case_text
from cto_cds.facts.measured import Doubt, MeasuredFact, Measurements
from cto_cds.facts.schema import case_schema, measurements_schema

HEAVY = ("numpy", "pydicom", "jinja2", "durable_rules_engine", "ruamel", "pydantic", "sqlite3")
COMMANDS = (
    "demo",
    "quantify",
    "import",
    "new",
    "assess",
    "scores",
    "explain",
    "check",
    "test",
    "phantom",
    "plugins",
    "schema",
    "audit",
)


def test_help_names_every_command_and_the_intended_use(home):
    told = home.run("--help").words
    for command in COMMANDS:
        assert f" {command} " in told
    assert "Not a certified medical device" in told
    assert home.run("-h").words == told
    assert not (home.folder / "audit").exists()


def test_the_version_is_that_of_the_package(home):
    assert home.run("--version").out == f"cto-cds {__version__}\n"


def test_an_unknown_command_is_wrong_use(home):
    assert "No such command 'asses'" in home.run("asses", status=2).err


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from cto_cds.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        f"    print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "loaded: []"


def test_assessing_without_images_loads_no_image_code(home, case):
    code = (
        "import sys\n"
        "from cto_cds.cli import main\n"
        f"sys.argv[1:] = ['assess', {str(case)!r}, '--json']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('loaded:', [m for m in ('numpy', 'pydicom', 'jinja2') if m in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=home.variables(),
    )
    assert told.stdout.splitlines()[-1] == "loaded: []"


def test_the_module_runs_like_the_command():
    told = subprocess.run(
        [sys.executable, "-m", "cto_cds", "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout == f"cto-cds {__version__}\n"


def test_the_case_schema_takes_a_good_case_and_refuses_a_bad_one(home):
    schema = home.run("schema", "case").json
    validator = jsonschema_rs.validator_for(schema)
    yaml = YAML(typ="base")
    good = CASE.format(name="case-17")
    read = yaml.load(good)
    read["format"] = 1
    assert [error.message for error in validator.iter_errors(read)] == []
    for wrong in (good.replace("blunt", "blunted"), good.replace("stump:", "stomp:")):
        read = yaml.load(wrong)
        read["format"] = 1
        assert not validator.is_valid(read)
    home.run("schema", "nonsense", status=2)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ('"case-17"', True),
        ("7", True),
        ("7.50", True),
        ('"null"', True),
        ("null", False),
        ("true", False),
        ('""', False),
        ('" "', False),
        ("[]", False),
    ],
)
def test_schema_and_reader_take_the_same_names_of_a_case(vocabulary, name, taken):
    text = f'{{"format": 1, "case": {name}}}'
    assert jsonschema_rs.validator_for(case_schema(vocabulary)).is_valid(json.loads(text)) == taken
    if taken:
        assert read_case_text(text, "case.json", vocabulary).case == name.strip('"')
    else:
        with pytest.raises(CaseError, match="case"):
            read_case_text(text, "case.json", vocabulary)


MEASURED = Measurements(
    "measurer 1.0",
    (MeasuredFact("occlusion_length", Decimal("24.8"), "mm", Decimal("0.6"), "a note"),),
    (Doubt("distal_disease", "The vessel is too small."),),
    {"proximal_cap_lps_mm": (1.0, 2.0, 3.0)},
    {"series": "1.2.3"},
    ("Noise is high.",),
)


def test_the_schema_of_measurements_takes_what_a_backend_measured_and_asks_for_no_case(vocabulary):
    validator = jsonschema_rs.validator_for(measurements_schema(vocabulary))
    whole = MEASURED.document()
    for document in (whole, {**whole, "ccta": {}}, {**whole, "needs_review": []}):
        validator.validate(document)
        read_case_text(json.dumps(document), "m.json", vocabulary, named=False)
    for wrong in ({**whole, "ccta": {}, "needs_review": []}, {**whole, "colour": "red"}):
        assert not validator.is_valid(wrong)
    assert not jsonschema_rs.validator_for(case_schema(vocabulary)).is_valid(whole)


def test_reading_half_of_the_output_ends_quietly(home, case):
    command = f'"{PROGRAM}" assess "{case}" --json | head -c 10'
    done = subprocess.run(
        ["sh", "-c", command], env=home.variables(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


@pytest.fixture
def demo(home, tmp_path):
    return home.run(
        "demo", "--out", tmp_path / "demo", "--study", "short-tapered-soft", "--no-open"
    )


def test_the_demo_ends_with_a_plan_a_report_and_a_record_of_its_own(home, demo, tmp_path):
    out = tmp_path / "demo"
    assert "THE PLAN" in demo.words.upper()
    assert "Replayed record 1 gives the same answer, byte for byte" in demo.words
    result = json.loads((out / "result.json").read_text())
    assert result["audit"]["record"] == 1
    assert "ccta.occlusion_length" in result["facts"]
    assert (out / "report.html").stat().st_size > 10_000
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert not home.audit.exists()
    told = home.run("audit", "verify", CTO_CDS_HOME=str(out / "home"))
    assert told.out.startswith("The store is whole: 1 records")
    again = home.run("assess", out / "case.yaml", "--ccta", out / "measurements.json", "--json")
    assert {**again.json, "audit": None} == {**result, "audit": None}
    options = ("--out", out, "--study", "short-tapered-soft", "--json")
    written = home.run("demo", *options).json
    assert written["report"] == str(out / "report.html")
    assert written["replayed"].endswith("byte for byte")


def test_an_unknown_practice_study_lists_those_there_are(home, tmp_path):
    ran = home.run("demo", "--study", "nonsense", "--out", tmp_path / "x", status=2, COLUMNS="200")
    assert "short-tapered-soft" in ran.err


def test_without_a_plugin_the_demo_says_what_is_missing(home, tmp_path):
    ran = home.run("demo", "--out", tmp_path / "x", status=2, CTO_CDS_PLUGINS="", COLUMNS="200")
    assert "no plugin offers a practice study" in ran.err


def test_the_demo_replaces_no_case_of_the_user(home, tmp_path):
    mine = tmp_path / "case.yaml"
    mine.write_text("format: 1\ncase: mine\n", encoding="utf-8")
    ran = home.run("demo", "--out", tmp_path, "--no-open", status=1)
    assert f"{mine}: this file exists already" in ran.err
    assert "--out" in ran.err
    assert mine.read_text(encoding="utf-8") == "format: 1\ncase: mine\n"
    assert [entry.name for entry in tmp_path.iterdir() if entry != home.folder] == ["case.yaml"]


def test_on_paper_of_80_columns_no_line_is_wider_and_no_level_is_broken(home, tmp_path):
    case = case_file(tmp_path)
    for command in ("scores", "assess"):
        shown = home.run(command, case, COLUMNS="80").out
        assert max(map(len, shown.splitlines())) <= 80
    scores = home.run("scores", case, COLUMNS="80").out
    assert "unverified" in scores
    assert not [line for line in scores.splitlines() if line.strip() in {"d", "ed", "fied"}]
    assert max(map(len, home.run("scores", case).out.splitlines())) > 80
