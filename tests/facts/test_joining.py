"""CT measurements join a case; a fact that is given twice and differently is an error."""

from dataclasses import replace

import pytest

from cto_cds.errors import CaseError
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet


@pytest.fixture
def joined(vocabulary):
    def join(case: str, measured: str) -> FactSheet:
        mine = read_case_text(f"format: 1\ncase: a\n{case}", "case.yaml", vocabulary)
        other = read_case_text(f"format: 1\n{measured}", "ct.json", vocabulary, named=False)
        return mine.joined(other, vocabulary)

    return join


def test_measurements_are_added_with_their_notes(joined):
    sheet = joined(
        "angiography: {stump: blunt}\n",
        "ccta: {stump: tapered}\nstudy: {notes: [limited by motion]}\n",
    )
    assert sheet.case == "a"
    assert sheet.known("angiography.stump") == "blunt"
    assert sheet.known("ccta.stump") == "tapered"
    assert sheet.known("procedure.phase") == "planning"
    assert sheet.notes == ("limited by motion",)


def test_measurements_of_another_case_are_refused(joined):
    with pytest.raises(CaseError) as caught:
        joined("", "case: b\nccta: {stump: tapered}\n")
    (problem,) = caught.value.problems
    assert problem.found == "the case 'b' is not 'a', which it is put together with"
    assert problem.place.source == "ct.json"


def test_measurements_that_name_the_same_case_are_added(joined):
    assert joined("", "case: a\nccta: {stump: blunt}\n").known("ccta.stump") == "blunt"


def test_a_conflict_is_an_error_that_names_both_places(joined):
    with pytest.raises(CaseError) as caught:
        joined(
            "ccta: {stump: blunt, occlusion_length: 20 mm}\n",
            "ccta: {stump: tapered, occlusion_length: 21 mm}\n",
        )
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 2
    assert told[0].startswith("case.yaml:3:15: ccta.stump is given twice: blunt here, ")
    assert "and tapered at ct.json:2:15" in told[0]
    assert "20 mm here, and 21 mm at ct.json:2:42" in told[1]
    assert "Take out the one that is wrong; a measurement stands in ct.json." in told[0]


def test_the_same_value_twice_is_no_conflict(joined):
    sheet = joined("ccta: {occlusion_length: 20 mm}\n", "ccta: {occlusion_length: 20.0 mm}\n")
    assert str(sheet.known("ccta.occlusion_length")) == "20 mm"


LENGTH = "ccta.occlusion_length"
MEASURED = """\
ccta:
  occlusion_length: {value: 19.8 mm, sd: 0.6 mm, status: auto, source: ruler 1, note: short}
"""


def test_a_value_written_down_again_keeps_the_uncertainty_and_origin_of_its_measurement(joined):
    repeated = joined("ccta: {occlusion_length: 19.8 mm}\n", MEASURED)
    left_out = joined("", MEASURED)
    assert repeated.readings[LENGTH].document() == left_out.readings[LENGTH].document()
    assert repeated.uncertain == {LENGTH}
    assert repeated.digest() == left_out.digest()


def test_an_uncertainty_that_only_the_case_gives_is_kept(joined):
    sheet = joined(
        "ccta: {occlusion_length: {value: 19.8 mm, sd: 0.6 mm}}\n",
        "ccta: {occlusion_length: {value: 19.8 mm, source: ruler 1}}\n",
    )
    assert str(sheet.readings[LENGTH].sd) == "0.6 mm"
    assert sheet.readings[LENGTH].source == "ruler 1"


def test_what_a_person_confirmed_stays_confirmed_and_who_read_it_is_kept(joined):
    written = "{value: 19.8 mm, status: confirmed, confirmed_by: A, source: reader 2, note: mine}"
    reading = joined(f"ccta: {{occlusion_length: {written}}}\n", MEASURED).readings[LENGTH]
    assert (reading.status, reading.confirmed_by) == ("confirmed", "A")
    assert reading.source == "ruler 1"
    assert reading.note == "mine reader 2 read the same. short"


def test_the_same_uncertainty_twice_is_no_conflict(joined):
    written = "ccta: {occlusion_length: {value: 19.8 mm, sd: 0.60 mm}}\n"
    assert str(joined(written, MEASURED).readings[LENGTH].sd) == "0.6 mm"


def test_one_value_with_two_uncertainties_is_an_error_that_names_both(joined):
    with pytest.raises(CaseError) as caught:
        joined("ccta: {occlusion_length: {value: 19.8 mm, sd: 0.3 mm}}\n", MEASURED)
    (problem,) = caught.value.problems
    assert "given twice: 19.8 mm (sd 0.3 mm) here, and 19.8 mm (sd 0.6 mm)" in problem.found


def test_a_value_in_review_is_told_beside_the_one_that_stands_against_it(joined):
    doubtful = MEASURED.replace("auto", "needs_review")
    for written, measured in (
        ("ccta: {occlusion_length: 22 mm}\n", doubtful),
        (doubtful, "ccta: {occlusion_length: 22 mm}\n"),
    ):
        reading = joined(written, measured).readings[LENGTH]
        assert (str(reading.known), reading.sd) == ("22 mm", None)
        assert reading.note == "ruler 1 left 19.8 mm (sd 0.6 mm) to review. short"


