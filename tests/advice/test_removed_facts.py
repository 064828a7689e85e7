"""Whatever fact is taken away, the answer that remains contains the answer with all facts.

A fact is taken away in every place where it could be read: a rule that reads angiography before CT
is meant to say what CT says once angiography says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    begun_sheets,
    built_in_pack,
    built_in_sheets,
    lab_sheets,
    planned_sheets,
    read_by_rules,
    without,
)

from cto_cds.advice.compose import compose
from cto_cds.advice.parting import TRIED
from cto_cds.advice.result import Result
from cto_cds.advice.walking import opinion_of
from cto_cds.engine.engine import Answer, Engine
from cto_cds.engine.trace import Decided
from cto_cds.facts.begun import showing_begun
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading
from cto_cds.rulefile.condition import leaves
from cto_cds.rulefile.model import Option
from cto_cds.rulefile.truth import Truth

MISSING_HERE = "missing_equipment"
NAMES = sorted({path.partition(".")[2] for path in read_by_rules()} - {MISSING_HERE})
"""What nobody says is missing is taken to be at hand, so it is told apart."""
ASKS = "name what is missing"


class Case:
    """One case, decided and composed."""

    def __init__(self, sheet: FactSheet, engine: Engine) -> None:
        self.sheet = sheet
        self.answer: Answer = engine.decide(sheet)
        self.result: Result = compose(sheet, self.answer, engine.pack)

    def endings(self) -> dict[str, list[tuple[Option, ...]]]:
        """The orders of options, with their techniques, that each algorithm may end with."""
        known = self.sheet.known("procedure.phase") == "planning"
        tried = self.sheet.known(TRIED)
        found = {}
        for trace in self.answer.trace.algorithms:
            opinion = opinion_of(
                trace,
                self.answer.trace,
                built_in_pack(),
                tried if isinstance(tried, tuple) else (() if known else None),
            )
            found[trace.rule.id] = [ending.options for ending in opinion.endings]
        return found

    def contradicts_itself(self) -> bool:
        """Whether it says planning beside something that shows a procedure that has begun.

        Without what shows it nothing can have been tried; with it nobody knows.
        """
        begun = showing_begun(self.sheet.readings, "procedure", built_in_pack().vocabulary)
        return self.sheet.known("procedure.phase") == "planning" and bool(begun)

    def conditions(self) -> Iterator[tuple[str, Decided]]:
        """Every condition, by the name of its rule and part."""
        trace = self.answer.trace
        for score in trace.scores:
            yield f"{score.rule.id} applies", score.applies
            for criterion, decided in zip(score.rule.items, score.criteria, strict=True):
                yield f"{score.rule.id} {criterion.id}", decided
        for algorithm in trace.algorithms:
            yield f"{algorithm.rule.id} applies", algorithm.applies
        for shift in trace.shifts:
            yield f"shift {shift.rule.id}", shift.holds


def lost(full: Case, less: Case) -> Iterator[str]:
    """Yield what the answer with all facts says and the answer without one of them excludes."""
    wide = dict(less.conditions())
    for name, decided in full.conditions():
        if wide[name].truth not in {decided.truth, Truth.UNKNOWN}:
            yield f"{name} was {decided.truth} and is {wide[name].truth}"
    one, other = full.answer.verdict, less.answer.verdict
    for table in ("totals", "grades", "findings"):
        for name, values in getattr(one, table).items():
            possible = getattr(other, table)[name]
            narrowed = bool(possible) and not values  # no value listed means that any is possible
            if narrowed or (possible and not set(values) <= set(possible)):
                yield f"{table} of {name} were {values} and are {possible}"
    less_endings = less.endings()
    for name, endings in full.endings().items():
        for ending in endings:
            if not any(_may_be(ending, other, less_endings[name]) for other in less_endings[name]):
                yield f"{name} ended with {ending}, now {less_endings[name]}"
    yield from _lost_states(full.result, less.result)
    if not full.contradicts_itself():
        yield from _lost_totals(full.result, less.result)
    yield from _lost_support(full.result, less.result)
    yield from _lost_vetoes(full.result, less.result)


def _may_be(
    ending: tuple[Option, ...], other: tuple[Option, ...], every: list[tuple[Option, ...]]
) -> bool:
    """Whether an order is one of those that are left open.

    While nobody knows what was tried not every order is listed, but each option in every place
    that it may take at best and at worst.
    """
    if set(ending) != set(other):
        return False
    mine = [order for order in every if set(order) == set(ending)]
    places = {option: [order.index(option) for order in mine] for option in ending}
    leads = not ending or any(order[0] == ending[0] for order in mine)
    return leads and all(
        min(places[option]) <= place <= max(places[option]) for place, option in enumerate(ending)
    )


def _lost_states(full: Result, less: Result) -> Iterator[str]:
    """A score that is called known, or not to apply, with one fact less is so with it, too.

    A known total that is one only if the score applies is none where it does not.
    """
    for name, score in full.scores.items():
        other = less.scores[name]
        if other.state not in {"range", score.state} and not other.applies_if:
            yield f"{name} was {score.state} and is {other.state}"


def _lost_totals(full: Result, less: Result) -> Iterator[str]:
    """The total under each strategy is one of those that are possible with one fact less."""
    for name, score in full.scores.items():
        wide = less.scores[name].scenarios or {}
        for strategy, scenario in (score.scenarios or {}).items():
            was, now = scenario.points, wide[strategy].points
            if not now.low <= was.low <= was.high <= now.high:
                yield f"{name} of {strategy} was {was} and is {now}"
            if not set(scenario.grades) <= set(wide[strategy].grades):
                yield f"{name} of {strategy} loses a grade"


def _lost_support(full: Result, less: Result) -> Iterator[str]:
    listed = {strategy.id: strategy.support for strategy in less.recommendation.strategies}
    vetoed = {veto.id for veto in less.recommendation.vetoed}
    asks = {name for name in built_in_pack().policy.ends_attempt if not less.recommendation.settled}
    for strategy in full.recommendation.strategies:
        was, now = strategy.support, listed.get(strategy.id)
        if now is None:
            if strategy.id not in vetoed | asks:
                yield f"{strategy.id} is neither listed nor vetoed"
        elif not now.low <= was.low <= was.high <= now.high:
            yield f"support of {strategy.id} was {was} and is {now}"


def _lost_vetoes(full: Result, less: Result) -> Iterator[str]:
    """What a lost veto rests on is asked for, by its rule or by another one.

    Where nobody asks, nothing that it held back may be put forward. Where one thing stands in
    the place of all others, nothing else is asked; then it has to stay forbidden.
    """
    vetoes = less.recommendation.vetoed
    still = {(veto.id, veto.rule) for veto in vetoes}
    vetoed = {veto.id for veto in vetoes}
    rules = {rule.id: rule for rule in built_in_pack().safety}
    asked = {ask.fact.partition(".")[2] for ask in less.recommendation.ask_for}
    forward = set(_put_forward(less))
    for veto in full.recommendation.vetoed:
        rule = rules[veto.rule]
        if (veto.id, veto.rule) in still:
            continue
        facts = {fact for read in veto.reads for fact in _facts_behind(read)}
        if rule.if_unknown == "veto":
            yield f"{veto.rule} no longer vetoes {veto.id}"
        elif facts & asked:
            continue
        elif not rule.asks:
            others = {v.rule for v in full.recommendation.vetoed if v.id == veto.id} - {veto.rule}
            if veto.id in forward and not any(rules[other].asks for other in others):
                yield f"{veto.rule} no longer vetoes {veto.id}, which is put forward"
        elif rule.if_unknown == ASKS:
            held = veto.id in vetoed and any(rules[v.rule].instead for v in vetoes)
            if not held:
                yield f"{veto.rule} no longer vetoes {veto.id}, and does not ask for {facts}"


def _facts_behind(read: str) -> Iterator[str]:
    """Yield the names of the facts that a place, or a finding, rests on."""
    finding = next((rule for rule in built_in_pack().findings if rule.id == read), None)
    if finding is None:
        yield read.partition(".")[2]
        return
    for value in finding.values:
        for leaf in leaves(value.when):
            for path in leaf.subject.paths:
                yield from _facts_behind(path)


def _put_forward(found: Result) -> Iterator[str]:
    """Every strategy and technique that a plan would have somebody use or prepare."""
    for strategy in found.recommendation.strategies:
        yield strategy.id
        yield from strategy.techniques
    for advice in found.recommendation.advice:
        yield from (*advice.ready, *advice.techniques)


@settings(max_examples=200)
@given(
    st.one_of(built_in_sheets(read=True), lab_sheets(), planned_sheets(), begun_sheets()), st.data()
)
def test_the_answer_without_a_fact_contains_the_answer_with_it(engine, sheet, data):
    full = Case(sheet, engine)
    known = {reading.name for reading in sheet.readings.values() if reading.known is not None}
    names = sorted(known & set(NAMES))
    chosen = st.lists(st.sampled_from(names), max_size=8, unique=True) if names else st.just([])
    for name in data.draw(chosen):
        assert list(lost(full, Case(without(sheet, name), engine))) == [], name


@settings(max_examples=25)
@given(st.one_of(lab_sheets(), planned_sheets(), begun_sheets()))
def test_what_nobody_says_is_missing_here_is_taken_to_be_at_hand(engine, sheet):
    silent = without(sheet, MISSING_HERE)
    path = f"center.{MISSING_HERE}"
    said = replace(silent, readings={**silent.readings, path: Reading(path, ())})
    plans = [Case(one, engine).result.recommendation for one in (silent, said)]
    one, other = ([s.id for s in plan.strategies] for plan in plans)
    assert one == other
    one, other = ({veto.id for veto in plan.vetoed} for plan in plans)
    assert one == other


WIRE_IN_THE_CAP_TRACK_OUTSIDE = """
format: 1
case: the wire is in the cap, and a track outside the plaque was noted
angiography: {occlusion: chronic total, target_vessel: LAD}
procedure:
  phase: crossing
  dual_injection_done: yes
  strategies_tried: []
  wire_position: in cap
  track: mixed
  complication: none
