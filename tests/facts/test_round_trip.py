"""Writing a case out and reading it again changes nothing."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import TEXTS, built_in_limits, built_in_pack, built_in_sheets, long_sheets

from cto_cds.errors import NOWHERE
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading

LONG = st.deferred(lambda: long_sheets(built_in_pack().vocabulary, built_in_limits()))


def again(text: str) -> FactSheet:
    return read_case_text(text, "again", built_in_pack().vocabulary)


def readings(sheet: FactSheet) -> list[Reading]:
    return [replace(reading, place=NOWHERE) for reading in sheet.readings.values()]


def block_yaml(document: object, indent: str = "") -> str:
    """Write a document as YAML with one entry on each line; texts are quoted."""
    if not isinstance(document, dict):
        return json.dumps(document, ensure_ascii=False)
    return "".join(
        f"\n{indent}{key}: {block_yaml(value, indent + '  ')}" for key, value in document.items()
    )


@given(LONG)
def test_a_case_in_the_long_form_survives_json(sheet):
    read = again(json.dumps(sheet.document()))
    assert (read.case, readings(read)) == (sheet.case, readings(sheet))


@given(LONG)
def test_a_case_in_the_long_form_survives_yaml(sheet):
    read = again(block_yaml(sheet.document()))
    assert (read.case, readings(read)) == (sheet.case, readings(sheet))


@settings(max_examples=20)
@given(built_in_sheets())
def test_a_case_with_any_facts_survives_both_and_keeps_its_digest(sheet):
    as_json = again(json.dumps(sheet.document()))
    as_yaml = again(block_yaml(sheet.document()))
    assert readings(as_json) == readings(as_yaml) == readings(sheet)
    assert as_json.digest() == as_yaml.digest() == sheet.digest()


@settings(max_examples=20)
@given(built_in_sheets(), st.randoms(use_true_random=False))
def test_the_order_in_which_readings_come_does_not_show(sheet, chance):
    turned = list(sheet.readings.items())
    chance.shuffle(turned)
    other = FactSheet(sheet.case, dict(turned))
    assert list(other.readings.items()) == list(sheet.readings.items())
    assert json.dumps(other.document()) == json.dumps(sheet.document())


def test_a_document_is_complete_and_nothing_is_implied_by_what_it_lacks():
    sheet = again("format: 1\ncase: a\nprocedure:\nhistory: {sex: male}\n")
    assert "procedure.phase" not in sheet.readings
    text = json.dumps(sheet.document())
    read = read_case_text(text, "again", built_in_pack().vocabulary, named=False)
    assert (read.case, readings(read)) == (sheet.case, readings(sheet))


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=3))
def test_the_notes_of_a_study_survive(notes):
    sheet = FactSheet("a", {}, notes=tuple(notes))
    assert again(json.dumps(sheet.document())).notes == tuple(notes)
