"""What would change the first choice, held against deciding every changed case anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    begun_sheets,
    built_in_pack,
    built_in_sheets,
    hybrid_pack,
    lab_sheets,
    open_ended_sheets,
    planned_sheets,
    values,
    without,
)

from cto_cds.advice.cells import Cell, cell_of, cells_of
from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.engine.mutation import PlainEngine
from cto_cds.engine.variation import Readers
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading, Value
from cto_cds.facts.vocabulary import FactType

LESION = """
format: 1
case: what if
angiography:
  occlusion: chronic total
  proximal_cap: clear
  stump: tapered
  in_stent: no
  occlusion_length: {value: 19 mm, sd: 2 mm}
  distal_vessel_diameter: 2.6 mm
  distal_stenosis: 10 %
  distal_disease: none
  interventional_collaterals: yes
"""


def with_what_follows(sheet: FactSheet) -> FactSheet:
    return concluded(sheet, built_in_pack().vocabulary)


CASES = st.one_of(
    built_in_sheets(read=True), planned_sheets(), begun_sheets(), lab_sheets(), open_ended_sheets()
).map(with_what_follows)

THROUGH_A_QUOTIENT = st.builds(
    without, open_ended_sheets(), st.sampled_from(["contrast", "egfr"])
).map(with_what_follows)
RATIO_LIMITS = {"contrast_per_egfr": (2, 3, 4), "burr_to_vessel": ()}
"""What rules of the plan compare a quotient with, written down by hand; advice orders nothing."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(built_in_pack()) as engine:
        yield engine


@pytest.fixture(scope="module")
def small() -> Iterator[Engine]:
    """An engine with one algorithm."""
    with Engine(hybrid_pack()) as engine:
        yield engine


def decided(sheet: FactSheet, engine: Engine, *, what_if: bool = True) -> Result:
    return compose(sheet, engine.decide(sheet), engine.pack, what_if=what_if)


def first_of(sheet: FactSheet, engine: Engine) -> str | None:
    """The first choice of a case that is decided anew, in the plain channel alone."""
    answer = PlainEngine(engine.pack).decide(sheet)
    listed = compose(sheet, answer, engine.pack).recommendation.strategies
    return listed[0].id if listed else None


def changed(sheet: FactSheet, path: str, value: Value) -> FactSheet:
    reading = sheet.readings.get(path, Reading(path, None))
    status = "" if reading.status == "needs_review" else reading.status
    new = replace(reading, value=value, status=status)
    other = replace(sheet, readings={**sheet.readings, path: new})
    return concluded(other, built_in_pack().vocabulary)


def cells(path: str, engine: Engine, sheet: FactSheet) -> tuple[Cell, ...]:
    limits = {limit.number for limit in Readers(engine.pack).limits.get(path, ())}
    for finding in engine.pack.findings:
        if path in finding.ratio:
            above, below = finding.ratio
            other = sheet.known(below if path == above else above)
            for limit in RATIO_LIMITS[finding.id] if other else ():
                number = limit * other.number if path == above else other.number / limit
                limits.add(number.quantize(Decimal("0.001")))
    return cells_of(engine.pack.vocabulary.of(path), sorted(limits))


def says(answer: str, value: Value, fact: FactType) -> bool:
    """Whether the words of an answer, such as ``over 3 mm and under 5 mm``, speak of a value."""
    if isinstance(value, str):
        return value in answer.split(" or ")
    numbers = answer.partition(" or ")[0] if " or more" not in answer else answer
    if not any(character.isdigit() for character in numbers):
        return numbers == "any value"
    for part in numbers.split(" and "):
        found = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", part.replace(fact.unit, ""))]
        low, high = found[0], found[-1]
        number = value.number
        holds = {
            "over": number > low,
            "up": number <= high,
            "unde": number < high,
        }.get(part[:4].strip().removesuffix(" t"), low <= number <= high)
        if not (number >= low if " or more" in part else holds):
            return False
    return True


