"""How the mistakes of a case are told: all at once, in order, each once, and none at length."""

import json

import pytest

from cto_cds.facts.fields import nearest


def test_the_message_begins_with_file_line_and_column(mistake):
    problem = mistake("angiography:\n  occlusion_length: 2.4 cm\n")
    assert str(problem).startswith("case.yaml:4:21 (angiography.occlusion_length): '2.4 cm' is in")


def test_all_mistakes_are_told_at_once_and_in_the_order_of_the_file(mistakes):
    problems = mistakes(
        "format: 1\n"
        "case: a\n"
        "history: {sex: unsure, age: 67}\n"
        "angiography:\n"
        "  stump: pointed\n"
        "  calcium_arc: 90 deg\n"
        "  rentrop: 2.5\n"
        "  occlusion_length: {value: 24, sd: 1, stauts: auto}\n"
        "procedure: {strategies_tried: [hope, luck]}\n"
        "colour: red\n"
    )
    assert [(p.place.line, p.place.column) for p in problems] == [
        (3, 16),
        (3, 29),
        (5, 10),
        (6, 3),
        (7, 12),
        (8, 29),
        (8, 37),
        (8, 40),
        (9, 32),
        (9, 38),
        (10, 1),
    ]


def test_an_alias_is_refused_beside_its_anchor(mistakes):
    problems = mistakes("format: 1\ncase: &x a\nhistory: {sex: *x}\n")
    assert [p.found for p in problems][:2] == ["an anchor (&x)", "an alias (*x)"]


def test_json_with_numbers_booleans_and_null_tells_each(mistakes):
    case = {
        "format": 1,
        "case": "a",
        "history": {"age": 67, "prior_mi": True, "sex": None},
        "angiography": {"bends_over_90": 1.5, "occlusion_length": 24.5, "rentrop": [2]},
    }
    problems = mistakes(json.dumps(case, indent=1))
    assert [(p.place.line, p.found) for p in problems] == [
        (5, "'67' has no unit; history.age is in years"),
        (6, "'true' is not a word of history.prior_mi"),
        (7, "history.sex has no value"),
        (10, "'1.5' is not a whole number"),
        (11, "'24.5' has no unit; angiography.occlusion_length is in mm"),
        (12, "angiography.rentrop must be one value, not a list"),
    ]


def test_a_key_that_stands_twice_hides_no_other_mistake(mistakes):
    head = "format: 1\ncase: a\n"
    told = mistakes(f"{head}history:\n  age: 60 years\n  age: 61 years\n  sex: man\n")
    assert ["stands twice" in told[0].found, "'man'" in told[1].found] == [True, True]


def test_a_number_without_its_unit_is_offered_only_where_it_is_plausible(mistake):
    told = mistake("history:\n  lvef: 0.5\n")
    assert told.mend == "Write it with its unit. Allowed: a number from 5 to 90 %; or unknown."


def test_a_name_of_a_case_is_no_essay(mistakes):
    (told,) = mistakes(f"format: 1\ncase: {'a' * 201}\n")
    assert told.found == "the name of the case has 201 letters"
    assert "at most 200" in told.mend


def test_names_without_an_order_of_their_own_are_listed_in_that_of_the_alphabet():
    names = {f"name_{number:02}" for number in range(20)}
    assert nearest("q", names) == f"Allowed: {', '.join(sorted(names))}."
    assert nearest("q", frozenset(names)) == nearest("q", sorted(names))
    assert nearest("q", ["b", "a"]) == "Allowed: b, a."


def test_a_key_that_stands_many_times_is_told_once(mistakes):
    repeated = "  prior_mi: no\n" * 500
    problems = mistakes(f"format: 1\ncase: a\nhistory:\n{repeated}")
    assert [(p.place.line, p.found) for p in problems] == [
        (5, "'prior_mi' stands 500 times (first on line 4)")
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"history: {{age: {'9' * 5000} years}}",
        f"history: {{sex: {'m' * 5000}}}",
        f"history:\n  {'k' * 900}: 1",
        f"{'k' * 900}: 1",
        f"history: {{age: {{value: 60 years, sd: {'9' * 5000} years}}}}",
        f"history: {{age: {{value: 60 years, status: {'s' * 5000}}}}}",
        f"history: {{age: 60 {'u' * 5000}}}",
        f"needs_review: [{{fact: {'f' * 5000}, because: b}}]",
        f"procedure: {{strategies_tried: [{'s' * 5000}]}}",
    ],
    ids=lambda text: text[:24],
)
def test_of_a_long_text_a_message_repeats_only_the_beginning(mistake, text):
    told = str(mistake(text))
    assert "characters)" in told
    assert not any(letter * 100 in told for letter in "9mksuf")
