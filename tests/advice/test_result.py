"""The result: the JSON of the contract, the same bytes every time, and nothing left unsaid."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import built_in_sheets, lab_sheets, long_sheets

from cto_cds.advice.result import Audit, Result
from cto_cds.facts.sheet import FactSheet

CASES = st.one_of(built_in_sheets(), lab_sheets())

# The example of the contract, section 3. Lists stand for lists of such entries.
CONTRACT = json.loads(
    """
{
  "format": 1,
  "case": "demo-001",
  "scores": {
    "j_cto": {
      "state": "known",
      "points": {"low": 2, "high": 2},
      "grades": ["difficult"],
      "criteria": [
        {"id": "length", "truth": "true", "points": 1, "reads": ["angiography.occlusion_length"],
         "shown": "24 mm >= 20 mm"}
      ],
      "missing": [],
      "notes": [],
      "outcome": [
        {"endpoint": "", "value": "", "unit": "", "population": "", "cite": "", "verified": ""}
      ],
      "source": {"cite": "...", "doi": "..."},
      "verified": "primary"
    }
  },
  "algorithms": {
    "hybrid": {
      "state": "decided",
      "path": [{"node": "...", "branch": "...", "because": "..."}],
      "options": ["antegrade_dissection_reentry", "retrograde_wire_escalation"],
      "missing": []
    }
  },
  "associations": [],
  "recommendation": {
    "phase": "planning",
    "strategies": [
      {"rank": 1, "id": "antegrade_dissection_reentry", "support": {"low": 2.5, "high": 3.0},
       "techniques": ["knuckle", "stingray"], "equipment": ["..."],
       "for": [{"rule": "...", "says": "..."}], "against": [], "cautions": []}
    ],
    "vetoed": [{"id": "rotational_atherectomy", "rule": "...", "because": "..."}],
    "ask_for": [{"fact": "angiography.interventional_collaterals", "because": "..."}],
    "disagreements": []
  },
  "warnings": [],
  "provenance": {"software": "...", "rule_pack": "sha256:...", "facts": "sha256:..."},
  "audit": {"record": 1, "hash": "sha256:..."}
}
"""
)


def walk(example: object, found: object, path: str = "result") -> None:
    """Follow the example of the contract through a result: same keys, same kinds of value."""
    if isinstance(example, dict):
        assert isinstance(found, dict), path
        for key, value in example.items():
            assert key in found, f"{path} has no '{key}'"
            walk(value, found[key], f"{path}.{key}")
    elif isinstance(example, list):
        assert isinstance(found, list), path
        for item in found if example else []:
            walk(example[0], item, f"{path}[]")
    elif isinstance(example, int | float):
        assert isinstance(found, int | float), path
    else:
        assert isinstance(found, str), path


def test_the_keys_of_the_contract_are_there_under_their_names(known_but):
    result = known_but("angiography.interventional_collaterals:", "procedure.track:")
    result = result.model_copy(update={"audit": Audit(record=1, hash="sha256:0")})
    assert result.recommendation.ask_for
    assert result.recommendation.vetoed
    walk(CONTRACT, json.loads(result.to_json()))


def test_numbers_are_written_as_numbers_without_needless_digits(by_hybrid):
    found = json.loads(by_hybrid().to_json())
    assert found["scores"]["j_cto"]["points"] == {"low": 0, "high": 0}
    supports = [s["support"]["low"] for s in found["recommendation"]["strategies"]]
    assert supports == [3, 2, 1, 0.5]
    assert '"low":3,' in by_hybrid().to_json()


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Validator:
    schema = Result.model_json_schema(mode="serialization", by_alias=True)
    return jsonschema_rs.validator_for(schema)


@settings(max_examples=40)
@given(CASES)
def test_every_result_is_valid_json_by_its_own_schema(advise, validator, case):
    result = advise(case)
    found = json.loads(result.to_json())
    validator.validate(found)
    assert "null" not in {json.dumps(value) for value in found.values()}
    assert Result.model_validate_json(result.to_json()) == result


def test_the_schema_refuses_a_result_with_another_key(known_but, validator):
    found = json.loads(known_but().to_json())
    assert validator.is_valid(found)
    assert not validator.is_valid({**found, "advice": "operate"})
    del found["recommendation"]
    assert not validator.is_valid(found)


@settings(max_examples=25)
@given(CASES)
def test_the_same_case_gives_the_same_bytes(advise, case):
    turned = FactSheet(case.case, dict(reversed(case.readings.items())))
    assert advise(case).to_json() == advise(case).to_json()
    one, two = json.loads(advise(case).to_json()), json.loads(advise(turned).to_json())
    assert one.pop("facts") == two.pop("facts")
    one["warnings"].sort()
    two["warnings"].sort()
    assert one == two


PROGRAM = """
    import sys
    from pathlib import Path
    from cto_cds.advice.compose import compose
    from cto_cds.engine.engine import Engine
    from cto_cds.facts.case import read_case_text
    from cto_cds.rulefile.load import Layer, load_pack
    pack = load_pack([Layer.of_folder("built-in", Path(sys.argv[1]))])
    with Engine(pack) as engine:
        sheet = read_case_text(sys.stdin.read(), "case", pack.vocabulary)
        print(compose(sheet, engine.decide(sheet), pack).to_json())
"""


def test_other_processes_give_the_same_bytes_whatever_their_hash_seed(rules_folder: Path):
    case = "format: 1\ncase: a\nangiography: {occlusion: chronic total, stump: blunt}\n"
    case += "ccta: {stump: tapered, calcification: severe}\nprocedure: {phase: crossing}\n"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(PROGRAM), str(rules_folder)],
            input=case.encode(),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["case"] == "a"


# Scores


@settings(max_examples=25)
@given(st.data())
def test_any_remark_in_any_script_can_be_told(advise, vocabulary, data):
    result = advise(data.draw(long_sheets(vocabulary)))
    assert Result.model_validate_json(result.to_json()) == result


def test_provenance_names_software_rules_and_facts(known_but, pack):
    provenance = known_but().provenance
    assert provenance.software.startswith("cto-cds ")
    assert provenance.rule_pack == pack.digest
    assert provenance.facts.startswith("sha256:")
    assert known_but("ccta.stump: blunt").provenance.facts != provenance.facts
    assert Decimal(known_but().format) == 1