def smaller_changes(sheet: FactSheet, size: float, engine: Engine) -> Iterator[tuple[str, Value]]:
    """Every change of one known fact that is smaller than ``size``."""
    for path, reading in sheet.readings.items():
        fact = engine.pack.vocabulary.of(path)
        value = reading.known
        if value is None or isinstance(value, tuple) or fact.when_group_absent:
            continue
        for place, cell in enumerate(cells(path, engine, sheet)):
            other = place != cell_of(value, cells(path, engine, sheet))
            if other and float(cell.distance(value, fact)) < size - 1e-3:
                yield path, cell.value


@settings(max_examples=12)
@given(CASES)
def test_each_change_changes_the_first_choice_and_no_smaller_one_does(engine, sheet):
    first = first_of(sheet, engine)
    what_if = decided(sheet, engine).recommendation.what_if
    for change in what_if.changes:
        fact_cells = cells(change.fact, engine, sheet)
        vocabulary = engine.pack.vocabulary.of(change.fact)
        now = sheet.known(change.fact)
        turned = [
            cell
            for cell in fact_cells
            if abs(float(cell.distance(now, vocabulary)) - float(change.size)) < 1e-3
            and first_of(changed(sheet, change.fact, cell.value), engine) == change.first
        ]
        assert change.first != first
        assert turned
    size = float(what_if.smallest.size) if what_if.smallest else 2.0
    for path, value in smaller_changes(sheet, size, engine):
        assert first_of(changed(sheet, path, value), engine) == first, (path, value)


@settings(max_examples=20)
@given(st.one_of(THROUGH_A_QUOTIENT, CASES), st.data())
def test_any_value_that_the_words_of_a_change_speak_of_changes_the_first_choice_so(
    engine, sheet, data
):
    for change in decided(sheet, engine).recommendation.what_if.changes[:4]:
        fact = engine.pack.vocabulary.of(change.fact)
        value = data.draw(values(fact))
        if says(change.to, value, fact):
            assert first_of(changed(sheet, change.fact, value), engine) == change.first, value


@settings(max_examples=15)
@given(CASES)
def test_each_value_of_a_missing_fact_leads_to_the_first_choice_that_is_told(engine, sheet):
    for turning in decided(sheet, engine).recommendation.what_if.missing:
        told = [answer.first for answer in turning.answers]
        found = []
        for cell in cells(turning.fact, engine, sheet):
            first = first_of(changed(sheet, turning.fact, cell.value), engine)
            if not found or found[-1] != first:
                found.append(first)
        assert found == told


@settings(max_examples=30)
@given(st.one_of(THROUGH_A_QUOTIENT, CASES), st.data())
def test_any_value_of_a_missing_fact_leads_where_the_words_that_name_it_say(engine, sheet, data):
    for turning in decided(sheet, engine).recommendation.what_if.missing:
        fact = engine.pack.vocabulary.of(turning.fact)
        value = data.draw(values(fact))
        (told,) = [a.first for a in turning.answers if says(a.values, value, fact)]
        assert first_of(changed(sheet, turning.fact, value), engine) == told, value


@pytest.mark.parametrize(
    ("known", "missing", "answers"),
    [
        (
            "egfr: 55 mL/min/1.73m2",
            "procedure.contrast",
            [("up to 165 mL", None), ("over 165 mL", "stop")],
        ),
        ("contrast: 90 mL", "history.egfr", [("under 30", "stop"), ("30", None)]),
        ("contrast: 100 mL", "history.egfr", [("up to 33.333", "stop"), ("over 33.333", None)]),
        ("age: 60 years", "procedure.contrast", []),
    ],
)
def test_a_fact_that_is_read_through_a_quotient_is_told_with_the_limit_of_that_quotient(
    engine, known, missing, answers
):
    here = "" if known.startswith("contrast") else known
    text = (
        f"format: 1\ncase: a\nhistory: {{{here}}}\nangiography: {{occlusion: chronic total}}\n"
        "procedure: {phase: lesion preparation, track: mixed, track_confirmed_by: ivus, "
        "device_crosses: yes, balloon_expands: yes, complication: none, reason_to_end: none"
        f"{'' if here else ', ' + known}}}\n"
    )
    vocabulary = engine.pack.vocabulary
    sheet = concluded(read_case_text(text, "case.yaml", vocabulary), vocabulary)
    turnings = decided(sheet, engine).recommendation.what_if.missing
    told = [a for t in turnings if t.fact == missing for a in t.answers]
    assert len(told) == len(answers)
    for answer, (words, first) in zip(told, answers, strict=True):
        assert answer.values.startswith(words)
        assert answer.first == first


