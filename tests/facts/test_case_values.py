"""What a case means: unknown stays unknown, words stay words, and numbers are exact."""

import json
from decimal import Decimal

import pytest

from cto_cds.facts.value import Quantity, shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "angiography: {}\n",
        "angiography:\n",
        "angiography: {ostial: no}\n",
        "angiography: {stump: unknown}\n",
        'angiography: {stump: "unknown"}\n',
        "angiography: {stump: {value: unknown}}\n",
        "angiography: {stump: {value: blunt, status: needs_review}}\n",
    ],
)
def test_unknown_stays_unknown_however_it_is_said(lines, text):
    assert lines(text).known("angiography.stump") is None


@pytest.mark.parametrize("name", ["prior_cabg", "occlusion_duration", "lvef"])
def test_unknown_is_never_no_or_zero(lines, name):
    sheet = lines(f"history: {{{name}: unknown}}\n")
    assert sheet.known(f"history.{name}") is None
    assert sheet.readings[f"history.{name}"].document()["value"] == "unknown"


def test_an_empty_list_is_known_and_an_absent_list_is_not(lines):
    assert lines("procedure: {strategies_tried: []}\n").known("procedure.strategies_tried") == ()
    assert lines("procedure: {}\n").known("procedure.strategies_tried") is None
    assert (
        lines("procedure: {strategies_tried: unknown}\n").known("procedure.strategies_tried")
        is None
    )


def test_a_value_that_needs_review_is_kept_to_be_shown(lines):
    reading = lines("ccta: {stump: {value: blunt, status: needs_review}}\n").readings["ccta.stump"]
    assert (reading.value, reading.known) == ("blunt", None)


@pytest.mark.parametrize("status", ["auto", "confirmed", "edited"])
def test_other_states_are_read(lines, status):
    sheet = lines(f"ccta: {{stump: {{value: blunt, status: {status}}}}}\n")
    assert sheet.known("ccta.stump") == "blunt"


def test_no_is_the_word_no(lines):
    sheet = lines("history: {prior_cabg: no, prior_mi: yes}\nangiography: {stump: tapered}\n")
    assert sheet.known("history.prior_cabg") == "no"
    assert sheet.known("history.prior_mi") == "yes"


def test_a_yaml_1_1_directive_does_not_turn_no_into_false(read):
    sheet = read("%YAML 1.1\n---\nformat: 1\ncase: a\nhistory: {prior_mi: no}\n")
    assert sheet.known("history.prior_mi") == "no"


@pytest.mark.parametrize("written", ["20 mm", "20.0 mm", "20.00 mm", '"20 mm"', "20  mm"])
def test_the_same_length_is_the_same_value_however_it_is_written(lines, written):
    sheet = lines(f"angiography: {{occlusion_length: {written}}}\n")
    value = sheet.known("angiography.occlusion_length")
    assert value == Quantity(Decimal(20), "mm")
    assert shown(value) == "20 mm"
    assert sheet.digest() == lines("angiography: {occlusion_length: 20 mm}\n").digest()


def test_numbers_are_exact_and_not_binary_fractions(lines):
    sheet = lines("ccta: {occlusion_length: 19.999999999999999999 mm}\n")
    assert sheet.known("ccta.occlusion_length").number < 20


def test_both_ends_of_a_range_are_plausible(lines):
    for number in ("0.5", "200"):
        sheet = lines(f"ccta: {{occlusion_length: {number} mm}}\n")
        assert sheet.known("ccta.occlusion_length") is not None


def test_a_word_may_stand_for_a_number_where_the_vocabulary_says_so(lines):
    sheet = lines("history: {occlusion_duration: indeterminate}\n")
    assert sheet.known("history.occlusion_duration") == "indeterminate"


def test_planning_is_meant_when_the_procedure_group_is_absent(lines):
    assert lines("").known("procedure.phase") == "planning"
    assert "nothing of 'procedure' has begun" in lines("").readings["procedure.phase"].source


@pytest.mark.parametrize("group", ["procedure:\n", "procedure: {}\n", "procedure: {act: 250 s}\n"])
def test_the_phase_is_unknown_once_there_is_a_procedure_group_without_it(lines, group):
    assert lines(group).known("procedure.phase") is None


def test_a_file_of_measurements_needs_no_name_and_implies_no_phase(read):
    sheet = read("format: 1\nccta: {stump: blunt}\n", named=False)
    assert sheet.known("ccta.stump") == "blunt"
    assert sheet.known("procedure.phase") is None


