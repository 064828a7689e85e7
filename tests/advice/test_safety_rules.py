"""Each safety rule with the dangerous value, with the unknown one and with the safe one.

The values are taken from the condition of each rule and decided in both channels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import pytest
from advice.conftest import KNOWN
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import begun_sheets, built_in_pack, built_in_sheets, lab_sheets, planned_sheets

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, Value
from cto_cds.rulefile.condition import Possible, Subject, leaves
from cto_cds.rulefile.model import Safety
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.proof import choices
from cto_cds.rulefile.truth import Truth

PACK = built_in_pack()
NAMES = Names(PACK.vocabulary, {f.id: FindingShape(f.id, f.words) for f in PACK.findings})
GUARDS = {rule.id: rule for rule in PACK.safety if not rule.about}
Cell = Mapping[Subject, Value | None]
ORDINARY = read_case_text(KNOWN, "case.yaml", PACK.vocabulary, named=False).readings
IN_VAIN = """
procedure:
  phase: crossing
  wire_position: intraplaque
  minutes_without_progress: 60 min
  strategies_tried: [antegrade_wire_escalation, antegrade_dissection_reentry,
    retrograde_wire_escalation, retrograde_dissection_reentry]
"""
LAST_RESORT = read_case_text(
    f"format: 1\ncase: in vain{IN_VAIN}", "case.yaml", PACK.vocabulary, named=False
).readings
"""What puts the end of the attempt on the plan, so that a caution about it has a place."""


def cells(rule: Safety) -> Iterator[Cell]:
    """Every combination of values, and of unknown ones, that a rule can tell apart."""
    found = choices([rule.when], NAMES)
    for values in itertools.product(*((None, *known) for known in found.values())):
        yield dict(zip(found, values, strict=True))


def danger(rule: Safety, cell: Cell) -> Truth:
    """What the condition is in a cell, with the dangerous reading of what is unknown."""

    def possible(subject: Subject) -> Possible:
        value = cell[subject]
        if value is None:
            read = [rule.read_unknown_as[p] for p in subject.paths if p in rule.read_unknown_as]
            return tuple(read[:1]) or None
        return (value,)

    truths = {leaf.key: leaf.decide(possible(leaf.subject)) for leaf in leaves(rule.when)}
    return rule.when.truth_in(truths)


def advised(rule: Safety, cell: Cell, engine: Engine) -> Result:
    """The result of a cell in an ordinary case, so that the plan names every strategy."""
    read = {path for subject in cell for path in subject.paths}
    ending = set(rule.on) <= set(PACK.policy.ends_attempt)
    known = ORDINARY | (LAST_RESORT if ending else {})
    readings = {path: found for path, found in known.items() if path not in read}
    readings |= {
        subject.paths[0]: Reading(subject.paths[0], value)
        for subject, value in cell.items()
        if value is not None and not subject.finding
    }
    given = {
        subject.name: None if value is None else (value,)
        for subject, value in cell.items()
        if subject.finding
    }
    sheet = FactSheet(rule.id, readings)
    return compose(sheet, engine.decide(sheet, given), PACK)


def spoken(rule: Safety, results: list[Result]) -> set[str]:
    """What the rule does to the things it is on, as the results tell it.

    Of a strategy that the plan does not name, no caution is told.
    """
    found = set()
    for plan in (result.recommendation for result in results):
        vetoed = {entry.id for entry in plan.vetoed if entry.rule == rule.id}
        cautioned = {entry.id for entry in plan.cautions if entry.rule == rule.id}
        assert vetoed | cautioned <= set(rule.on)
        assert not vetoed & cautioned
        named = {strategy.id for strategy in plan.strategies} | vetoed
        told = [n for n in rule.on if n in named or n not in PACK.policy.tie_order]
        found |= {"veto" if n in vetoed else "caution" if n in cautioned else "" for n in told}
    return found


def some(rule: Safety, wanted: Truth, *, known: bool) -> list[Cell]:
    """A few cells of a rule in which its condition is this, spread over all of them."""
    fitting = [
        cell
        for cell in cells(rule)
        if danger(rule, cell) is wanted and (None not in cell.values()) == known
    ]
    return fitting[:: max(len(fitting) // 4, 1)][:5]


@pytest.mark.parametrize("name", GUARDS)
def test_a_safety_rule_speaks_with_the_dangerous_value_and_is_silent_with_the_safe_one(
    engine, name
):
    rule = GUARDS[name]
    dangerous, safe = (some(rule, truth, known=True) for truth in (Truth.TRUE, Truth.FALSE))
    assert dangerous
    assert safe
    assert spoken(rule, [advised(rule, cell, engine) for cell in dangerous]) == {rule.effect}
    assert spoken(rule, [advised(rule, cell, engine) for cell in safe]) == {""}


@pytest.mark.parametrize("name", GUARDS)
def test_a_safety_rule_does_with_the_unknown_value_what_its_file_says(engine, name):
    rule = GUARDS[name]
    asks = rule.if_unknown == "name what is missing"
    open_cells = some(rule, Truth.UNKNOWN, known=False)
    read = some(rule, Truth.TRUE, known=False) if rule.read_unknown_as else []
    assert open_cells or read
    results = [advised(rule, cell, engine) for cell in open_cells]
    assert spoken(rule, results) <= {"" if asks else rule.if_unknown}
    for plan in (result.recommendation for result in results):
        told = [*plan.vetoed, *plan.cautions]
        assert not any(entry.certain for entry in told if entry.rule == rule.id)
    assert spoken(rule, [advised(rule, cell, engine) for cell in read]) <= {rule.effect}


# Whatever a case says

CASES = st.one_of(
    built_in_sheets(read=True), lab_sheets(), planned_sheets(), begun_sheets(), begun_sheets()
)


@settings(max_examples=150)
@given(CASES)
def test_no_case_ever_recommends_what_is_forbidden_in_any_place(advise, case):
    result = advise(case)
    plan = result.recommendation
    vetoed = {entry.id for entry in plan.vetoed}
    surely = {entry.id for entry in plan.vetoed if entry.certain}
    assert plan.first_here not in vetoed
    for strategy in plan.strategies:
        assert strategy.id not in vetoed
        assert not vetoed & set(strategy.techniques)
        assert not vetoed & {name for names in strategy.steps.values() for name in names}
        assert not vetoed & set(strategy.equipment)
    for advice in plan.advice:
        assert not surely & set(advice.prepared), advice.rule
        assert all(PACK.techniques[name].is_equipment for name in advice.ready)
        assert not any(PACK.techniques[name].is_equipment for name in advice.techniques)
