"""What a person wrote is returned and not recorded; records are under one key."""

from __future__ import annotations

import json

import pytest
from cli.running import CASE
from hosting import Liar, body

from cto_cds.assess import Assessor, Settings, measured_sheet, replay
from cto_cds.audit.pseudonym import KEY_FILE, KEY_MARK, pseudonym, pseudonym_key
from cto_cds.audit.store import AuditStore
from cto_cds.errors import AuditError, EngineError
from cto_cds.facts.case import read_case_text
from cto_cds.facts.measured import Doubt, MeasuredFact, Measurements
from cto_cds.facts.sheet import FactSheet
from cto_cds.registry import Registry

REMARKS = ("John Doe, MRN 123", "Dr. Smith", "2024-05-01 with Mr. Doe", "Ms. Jones", "Doe moved")
REMARKED = """
ccta:
  stump: {value: blunt, source: Dr. Smith, note: "John Doe, MRN 123", confirmed_by: Ms. Jones}
  ostial: {value: no, status: needs_review, time: 2024-05-01 with Mr. Doe, source: ruler 1.0}
study: {notes: [Doe moved, Measured with a ruler.]}
"""


class Ruler:
    name, version = "ruler", "1.0"


@pytest.fixture
def with_ruler() -> Registry:
    registry = Registry(found=())
    broken = object()
    offered = {"cto_cds_backends": [("broken", broken), ("toolbox", Ruler())]}
    registry.collect = lambda hook: offered.get(hook, [])
    return registry


@pytest.fixture
def remarked(vocabulary) -> FactSheet:
    return read_case_text(CASE.format(name="case-17") + REMARKED, "case.yaml", vocabulary)


def recorded(settings: Settings, number: int = 1) -> str:
    with AuditStore.existing(settings.audit_folder) as store:
        return str(store.record(number).body)


def test_what_a_person_wrote_is_returned_and_not_recorded(settings, remarked, with_ruler):
    with Assessor(settings, with_ruler) as assessor:
        result = assessor.assess(remarked)
    assert result.case == "case-17"
    assert result.facts["ccta.stump"].source == "Dr. Smith"
    assert result.facts["ccta.stump"].note == "John Doe, MRN 123"
    assert "Doe moved" in result.warnings
    assert [remark for remark in REMARKS if remark in recorded(settings)] == []
    assert replay(settings, 1).same


def test_the_name_of_an_installed_backend_is_recorded_and_any_other_source_is_not(
    settings, remarked, with_ruler
):
    with Assessor(settings, with_ruler) as assessor:
        assessor.assess(remarked)
    with Assessor(settings) as without:
        without.assess(remarked)
    assert "ruler 1.0" in recorded(settings, 1)
    assert "ruler 1.0" not in recorded(settings, 2)
    for number in (1, 2):
        assert "nothing of " in recorded(settings, number)
        assert replay(settings, number).same


def test_what_a_backend_says_is_recorded_from_the_backend_and_not_from_a_file(
    settings, sheet, vocabulary, with_ruler
):
    measured = Measurements(
        "ruler 1.0",
        (MeasuredFact("max_bend", 30, "deg", note="Bent twice."),),
        doubts=(Doubt("stump", "The ruler is straight."),),
        notes=("Measured  with a ruler.",),
    )
    said = ("ruler 1.0", "Bent twice.", "The ruler is straight.", "Measured with a ruler.")
    text = json.dumps(measured.document())
    file = read_case_text(text, "measured.json", vocabulary, named=False)
    with Assessor(settings, with_ruler) as assessor:
        direct = assessor.assess(
            sheet().joined(measured_sheet(measured, assessor.pack), assessor.pack.vocabulary)
        )
        from_file = assessor.assess(sheet().joined(file, assessor.pack.vocabulary))
    assert body(direct) == body(from_file)
    assert [text for text in said if text in recorded(settings, 1)] == list(said)
    assert [text for text in said if text in recorded(settings, 2)] == ["ruler 1.0"]
    assert replay(settings, 1).same
    assert replay(settings, 2).same


def test_the_same_remark_has_the_same_pseudonym(settings, remarked):
    with Assessor(settings) as assessor:
        assessor.assess(remarked)
    name = pseudonym("Dr. Smith", pseudonym_key(settings.audit_folder))
    assert name in recorded(settings)


def test_an_incident_holds_no_remark_either(settings, remarked):
    with Assessor(settings) as assessor:
        assessor._engine._first = Liar(assessor._engine._first)
        with pytest.raises(EngineError, match="disagree"):
            assessor.assess(remarked)
    assert [remark for remark in REMARKS if remark in recorded(settings)] == []


def test_all_records_of_one_run_are_under_the_key_that_it_began_with(settings, sheet):
    path = settings.audit_folder / KEY_FILE
    with Assessor(settings) as assessor:
        assessor.assess(sheet())
        right = path.read_bytes()
        path.write_bytes(bytes(len(right)))
        assessor.assess(sheet())
    with AuditStore.open(settings.audit_folder) as store:
        first, second = store.records()
    assert second.body["case"] == first.body["case"] == pseudonym("case-17", right)
    assert second.body[KEY_MARK] == first.body[KEY_MARK]
    with Assessor(settings) as assessor, pytest.raises(AuditError, match="another key"):
        assessor.assess(sheet())
