"""The names that other programs rely on: they import, carry docs, and mean what they say."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from importlib import resources

import pytest

import cto_cds
from cto_cds import assess, errors, hookspecs
from cto_cds import testing as kit
from cto_cds.advice import result as results
from cto_cds.advice.schema import result_schema
from cto_cds.errors import AuditError, CaseError, CtoCdsError, Place, Problem
from cto_cds.facts.measured import Doubt, Figure, MeasuredFact, Measurements
from cto_cds.registry import HOOK_NAMES

PUBLIC = {
    assess: ("Assessor", "Settings", "Replay", "quantify", "measured_sheet", "replay"),
    hookspecs: (
        "AuditSink",
        "Backend",
        "Centreline",
        "Expected",
        "Hooks",
        "PhantomSource",
        "PracticeCase",
        "PracticeFiles",
        "PracticeStudy",
        "Request",
        "RuleCheck",
        "RulePack",
        "Scanner",
        "Seeds",
        "Support",
    ),
    kit: (
        "Accuracy",
        "Judged",
        "accuracy",
        "backend_faults",
        "practice_case",
        "read_case",
        "rule_faults",
    ),
    errors: tuple(
        f"{name}Error"
        for name in ("Case", "RuleFile", "Study", "Backend", "Plugin", "Engine", "Audit")
    ),
}
RESULT_KEYS = {
    "format",
    "case",
    "scores",
    "algorithms",
    "associations",
    "recommendation",
    "warnings",
    "provenance",
    "audit",
}
STRATEGY_KEYS = {"rank", "id", "support", "techniques", "equipment", "for", "against", "cautions"}


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_every_public_name_is_there_and_says_what_it_is_for(module):
    for name in PUBLIC[module]:
        member = getattr(module, name)
        assert inspect.getdoc(member), name
        for method_name, method in inspect.getmembers(member, inspect.isfunction):
            if not method_name.startswith("_") and method.__module__ == module.__name__:
                assert inspect.getdoc(method), f"{name}.{method_name}"


def test_the_hooks_are_these_and_no_others():
    assert set(HOOK_NAMES) == {
        "cto_cds_audit_sinks",
        "cto_cds_backends",
        "cto_cds_phantom_sources",
        "cto_cds_practice_studies",
        "cto_cds_result",
        "cto_cds_rule_checks",
        "cto_cds_rule_packs",
    }


def test_the_package_is_typed_and_has_one_version():
    assert resources.files(cto_cds).joinpath("py.typed").is_file()
    assert cto_cds.__version__.count(".") == 2


def test_every_error_is_one_of_ours_and_tells_all_its_problems():
    for name in PUBLIC[errors]:
        assert issubclass(getattr(errors, name), CtoCdsError)
    one = Problem(Place("case.yaml", 3, 5, "stump"), "a wrong word", "Use another.")
    two = Problem(Place("case.yaml", 2, 1), "a wrong unit")
    error = CaseError.of([one, two, one])
    assert error.problems == (two, one)
    assert str(error) == (
        "case.yaml:2:1: a wrong unit\ncase.yaml:3:5 (stump): a wrong word\n    Use another."
    )
    assert not issubclass(CaseError, AuditError)


def test_the_result_has_the_keys_of_the_contract():
    schema = result_schema()
    assert set(schema["properties"]) >= RESULT_KEYS
    strategy = schema["$defs"]["Strategy"]["properties"]
    assert set(strategy) >= STRATEGY_KEYS
    assert schema["additionalProperties"] is False
    json.dumps(schema)


def test_a_result_cannot_be_changed_after_it_was_made():
    line = results.Span(low=1, high=2)
    with pytest.raises(ValueError, match="frozen"):
        line.low = 3


def test_measurements_are_written_as_a_case_file_in_the_long_form():
    measured = Measurements(
        "reader 1.0",
        (MeasuredFact("occlusion_count", 1), MeasuredFact("stump", "blunt", note="at the ostium")),
        doubts=(Doubt("max_bend", "motion"),),
        marks={"proximal_cap_lps_mm": (1.0, 2.00049, 3.0)},
        study={"tube_voltage": "120 kV"},
        notes=("Limited by motion.",),
        figures=(Figure("vessel.png", "image/png", b"", "The vessel"),),
    )
    told = measured.document(["out/vessel.png"])
    assert list(told) == ["format", "ccta", "marks", "needs_review", "study", "figures"]
    assert told["ccta"]["occlusion_count"] == {
        "value": "1",
        "status": "auto",
        "source": "reader 1.0",
    }
    assert told["ccta"]["stump"]["note"] == "at the ostium"
    assert told["marks"] == {"proximal_cap_lps_mm": [1.0, 2.0, 3.0]}
    assert told["study"] == {"tube_voltage": "120 kV", "notes": ["Limited by motion."]}


def test_importing_the_contract_for_plugins_is_light():
    code = (
        "import sys, cto_cds.hookspecs, cto_cds.errors, cto_cds.facts.measured\n"
        "heavy = ('numpy', 'pydicom', 'jinja2', 'durable_rules_engine', 'pydantic', 'typer')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
