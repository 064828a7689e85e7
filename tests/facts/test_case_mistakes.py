"""A case with a mistake is not assessed: each mistake is told, where it is and what is allowed."""

import pytest

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