def test_a_value_that_its_measurement_left_to_review_keeps_the_uncertainty(joined):
    doubtful = MEASURED.replace("auto", "needs_review")
    reading = joined("ccta: {occlusion_length: 19.8 mm}\n", doubtful).readings[LENGTH]
    assert (str(reading.known), str(reading.sd)) == ("19.8 mm", "0.6 mm")
    assert "left 19.8 mm (sd 0.6 mm) to review" in reading.note


def test_two_values_in_review_are_both_told(joined):
    written = "ccta: {occlusion_length: {value: 22 mm, status: needs_review, source: reader 2}}\n"
    reading = joined(written, MEASURED.replace("auto", "needs_review")).readings[LENGTH]
    assert reading.known is None
    assert "19.8 mm" in str(reading.value)
    assert "reader 2 left 22 mm to review" in reading.note


def test_the_note_of_an_unknown_outlives_the_measurement(joined):
    sheet = joined("ccta: {stump: {value: unknown, note: motion}}\n", "ccta: {stump: blunt}\n")
    assert sheet.readings["ccta.stump"].note == "motion"


def test_an_unknown_in_the_case_gives_way_to_the_measurement(joined):
    assert (
        joined("ccta: {stump: unknown}\n", "ccta: {stump: blunt}\n").known("ccta.stump") == "blunt"
    )


def test_an_unknown_in_the_measurements_takes_nothing_away(joined):
    assert (
        joined("ccta: {stump: blunt}\n", "ccta: {stump: unknown}\n").known("ccta.stump") == "blunt"
    )


def test_a_reading_stands_against_a_doubt_and_the_doubt_becomes_its_note(joined):
    sheet = joined(
        "ccta: {distal_disease: focal}\n",
        "needs_review: [{fact: distal_disease, because: motion}]\n",
    )
    assert sheet.known("ccta.distal_disease") == "focal"
    assert sheet.readings["ccta.distal_disease"].note == "ct.json left it to review. motion"


def test_a_value_that_is_also_left_to_review_is_unknown_to_the_rules(joined):
    sheet = joined(
        "history: {age: 60 years}\n",
        "ccta: {stump: blunt}\nneeds_review: [{fact: stump, because: motion}]\n",
    )
    assert sheet.known("ccta.stump") is None
    assert sheet.readings["ccta.stump"].value == "blunt"


def test_joined_facts_stand_as_if_one_file_had_held_them_all(joined, vocabulary):
    case = "history: {sex: male}\nprocedure: {phase: planning}\n"
    measured = (
        "ccta: {stump: blunt, max_bend: 30 deg}\nneeds_review: [{fact: ostial, because: x}]\n"
    )
    apart = joined(case, measured)
    whole = read_case_text(f"format: 1\ncase: a\n{measured}{case}", "case.yaml", vocabulary)
    assert list(apart.readings) == list(whole.readings) == sorted(whole.readings)
    assert apart.document() == whole.document()
    assert apart.digest() == whole.digest()


def test_what_programs_wrote_is_still_known_after_joining(vocabulary):
    text = "format: 1\nccta: {stump: {value: blunt, note: short, source: ruler 1}}\n"
    measured = read_case_text(text, "ct", vocabulary, named=False)
    told = replace(measured, program_texts=measured.texts)
    mine = read_case_text(
        "format: 1\ncase: a\nhistory: {sex: {value: male, note: mine}}\n", "", vocabulary
    )
    assert mine.joined(measured, vocabulary).program_texts == frozenset()
    assert mine.joined(told, vocabulary).program_texts == {"short", "ruler 1"}
    assert mine.joined(told, vocabulary).texts > {"short", "ruler 1", "mine"}


def test_joining_does_not_change_the_parts(vocabulary):
    mine = read_case_text("format: 1\ncase: a\n", "case.yaml", vocabulary)
    other = read_case_text("format: 1\nccta: {stump: blunt}\n", "ct", vocabulary, named=False)
    mine.joined(other, vocabulary)
    assert mine.known("ccta.stump") is None


@pytest.mark.parametrize("told", ["", "unknown", "LAD"])
def test_a_ct_that_says_nothing_of_the_vessel_or_the_same_is_taken(joined, told):
    measured = (
        f"ccta: {{stump: blunt, target_vessel: {told}}}\n" if told else "ccta: {stump: blunt}\n"
    )
    assert joined("angiography: {target_vessel: LAD}\n", measured).known("ccta.stump") == "blunt"


def test_a_ct_of_another_vessel_is_refused(joined):
    with pytest.raises(CaseError) as caught:
        joined("angiography: {target_vessel: LAD}\n", "ccta: {stump: blunt, target_vessel: LCX}\n")
    (problem,) = caught.value.problems
    assert problem.found == (
        "ccta.target_vessel is LCX, and angiography.target_vessel is LAD: these are two lesions"
    )
    assert problem.place.source == "ct.json"


def test_two_vessels_in_one_case_file_are_refused_at_the_second(vocabulary):
    case = "format: 1\ncase: a\nangiography:\n  target_vessel: LAD\nccta:\n  target_vessel: RCA\n"
    with pytest.raises(CaseError) as caught:
        read_case_text(case, "case.yaml", vocabulary)
    (problem,) = caught.value.problems
    assert problem.place.line == 6
    assert "these are two lesions" in problem.found