"""


REACHED_FROM_BEHIND = """
format: 1
case: the wire crossed from behind, in a woman of 70
history: {age: 70 years, sex: female, lvef: 40 %, prior_cabg: no}
angiography: {occlusion: chronic total, occlusion_length: 30 mm, stump: blunt,
  calcification: severe}
procedure:
  phase: wire crossed
  strategies_tried: [antegrade_wire_escalation, retrograde_dissection_reentry]
  track: extraplaque
  complication: none
"""


@pytest.mark.parametrize("name", ["strategies_tried", "phase"])
def test_a_total_never_claims_more_where_what_was_tried_is_taken_away(engine, name):
    sheet = read_case_text(REACHED_FROM_BEHIND, "case.yaml", engine.pack.vocabulary)
    full = Case(sheet, engine)
    assert full.result.scores["progress_mace"].points.low == 7
    assert list(lost(full, Case(without(sheet, name), engine))) == []


@pytest.mark.parametrize("name", ["phase", "track", "wire_position", "complication"])
def test_no_device_comes_forward_where_one_of_two_contradicting_facts_is_taken_away(engine, name):
    sheet = read_case_text(WIRE_IN_THE_CAP_TRACK_OUTSIDE, "case.yaml", engine.pack.vocabulary)
    full = Case(sheet, engine)
    assert any(v.rule == "track_outside_on_the_way" for v in full.result.recommendation.vetoed)
    assert list(lost(full, Case(without(sheet, name), engine))) == []


AT_THE_CAP = """
format: 1
case: a wire before a cap
history: {egfr: 80 mL/min/1.73m2}
angiography: {occlusion: chronic total, target_vessel: RCA, ostial: no, flush_aorto_ostial: no,
  in_stent: no, stump: blunt, proximal_cap: ambiguous, side_branch_at_proximal_cap: no,
  occlusion_length: 30 mm, bends_over_70: 0, bends_over_90: 0, vessel_course: clear,
  calcification: moderate, distal_vessel_diameter: 2.8 mm, distal_stenosis: 10 %,
  distal_disease: none, distal_cap_at_bifurcation: no, landing_zone_calcium: none,
  landing_zone_large_branch: no, interventional_collaterals: yes, collateral_route: septal,
  sole_collateral: no, donor_severely_diseased: no}
