"""A case with a mistake is not assessed: each mistake is told, where it is and what is allowed."""

import json

import pytest

from cto_cds.facts.fields import nearest

LENGTH = "a number from 0.5 to 200 mm; or unknown"

# One row for each kind of mistake: the lines after the head of the file (so that they begin on
# line 3), where it is, what is said to be wrong, and what is said to be allowed.
MISTAKES = {
    "a capital letter in unknown": (
        "history: {prior_cabg: Unknown}\n",
        (3, 23),
        "'Unknown' is not a word of history.prior_cabg",
        "Did you mean 'unknown'? Allowed: one of: no, yes; or unknown.",
    ),
    "a word of two that is neither": (
        "history: {prior_cabg: perhaps}\n",
        (3, 23),
        "'perhaps' is not a word of history.prior_cabg",
        "Allowed: one of: no, yes; or unknown.",
    ),
    "the word none for an empty list": (
        "center: {missing_equipment: none}\n",
        (3, 29),
        "center.missing_equipment must be a list",
        "[] for none; or unknown.",
    ),
    "an id that stands twice in a list": (
        "procedure: {strategies_tried: [stop, stop]}\n",
        (3, 38),
        "'stop' stands twice in procedure.strategies_tried",
        "Keep one of the two.",
    ),
    "an uncertainty wider than the plausible range": (
        "ccta: {occlusion_length: {value: 20 mm, sd: 500 mm}}\n",
        (3, 45),
        "500 mm is more than an uncertainty of ccta.occlusion_length can be",
        "at most 199.5 mm, the width of the plausible range",
    ),
    "a wrong word": (
        "angiography:\n  stump: pointed\n",
        (4, 10),
        "'pointed' is not a word of angiography.stump",
        "tapered, blunt, invisible",
    ),
    "a misspelt word": (
        "angiography:\n  stump: blunnt\n",
        (4, 10),
        "'blunnt' is not a word of angiography.stump",
        "Did you mean 'blunt'? Allowed: one of: tapered, blunt, invisible",
    ),
    "a capital letter": (
        "history: {sex: Male}\n",
        (3, 16),
        "'Male' is not a word of history.sex",
        "Did you mean 'male'? Allowed: one of: female, male",
    ),
    "a short word with a capital letter": (
        "history: {prior_cabg: No}\n",
        (3, 23),
        "'No' is not a word of history.prior_cabg",
        "Did you mean 'no'? Allowed: one of: no, yes",
    ),
    "small letters for capitals": (
        "angiography: {target_vessel: rca}\n",
        (3, 30),
        "'rca' is not a word of angiography.target_vessel",
        "Did you mean 'RCA'? Allowed: one of: LM, LAD",
    ),
    "a name in capitals": (
        "angiography: {STUMP: blunt}\n",
        (3, 15),
        "'STUMP' is not the name of a fact of 'angiography'",
        "Did you mean 'stump'?",
    ),
    "a missing unit": (
        "angiography:\n  occlusion_length: 24\n",
        (4, 21),
        "'24' has no unit; angiography.occlusion_length is in mm",
        f"such as '24 mm'. Allowed: {LENGTH}",
    ),
    "a wrong unit": (
        "angiography:\n  occlusion_length: 2.4 cm\n",
        (4, 21),
        "'2.4 cm' is in cm; angiography.occlusion_length is in mm",
        f"Give the value in mm; nothing is converted. Allowed: {LENGTH}",
    ),
    "a unit in capitals": (
        "angiography:\n  occlusion_length: 24 MM\n",
        (4, 21),
        "is in MM; angiography.occlusion_length is in mm",
        LENGTH,
    ),
    "a unit glued to its number": (
        "angiography:\n  occlusion_length: 24mm\n",
        (4, 21),
        "'24mm' is not a value of angiography.occlusion_length",
        "Put a space between number and unit",
    ),
    "a comma in a number": (
        "angiography:\n  occlusion_length: 2,4 mm\n",
        (4, 21),
        "'2,4 mm' is not a value of angiography.occlusion_length",
        "a point, not a comma",
    ),
    "an exponent": (
        "angiography:\n  occlusion_length: 2e1 mm\n",
        (4, 21),
        "'2e1 mm' is not a value",
        LENGTH,
    ),
    "digits of another script": (
        "angiography:\n  occlusion_length: ２４ mm\n",
        (4, 21),
        "'２４ mm' is not a value",
        LENGTH,
    ),
    "infinity": (
        "angiography:\n  occlusion_length: .inf mm\n",
        (4, 21),
        "'.inf mm' is not a value",
        LENGTH,
    ),
    "a value above its range": (
        "angiography:\n  occlusion_length: 240 mm\n",
        (4, 21),
        "240 mm is not plausible for angiography.occlusion_length",
        LENGTH,
    ),
    "a value below its range": (
        "angiography:\n  occlusion_length: 0 mm\n",
        (4, 21),
        "0 mm is not plausible for angiography.occlusion_length",
        LENGTH,
    ),
    "a unit on a count": (
        "angiography:\n  bends_over_90: 2 bends\n",
        (4, 18),
        "'2 bends' has a unit, and angiography.bends_over_90 has none",
        "Write 2.",
    ),
    "a part of a count": (
        "angiography:\n  bends_over_90: 1.5\n",
        (4, 18),
        "'1.5' is not a whole number",
        "a plain number",
    ),
    "a grade that does not exist": (
        "angiography:\n  rentrop: 4\n",
        (4, 12),
        "4 is not plausible for angiography.rentrop",
        "0 to 3",
    ),
    "a misspelt name": (
        "angiography:\n  oclusion_length: 24 mm\n",
        (4, 3),
        "'oclusion_length' is not the name of a fact of 'angiography'",
        "Did you mean 'occlusion_length'?",
    ),
    "a name in the wrong group": (
        "angiography:\n  calcium_arc: 90 deg\n",
        (4, 3),
        "'calcium_arc' is not read in the group 'angiography'",
        "It belongs in: ccta.",
    ),
    "an unknown group": (
        "angiographie:\n  stump: blunt\n",
        (3, 1),
        "'angiographie' is not a key of the case file",
        "Did you mean 'angiography'?",
    ),
    "the same name twice": (
        "angiography:\n  stump: blunt\n  ostial: no\n  stump: tapered\n",
        (6, 3),
        "'stump' stands twice (first on line 4)",
        "Keep one of the two.",
    ),
    "the same group twice": (
        "history: {sex: male}\nangiography: {stump: blunt}\nhistory: {prior_mi: no}\n",
        (5, 1),
        "'history' stands twice (first on line 3)",
        "Keep one of the two.",
    ),
    "an unknown key in the long form": (
        "ccta:\n  stump: {value: blunt, stauts: auto}\n",
        (4, 25),
        "'stauts' is not a key of the value of ccta.stump",
        "Did you mean 'status'?",
    ),
    "a long form without a value": (
        "ccta:\n  stump: {status: auto}\n",
        (4, 10),
        "the value of ccta.stump has no 'value'",
        "Add 'value:'.",
    ),
    "a wrong status": (
        "ccta:\n  stump: {value: blunt, status: guessed}\n",
        (4, 33),
        "'guessed' is not a possible status",
        "auto, confirmed, edited, needs_review",
    ),
    "an uncertainty without unit": (
        "ccta:\n  occlusion_length: {value: 24 mm, sd: 0.5}\n",
        (4, 40),
        "'0.5' is not an uncertainty of ccta.occlusion_length",
        "such as '0.5 mm'",
    ),
    "a negative uncertainty": (
        "ccta:\n  occlusion_length: {value: 24 mm, sd: -0.5 mm}\n",
        (4, 40),
        "'-0.5 mm' is not an uncertainty",
        "such as '0.5 mm'",
    ),
    "an uncertainty of a word": (
        "ccta:\n  stump: {value: blunt, sd: 1 mm}\n",
        (4, 29),
        "'1 mm' is not an uncertainty of ccta.stump",
        "",
    ),
    "an id that is not in the list": (
        "procedure:\n  strategies_tried: [antegrade_wire_escalation, hope]\n",
        (4, 49),
        "'hope' is not one of the strategies ids",
        "antegrade_wire_escalation",
    ),
    "a misspelt id": (
        "center:\n  missing_equipment: [stingrai]\n",
        (4, 23),
        "'stingrai' is not one of the techniques and equipment ids",
        "Did you mean 'stingray'?",
    ),
    "a strategy among the equipment": (
        "center:\n  missing_equipment: [parallel_wire]\n",
        (4, 23),
        "'parallel_wire' is not one of the techniques and equipment ids",
        "",
    ),
    "a word instead of a list": (
        "procedure:\n  strategies_tried: stop\n",
        (4, 21),
        "procedure.strategies_tried must be a list, not 'stop'",
        "a list of strategies ids",
    ),
    "a list inside a list": (
        "procedure:\n  strategies_tried: [[stop]]\n",
        (4, 22),
        "a list is not one of the strategies ids",
        "stop",
    ),
    "a list instead of one word": (
        "angiography:\n  stump: [blunt]\n",
        (4, 10),
        "angiography.stump must be one value, not a list",
        "tapered, blunt, invisible",
    ),
    "nothing after the colon": (
        "angiography:\n  stump:\n  ostial: no\n",
        (4, 3),
        "angiography.stump has no value",
        "Write unknown, or leave the line out.",
    ),
    "null": (
        "angiography:\n  stump: null\n",
        (4, 10),
        "angiography.stump has no value",
        "Write unknown, or leave the line out.",
    ),
    "a word instead of a group": (
        "angiography: blunt\n",
        (3, 14),
        "'angiography' must be a mapping of names to values, not 'blunt'",
        "",
    ),
    "true for yes": (
        "history: {prior_cabg: true}\n",
        (3, 23),
        "'true' is not a word of history.prior_cabg",
        "Allowed: one of: no, yes; or unknown.",
    ),
    "a word in the list of what needs review": (
        "needs_review: [stump]\n",
        (3, 16),
        "an entry of needs_review must be a mapping of keys to values, not 'stump'",
        "",
    ),
    "a review of a name that does not exist": (
        "needs_review: [{fact: stumpp, because: motion}]\n",
        (3, 16),
        "'stumpp' is not the name of a fact",
        "Did you mean 'ccta.stump'?",
    ),
    "a tab": (
        "history:\n\tage: 67 years\n",
        (4, 1),
        "cannot start any token",
        "This is not YAML. Check the indentation",
    ),
    "an unclosed brace": (
        "history: {age: 67 years\n",
        (4, 1),
        "expected ',' or '}'",
        "commas inside { }",
    ),
    "a second document": (
        "---\ncase: b\n",
        (3, 1),
        "a second document",
        "Keep one document in a file.",
    ),
    "an anchor": (
        "history: &h {sex: male}\n",
        (3, 10),
        "an anchor (&h)",
        "Take it out.",
    ),
    "a tag": (
        "history: {age: !!int 67}\n",
        (3, 16),
        "a tag (tag:yaml.org,2002:int)",
        "Take it out.",
    ),
    "a key that is not a word": (
        "? [history]\n: {sex: male}\n",
        (3, 3),
        "a key that is not a word",
        "Keys are plain words.",
    ),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_each_mistake_is_told_with_line_column_and_what_is_allowed(mistake, kind):
    text, (line, column), found, allowed = MISTAKES[kind]
    problem = mistake(text)
    assert (problem.place.source, problem.place.line, problem.place.column) == (
        "case.yaml",
        line,
        column,
    ), str(problem)
    assert found in problem.found
    assert allowed in problem.mend


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
