"""A schema takes the same numbers as the reader, wherever a range ends."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cto_cds.errors import CaseError
from cto_cds.facts.case import read_case_text
from cto_cds.facts.pattern import pattern_between
from cto_cds.facts.schema import case_schema
from cto_cds.facts.value import plain

NUMBERS = st.decimals(0, 2000, places=3)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["", "0", "00"]))
def test_a_pattern_takes_exactly_the_numbers_between(one, other, number, before):
    low, high = sorted((one, other))
    for near in (number, low, high, low + Decimal("0.001"), abs(high - Decimal("0.001"))):
        for written in (plain(near), f"{before}{near:f}"):
            taken = re.fullmatch(pattern_between(low, high), written) is not None
            assert taken == (low <= near <= high), (low, high, written)


@pytest.mark.parametrize("written", ["", ".5", "5.", "1e1", "-1", "+1", "1,5", "1.2.3", " 1"])
def test_a_pattern_takes_nothing_but_numbers(written):
    assert not re.fullmatch(pattern_between(Decimal(0), Decimal(100)), written)


@pytest.fixture(scope="module")
def schema(vocabulary):
    return jsonschema_rs.validator_for(case_schema(vocabulary))


def test_schema_and_reader_agree_on_the_ends_of_every_range(schema, vocabulary):
    checked = 0
    for path, fact in vocabulary.by_path.items():
        if not fact.numeric:
            continue
        step = Decimal("0.001") if fact.unit else Decimal(1)
        for number in (fact.low, fact.high, fact.high + step, fact.low - step):
            group, _, name = path.partition(".")
            value = f"{plain(number)} {fact.unit}".rstrip()
            text = f'{{"format": 1, "case": "a", "{group}": {{"{name}": "{value}"}}}}'
            taken = schema.is_valid({"format": 1, "case": "a", group: {name: value}})
            assert taken == (fact.low <= number <= fact.high), (path, value)
            if taken:
                read_case_text(text, "case.json", vocabulary)
            else:
                with pytest.raises(CaseError):
                    read_case_text(text, "case.json", vocabulary)
            checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("case", "taken"),
    [
        ({"angiography": {"bends_over_90": "2.5"}}, False),
        ({"angiography": {"bends_over_90": 2.5}}, False),
        ({"angiography": {"bends_over_90": 2.0}}, True),
        ({"angiography": {"bends_over_90": "2.0"}}, True),
        ({"angiography": {"bends_over_90": " 2 "}}, True),
        ({"history": {"age": "67  years"}}, True),
        ({"history": {"age": "67 years "}}, True),
        ({"history": {"age": "67\u00a0years"}}, True),
        ({"history": {"age": "67years"}}, False),
        ({"history": {"age": "6 7 years"}}, False),
        ({"ccta": {"occlusion_length": {"value": "20 mm", "sd": " 1  mm "}}}, True),
        ({"needs_review": [{"fact": "stump", "because": "b"}]}, True),
        ({"needs_review": [{"fact": "ccta.stump", "because": "b"}]}, True),
        ({"needs_review": [{"fact": "no_such_fact", "because": "b"}]}, False),
        ({"needs_review": [{"fact": "age", "because": "b"}]}, False),
        ({"needs_review": [{"fact": "stump", "because": "b", "more": "c"}]}, False),
        ({"figures": ["vessel.png"]}, True),
        ({"figures": [{"name": "vessel.png"}]}, False),
        ({"figures": [""]}, False),
        ({"figures": "vessel.png"}, False),
        ({"marks": []}, False),
    ],
    ids=str,
)
def test_schema_and_reader_agree(schema, vocabulary, case, taken):
    whole = {"format": 1, "case": "a", **case}
    assert schema.is_valid(whole) == taken
    text = json.dumps(whole)
    if taken:
        read_case_text(text, "case.json", vocabulary)
    else:
        with pytest.raises(CaseError):
            read_case_text(text, "case.json", vocabulary)


def test_a_whole_number_is_the_same_however_it_is_written(vocabulary):
    told = {
        read_case_text(
            f"format: 1\ncase: a\nangiography: {{bends_over_90: {written}}}\n", "a", vocabulary
        ).document()["angiography"]["bends_over_90"]["value"]
        for written in ("2", "2.0", "2.000")
    }
    assert told == {"2"}


@pytest.mark.parametrize(
    "case",
    [
        {"history": {"age": "900 years"}},
        {"angiography": {"bends_over_90": 9000}},
        {"procedure": {"strategies_tried": ["stop", "stop"]}},
        {"ccta": {"occlusion_length": {"value": "20 mm", "sd": "500 mm"}}},
        {"case": "a" * 201},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(schema, case):
    assert not schema.is_valid({"format": 1, "case": "a", **case})


@pytest.mark.parametrize(
    ("group", "taken"),
    [
        ('"angiography": {"bends_over_90": 1e0}', True),
        ('"angiography": {"bends_over_90": 0.2E+1}', True),
        ('"angiography": {"bends_over_90": 20e-1}', True),
        ('"angiography": {"bends_over_90": {"value": 2, "sd": 5e-1}}', True),
        ('"angiography": {"bends_over_90": 25e-1}', False),
        ('"angiography": {"bends_over_90": 1e9}', False),
        ('"angiography": {"bends_over_90": "1e0"}', False),
        ('"angiography": {"bends_over_90": {"value": 2, "sd": "5e-1"}}', False),
        ('"history": {"age": "67e0 years"}', False),
        ('"history": {"age": 6.7e1}', False),
    ],
)
@pytest.mark.parametrize("form", ["1", "1.0", "1e0"])
def test_schema_and_reader_agree_on_numbers_as_programs_write_them(
    schema, vocabulary, form, group, taken
):
    text = f'{{"format": {form}, "case": "a", {group}}}'
    assert schema.is_valid(json.loads(text)) == taken
    for name in ("case.json", "case.yaml"):
        if taken:
            read_case_text(text, name, vocabulary)
        else:
            with pytest.raises(CaseError):
                read_case_text(text, name, vocabulary)


def test_a_number_with_an_exponent_is_kept_as_people_write_it(vocabulary):
    text = "format: 1\ncase: a\nangiography: {bends_over_90: {value: 1e1, sd: 5e-1}}\n"
    kept = read_case_text(text, "a", vocabulary).document()["angiography"]["bends_over_90"]
    assert (kept["value"], kept["sd"]) == ("10", "0.5")


def test_an_exponent_that_no_fact_can_have_is_refused_at_once(vocabulary):
    text = "format: 1\ncase: a\nangiography: {bends_over_90: 1e999999999}\n"
    with pytest.raises(CaseError, match="'1e999999999' is not a value"):
        read_case_text(text, "a", vocabulary)