ccta: {calcium_area_fraction: 20 %}
operator: {can_adr: yes, can_retrograde: yes}
procedure: {phase: crossing, dual_injection_done: yes, complication: none,
  strategies_tried: [retrograde_wire_escalation], wire_position: proximal to cap,
  minutes_without_progress: 3 min, contrast: 60 mL, air_kerma: 1 Gy, duration: 40 min,
  reason_to_end: none, well_advanced: no}
"""
FAILING = ("[retrograde_wire_escalation]", "[antegrade_wire_escalation]"), ("3 min", "15 min")
AT_ANY_CAP = {
    "the retrograde way in use": (),
    "nothing tried": (("[retrograde_wire_escalation]", "[]"),),
    "no way in": (
        ("[retrograde_wire_escalation]", "[]"),
        ("flush_aorto_ostial: no", "flush_aorto_ostial: yes"),
        ("interventional_collaterals: yes", "interventional_collaterals: no"),
    ),
    "wiring that fails at a clear cap": (*FAILING, ("ambiguous", "clear")),
    "7 Gy, with a wire in the cap": (
        *FAILING,
        ("ambiguous", "clear"),
        ("1 Gy", "7 Gy"),
        ("proximal to cap", "in cap"),
    ),
    "7 Gy, with a wire past the cap": (
        *FAILING,
        ("ambiguous", "clear"),
        ("1 Gy", "7 Gy"),
        ("proximal to cap", "intraplaque"),
    ),
}


@pytest.mark.parametrize("changes", AT_ANY_CAP.values(), ids=AT_ANY_CAP)
def test_no_veto_and_no_stop_is_lost_with_what_nobody_said_of_the_wire(engine, changes):
    text = AT_THE_CAP
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    sheet = read_case_text(text, "case.yaml", engine.pack.vocabulary)
    full = Case(sheet, engine).result.recommendation
    for names in (["wire_position"], ["well_advanced"], ["wire_position", "well_advanced"]):
        less = sheet
        for name in names:
            less = without(less, name)
        found = Case(less, engine).result.recommendation
        assert {veto.id for veto in full.vetoed} <= {veto.id for veto in found.vetoed}, names
        assert found.strategies[0].id == full.strategies[0].id, names
        assert set(full.first_do) <= set(found.first_do), names