def test_json_and_yaml_read_alike(read):
    case = {
        "format": 1,
        "case": "a",
        "history": {"age": "67 years", "prior_cabg": "no"},
        "ccta": {
            "occlusion_length": {
                "value": "24.8 mm",
                "sd": "0.6 mm",
                "source": "cto-cds-ccta 0.1.0",
            },
            "bends_over_90": 1,
            "calcium_area_fraction": "62 %",
        },
        "procedure": {"phase": "wire crossed", "strategies_tried": ["parallel_wire"]},
        "study": {"series": "1.2.3", "notes": ["limited by motion"]},
    }
    yaml = """
    # the same, as people write it
    format: 1
    case: a
    history:
      age: 67 years
      prior_cabg: no
    ccta:
      occlusion_length: {value: 24.8 mm, sd: 0.6 mm, source: cto-cds-ccta 0.1.0}
      bends_over_90: 1
      calcium_area_fraction: 62 %
    procedure:
      phase: wire crossed
      strategies_tried:
        - parallel_wire
    study: {series: 1.2.3, notes: limited by motion}
    """
    as_yaml = read(yaml)
    for text in (json.dumps(case), json.dumps(case, indent="\t"), json.dumps(case, indent=2)):
        as_json = read(text)
        assert as_json.document() == as_yaml.document()
        assert as_json.notes == as_yaml.notes == ("limited by motion",)


def test_characters_that_json_writes_as_two_escapes_are_read_whole(read):
    case = {"format": 1, "case": "case 😀 Ü", "history": {"sex": "male"}}
    assert "\\ud83d" in json.dumps(case)
    assert read(json.dumps(case)).case == "case 😀 Ü"


def test_a_byte_order_mark_does_no_harm(read):
    assert read("\ufeffformat: 1\ncase: a\n").case == "a"
    assert read('\ufeff{"format": 1, "case": "a"}').case == "a"


def test_the_order_of_the_file_does_not_matter(lines):
    one = lines("history: {sex: male, prior_mi: no}\nccta: {stump: blunt, ostial: no}\n")
    two = lines("ccta: {ostial: no, stump: blunt}\nhistory: {prior_mi: no, sex: male}\n")
    assert list(one.readings) == list(two.readings)
    assert one.document() == two.document()


def test_the_long_form_keeps_everything_that_was_said(lines):
    reading = lines(
        "ccta:\n"
        "  occlusion_length:\n"
        "    value: 24.8 mm\n"
        "    sd: 0.6 mm\n"
        "    source: cto-cds-ccta 0.1.0\n"
        "    status: edited\n"
        "    time: 2024-05-01T10:30:00Z\n"
        "    confirmed_by: reader 2\n"
        "    note: calcium at the distal cap\n"
    ).readings["ccta.occlusion_length"]
    assert reading.document() == {
        "value": "24.8 mm",
        "sd": "0.6 mm",
        "source": "cto-cds-ccta 0.1.0",
        "status": "edited",
        "time": "2024-05-01T10:30:00Z",
        "confirmed_by": "reader 2",
        "note": "calcium at the distal cap",
    }
    assert (reading.place.line, reading.place.column) == (5, 12)


def test_a_measurement_that_needs_review_is_shown_with_its_reason(lines):
    reading = lines("needs_review: [{fact: distal_disease, because: motion}]\n").readings[
        "ccta.distal_disease"
    ]
    assert (reading.known, reading.status, reading.note) == (None, "needs_review", "motion")


def test_the_digest_changes_with_what_rules_can_see_and_with_nothing_else(lines):
    plain = lines("ccta: {stump: blunt}\n").digest()
    assert lines("ccta: {stump: {value: blunt, note: seen twice}}\n").digest() == plain
    assert lines("ccta: {stump: blunt, ostial: unknown}\n").digest() == plain
    assert lines("ccta: {stump: tapered}\n").digest() != plain
    assert lines("angiography: {stump: blunt}\n").digest() != plain


@pytest.mark.parametrize(
    "told",
    [
        "duration: 120 min",
        "vessel_injury: yes",
        "wire_position: extraplaque",
        "strategies_tried: [antegrade_wire_escalation]",
    ],
)
def test_a_procedure_that_shows_it_has_begun_implies_nothing_whatever_its_phase(lines, told):
    sheet = lines(f"procedure: {{phase: planning, {told}}}\n")
    assert sheet.known("procedure.complication") is None
    assert sheet.known("procedure.phase") == "planning"


@pytest.mark.parametrize(
    "told",
    [
        "strategies_tried: []",
        "planned_burr: 1.5 mm",
        "duration: unknown",
        "dual_injection_done: yes",
    ],
)
def test_what_is_planned_or_has_not_been_done_or_comes_before_does_not_begin_a_procedure(
    lines, told
):
    sheet = lines(f"procedure: {{phase: planning, {told}}}\n")
    assert sheet.known("procedure.complication") == "none"
