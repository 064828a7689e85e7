"""The comparison of the crossing algorithms, read from the rules, drafts included.

Each line of the table takes one plain lesion that every algorithm wires from the front, changes it,
and tells what one algorithm then says. The wording of the second column is that of the comparison
in the specification. The Japanese algorithm has no rules, since its flow chart was not read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping

import pytest
from advice.comparison import (
    ADR,
    ALONE,
    AWE,
    BLUNT,
    BRANCH,
    CALCIUM,
    CAP,
    COURSE,
    DIFFUSE,
    FAILED,
    FAILED_OUTSIDE,
    FORK,
    IVUS,
    LAB,
    LONG,
    LONGER,
    OUTSIDE,
    PARALLEL,
    PLAIN,
    RDR,
    RWE,
    SEEN,
    SHUT,
    SMALL,
    STUCK,
    Line,
    Options,
    Said,
    before,
    behind,
    goes_on,
    lists,
    not_by,
    order,
    quotes,
    retrograde_first,
    same,
    silent,
    stops,
    uses,
    without,
)
from strategies import built_in_pack

from cto_cds.advice.walking import Opinion, opinion_of
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text

TABLE: Mapping[str, tuple[Line, ...]] = {
    "severe calcium": (
        ("hybrid", "not used", CALCIUM, (same,)),
        (
            "asia_pacific",
            "one of several factors",
            CALCIUM,
            (order(AWE, ADR), uses(ADR, "knuckle")),
        ),
        (
            "asia_pacific",
            "with other factors: knuckle",
            {**CALCIUM, **COURSE, **LONG},
            (order(ADR), uses(ADR, "knuckle")),
        ),
        ("eurocto", "primary knuckle", CALCIUM, (order(ADR), uses(ADR, "knuckle"))),
        ("global", "RDR over RWE, from the front", CALCIUM, (before(RDR, RWE),)),
        ("global", "RDR over RWE, cap", {**CALCIUM, **CAP}, (order(RDR, RWE),)),
        ("global", "RDR over RWE, branch", {**CALCIUM, **FORK}, (before(RDR, RWE),)),
        ("heavy_calcium", "intraplaque first, dissection second", CALCIUM, (order(AWE, RWE, ADR),)),
        ("china", "not stated", CALCIUM, (same,)),
    ),
    "long, 20 mm or more": (
        ("hybrid", "ADR instead of AWE", LONG, (order(ADR),)),
        ("asia_pacific", "never alone", LONG, (same,)),
        ("asia_pacific", "with other factors", {**LONG, **COURSE, **CALCIUM}, (order(ADR),)),
        ("eurocto", "action not read", LONG, (same,)),
        ("global", "dissection techniques", LONG, (order(AWE, ADR), uses(ADR, "knuckle"))),
        (
            "heavy_calcium",
            "polymer wire, extraplaque",
            {**CALCIUM, **LONG},
            (order(ADR), uses(ADR, "knuckle")),
        ),
        ("china", "ADR needs more than 20 mm", LONG, (without(ADR),)),
        ("china", "ADR needs more than 20 mm, just above", LONGER, (lists(ADR),)),
    ),
    "ambiguous cap": (
        ("hybrid", "retrograde if collaterals", CAP, (retrograde_first,)),
        ("hybrid", "else resolve the cap", {**CAP, **ALONE}, (uses(AWE, "ivus_guided_entry"),)),
        (
            "asia_pacific",
            "IVUS entry",
            {**CAP, **SEEN},
            (order(AWE), uses(AWE, "ivus_guided_entry")),
        ),
        ("asia_pacific", "else retrograde", CAP, (order(RDR),)),
        (
            "asia_pacific",
            "else BASE",
            {**CAP, **ALONE},
            (order(ADR), uses(ADR, "base", "scratch_and_go")),
        ),
        ("eurocto", "not read", CAP, (silent,)),
        ("global", "IVUS", {**CAP, **SEEN}, (order(AWE), uses(AWE, "ivus_guided_entry"))),
        ("global", "retrograde", CAP, (retrograde_first,)),
        ("global", "move-the-cap", {**CAP, **ALONE}, (order(ADR), uses(ADR, "move_the_cap"))),
        (
            "heavy_calcium",
            "impenetrable cap list",
            {**CALCIUM, **SHUT},
            (
                uses(AWE, "guide_support", "penetrating_microcatheter", "carlino"),
                uses(ADR, "move_the_cap", "base"),
                lists(RDR),
            ),
        ),
        ("china", "non-tapered: retrograde if collaterals", BLUNT, (retrograde_first,)),
    ),
    "poor distal vessel": (
        ("hybrid", "retrograde if collaterals", SMALL, (retrograde_first,)),
        ("hybrid", "no collaterals", {**SMALL, **ALONE}, (order(AWE, ADR),)),
        ("asia_pacific", "retrograde if collaterals", SMALL, (order(RDR),)),
        ("asia_pacific", "no collaterals", {**SMALL, **ALONE}, (order(AWE),)),
        ("eurocto", "not read", SMALL, (silent,)),
        ("eurocto", "not read, also in severe calcium", {**SMALL, **CALCIUM}, (silent,)),
        ("global", "retrograde", SMALL, (retrograde_first,)),
        (
            "global",
            "retrograde, also where IVUS shows the cap",
            {**SMALL, **CAP, **SEEN},
            (retrograde_first,),
        ),
        (
            "heavy_calcium",
            "ADR needs a large distal vessel without much calcium",
            {**CALCIUM, **LONG, **SMALL},
            (order(RDR), without(ADR)),
        ),
        (
            "heavy_calcium",
            "the same, with a wire outside the plaque",
            {**CALCIUM, **OUTSIDE, **SMALL},
            (order(RDR), before(RDR, ADR), behind(AWE)),
        ),
        ("china", "ADR excluded", {**LONGER, **DIFFUSE}, (without(ADR),)),
        ("china", "ADR excluded, retrograde", {**LONGER, **DIFFUSE, **BLUNT}, (without(ADR),)),
    ),
    "branch at the distal cap": (
        ("hybrid", "part of the distal assessment, its part not read", FORK, (same,)),
        (
            "asia_pacific",
            "parallel wire and IVUS instead of Stingray",
            {**OUTSIDE, **FORK},
            (order(PARALLEL, IVUS), not_by(ADR, "stingray")),
        ),
        ("eurocto", "not read", FORK, (silent,)),
        (
            "global",
            "dual-lumen catheter, IVUS",
            FORK,
            (order(AWE, IVUS), uses(AWE, "dual_lumen_microcatheter"), behind(ADR)),
        ),
        (
            "china",
            "no large branch in the landing zone for ADR",
            {**LONGER, **BRANCH},
            (without(ADR),),
        ),
    ),
    "wiring from the front fails": (
        ("hybrid", "ADR or retrograde", FAILED, (order(ADR), lists(RWE, RDR), behind(AWE))),
        (
            "asia_pacific",
            "Stingray early, else parallel wire, IVUS, LAST",
            FAILED_OUTSIDE,
            (order(ADR, PARALLEL, IVUS), uses(ADR, "stingray", "last")),
        ),
        ("asia_pacific", "then retrograde", FAILED, (lists(RDR), behind(AWE))),
        ("eurocto", "not read", FAILED, (silent,)),
        ("global", "change strategy", FAILED, (order(ADR), behind(AWE))),
        ("heavy_calcium", "ADR, RDR", {**CALCIUM, **FAILED_OUTSIDE}, (order(ADR, RDR),)),
        (
            "china",
            "parallel, IVUS, STAR, retrograde, ADR",
            {**FAILED_OUTSIDE, **LONGER},
            (order(PARALLEL, IVUS), uses(ADR, "star"), lists(ADR, RWE, RDR)),
        ),
        (
            "china",
            "the same without STAR, a bail-out, before the wire has left the plaque",
            {**FAILED, **LONGER},
            (order(PARALLEL, IVUS), not_by(ADR, "star"), lists(ADR, RWE, RDR), behind(AWE)),
        ),
    ),
    "stop": (
        ("hybrid", "a complication", {**LAB, "procedure.complication": "MI"}, (stops,)),
        ("hybrid", "a hard limit", {**LAB, "procedure.air_kerma": "7 Gy"}, (stops,)),
        ("asia_pacific", "its 3.7 x eGFR is quoted, not used", LAB, (goes_on, quotes("3.7"))),
        ("asia_pacific", "over 3 h", {**LAB, "procedure.duration": "181 min"}, (stops,)),
        ("asia_pacific", "over 5 Gy", {**LAB, "procedure.air_kerma": "5.1 Gy"}, (stops,)),
        (
            "asia_pacific",
            "over 5 Gy and well advanced",
            {
                **LAB,
                "procedure.air_kerma": "5.1 Gy",
                "procedure.well_advanced": "yes",
                "procedure.wire_position": "intraplaque",
            },
            (goes_on,),
        ),
        ("eurocto", "at its limits, without prospect", STUCK, (goes_on,)),
        ("eurocto", "over 3 h", {**STUCK, "procedure.duration": "181 min"}, (stops,)),
        ("eurocto", "over 4 x eGFR", {**STUCK, "procedure.contrast": "241 mL"}, (stops,)),
        ("eurocto", "over 5 Gy", {**STUCK, "procedure.air_kerma": "5.1 Gy"}, (stops,)),
        ("eurocto", "over 3 h with prospect", {**LAB, "procedure.duration": "181 min"}, (goes_on,)),
        (
            "heavy_calcium",
            "none of its own",
            {**CALCIUM, **LAB},
            (goes_on, quotes("gives no reasons to stop")),
        ),
        ("china", "none of its own", LAB, (goes_on, quotes("gives no reasons to stop"))),
        (
            "global",
            "a long procedure, without a number",
            {**LAB, "procedure.duration": "300 min"},
            (goes_on, quotes("A long procedure is one of the published reasons")),
        ),
        ("global", "complication", {**LAB, "procedure.complication": "perforation"}, (stops,)),
        ("global", "radiation", {**LAB, "procedure.air_kerma": "7 Gy"}, (stops,)),
        ("global", "contrast", {**LAB, "procedure.contrast": "181 mL"}, (stops,)),
        ("global", "fatigue", {**LAB, "procedure.reason_to_end": "fatigue"}, (stops,)),
        ("global", "expertise", {**LAB, "procedure.reason_to_end": "lack of expertise"}, (stops,)),
        ("global", "equipment", {**LAB, "procedure.reason_to_end": "lack of equipment"}, (stops,)),
    ),
}
LINES = [
    pytest.param(*line, id=f"{question}: {line[0]}: {line[1]}")
    for question, lines in TABLE.items()
    for line in lines
]


@pytest.fixture(scope="module")
def say() -> Iterator[Callable[[str, Mapping[str, str]], Said]]:
    """Return a function from an algorithm and a case to what it says, which has to be settled."""
    pack = built_in_pack(drafts=True)
    with Engine(pack) as engine:

        @functools.cache
        def opinions(text: str) -> Mapping[str, Opinion]:
            sheet = read_case_text(text, "case.yaml", pack.vocabulary)
            trace = engine.decide(sheet).trace
            used = sheet.known("procedure.strategies_tried")
            tried = used if isinstance(used, tuple) else ()
            return {a.rule.id: opinion_of(a, trace, pack, tried) for a in trace.algorithms}

        def settled(algorithm: str, changes: Mapping[str, str]) -> tuple[Options, Opinion]:
            opinion = opinions(written({**PLAIN, **changes}))[algorithm]
            assert opinion.shown.state == "decided", opinion.shown.missing or opinion.shown.because
            (options,) = {ending.options for ending in opinion.endings}
            return tuple((option.strategy, option.techniques) for option in options), opinion

        def said(algorithm: str, changes: Mapping[str, str]) -> Said:
            options, opinion = settled(algorithm, changes)
            plain, _ = settled(algorithm, CALCIUM if algorithm == "heavy_calcium" else {})
            asked = [step.decision.header for step in opinion.endings[0].way]
            limits = " ".join(limit for header in asked for limit in header.limits_shown)
            return Said(options, limits, plain)

        yield said


def written(facts: Mapping[str, str]) -> str:
    """Write the facts as a case."""
    lines = ["format: 1", "case: one cell of the table"]
    for group in dict.fromkeys(path.partition(".")[0] for path in facts):
        lines.append(f"{group}:")
        mine = [path for path in facts if path.startswith(f"{group}.")]
        lines += [f"  {path.partition('.')[2]}: {facts[path]}" for path in mine]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("algorithm", "says", "changes", "checks"), LINES)
def test_a_cell_of_the_comparison_comes_out_of_the_rules(say, algorithm, says, changes, checks):
    said = say(algorithm, changes)
    for check in checks:
        assert check(said), f"{algorithm}, {says}: {said.options}"


@pytest.mark.parametrize("algorithm", ["hybrid", "asia_pacific", "eurocto", "global", "china"])
def test_every_algorithm_wires_the_plain_lesion_from_the_front(say, algorithm):
    assert say(algorithm, {}).order[0] == AWE
    assert say(algorithm, LAB).order[0] == AWE


def test_what_could_not_be_read_has_no_rules():
    assert not {"japan", "japanese"} & {a.id for a in built_in_pack(drafts=True).algorithms}