@settings(max_examples=30)
@given(CASES)
def test_the_chances_of_all_first_choices_add_up_to_one(engine, sheet):
    stability = decided(sheet, engine).recommendation.what_if.stability
    if stability is not None:
        assert float(sum(stability.first.values())) == pytest.approx(1, abs=0.01)


def lesion(engine: Engine, **changes: str) -> Result:
    text = LESION
    for name, value in changes.items():
        line = next(line for line in text.splitlines() if line.strip().startswith(f"{name}:"))
        text = text.replace(line, f"  {name}: {value}")
    return decided(read_case_text(text, "case.yaml", engine.pack.vocabulary), engine)


def test_a_length_just_under_its_limit_is_the_smallest_change(small):
    smallest = lesion(small).recommendation.what_if.smallest
    assert smallest.fact == "angiography.occlusion_length"
    assert smallest.now == "19 mm"
    assert smallest.to == "20 mm or more"


def test_a_limit_that_itself_changes_the_first_choice_stands_in_the_words_of_the_change(small):
    narrow = lesion(small, distal_stenosis="60 %").recommendation.what_if.changes
    (stenosis,) = [change for change in narrow if change.fact.endswith(".distal_stenosis")]
    assert (stenosis.now, stenosis.to) == ("60 %", "up to 50 %")


def test_an_unknown_cap_is_told_with_what_each_answer_leads_to(small):
    missing = lesion(small, proximal_cap="unknown").recommendation.what_if.missing
    cap = next(turning for turning in missing if turning.fact.endswith(".proximal_cap"))
    assert [answer.values for answer in cap.answers] == ["clear", "ambiguous"]
    assert len({answer.first for answer in cap.answers}) == 2


def test_the_uncertainty_of_a_measurement_is_told_as_chances_of_the_first_choice(small):
    stability = lesion(small).recommendation.what_if.stability
    assert "angiography.occlusion_length" in stability.measured
    assert len(stability.first) == 2
    assert float(max(stability.first.values())) == pytest.approx(0.69, abs=0.01)


def test_the_phase_of_the_procedure_is_no_what_if(small):
    changes = lesion(small).recommendation.what_if.changes
    assert all(change.fact != "procedure.phase" for change in changes)


def test_a_measurement_without_uncertainty_leaves_nothing_to_chance(small):
    plan = lesion(small, occlusion_length="12 mm").recommendation
    assert plan.what_if.stability is None


@pytest.mark.parametrize(
    ("number", "cell"), [("0.5", 0), ("19.9", 0), ("20", 1), ("20.1", 2), ("200", 2)]
)
def test_a_number_lies_in_one_cell(number, cell):
    pack = built_in_pack()
    fact = pack.vocabulary.of("angiography.occlusion_length")
    value = Quantity(Decimal(number), "mm")
    assert cell_of(value, cells_of(fact, (Decimal(20),))) == cell


READ_ON_CT = """
format: 1
case: read on CT
angiography: {occlusion: chronic total, interventional_collaterals: yes, in_stent: no}
ccta: {distal_disease: diffuse, occlusion_length: 30 mm}
"""


def test_images_that_turn_out_unreadable_take_their_readings_out_of_the_plan(engine):
    sheet = read_case_text(READ_ON_CT, "case.yaml", engine.pack.vocabulary)
    what_if = decided(sheet, engine).recommendation.what_if
    turning = next(t for t in what_if.missing if t.fact == "ccta.image_quality")
    unread = first_of(changed(sheet, "ccta.image_quality", "non-diagnostic"), engine)
    assert [answer.first for answer in turning.answers] == [first_of(sheet, engine), unread]
    assert unread == "antegrade_wire_escalation"
