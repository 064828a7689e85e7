"""Every combination that an algorithm can tell apart has exactly one outcome, with its source.

``benchmarks/enumerate_algorithms.py`` runs the same with many more cases held against the tables
that were written by hand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType

import pytest
from strategies import built_in_pack

from cto_cds.rulefile.condition import Leaf, Not
from cto_cds.rulefile.model import Algorithm, Branch, Decision
from cto_cds.rulefile.pack import Pack

PACK = built_in_pack()
ALGORITHMS = {algorithm.id: algorithm for algorithm in PACK.algorithms}


@pytest.fixture(scope="module")
def nodes(algorithms_enumerated: ModuleType):
    return algorithms_enumerated.every_node(PACK)


def test_every_cell_of_every_question_has_one_way_out_and_claims_no_more_than_it_knows(nodes):
    assert [line for node in nodes for line in node.faults] == []
    assert len(nodes) == len(PACK.algorithms) + sum(
        len(a.decisions) for a in PACK.algorithms
    ) + sum(bool(finding.values) for finding in PACK.findings)
    assert sum(node.known for node in nodes) > 4000


def test_nearly_no_cell_is_left_open_though_every_way_to_fill_it_in_decides_alike(nodes):
    assert {node.node: node.open_for_nothing for node in nodes if node.open_for_nothing} == {
        "asia_pacific.antegrade": 1
    }


@pytest.fixture(scope="module")
def walk_of(algorithms_enumerated):
    """Return a function to the walk of an algorithm, which remembers what it was asked."""
    return functools.cache(lambda name: algorithms_enumerated.Walk(ALGORITHMS[name], PACK))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_all_combinations_of_the_facts_of_an_algorithm_end_in_exactly_one_place(
    algorithms_enumerated, walk_of, name
):
    walked = algorithms_enumerated.whole(walk_of(name))
    assert walked.faults == []
    assert walked.cells >= 20


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_says_what_its_published_table_says(algorithms_enumerated, walk_of, name):
    count, faults = algorithms_enumerated.by_hand(walk_of(name), 1, 400)
    assert faults == []
    assert count > 100


def test_every_algorithm_is_written_by_hand_too(algorithms_enumerated):
    assert set(algorithms_enumerated.ALGORITHMS) == set(ALGORITHMS)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_step_of_every_way_has_a_source_and_a_reason(name):
    for decision in ALGORITHMS[name].decisions:
        for branch in decision.branches:
            assert branch.source.cite
            assert branch.because
            assert branch.verified in {"primary", "secondary", "unverified"}
            assert branch.next or branch.recommend or branch.first_do


CROSSING = {"planning", "crossing"}
POPULATIONS: Mapping[str, Callable[[Mapping[str, object]], bool]] = {
    **{
        name: lambda c: c["phase"] in CROSSING and c["occlusion"] == "chronic total"
        for name in ("hybrid", "asia_pacific", "eurocto", "global", "china")
    },
    "heavy_calcium": lambda c: (
        c["phase"] in CROSSING
        and c["occlusion"] == "chronic total"
        and c["severe_calcium"] == "yes"
    ),
    "indication": lambda c: (
        c["phase"] == "planning"
        and c["occlusion"] == "chronic total"
        and c["complication"] == "none"
    ),
    "stop_limits": lambda c: c["phase"] != "planning" and c["occlusion"] == "chronic total",
    "uncrossable": lambda c: c["device_work"] == "passage",
    "undilatable": lambda c: c["device_work"] == "preparation",
    "scai_calcium": lambda c: (
        c["device_work"] in {"preparation", "stent"} and c["track_for_devices"] == "inside"
    ),
}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_is_for_the_phases_and_lesions_of_its_table_and_for_no_others(
    algorithms_enumerated, name
):
    node = next(n for n in algorithms_enumerated.nodes_of(PACK) if n.id == name)
    judge = algorithms_enumerated.Judge(node)
    try:
        for row in node.rows():
            if algorithms_enumerated.is_known(row):
                cell = {s.name: found[0] for s, found in zip(node.subjects, row, strict=True)}
                (applies,) = judge.decide(row)[0].values()
                assert (applies == "T") == POPULATIONS[name](cell), cell
    finally:
        judge.close()


# Rules that are broken on purpose: each kind of fault is found


def broken(name: str, change) -> tuple[Algorithm, Pack]:
    """Return an algorithm with one decision changed, and the rules with it."""
    owner = next(a for a in PACK.algorithms if name.startswith(f"{a.id}."))
    decisions = tuple(change(d) if d.id == name else d for d in owner.decisions)
    changed = replace(owner, decisions=decisions)
    others = tuple(changed if a.id == owner.id else a for a in PACK.algorithms)
    return changed, replace(PACK, algorithms=others)


def branches_of(decision: Decision, **changes: Branch) -> Decision:
    return replace(
        decision,
        branches=tuple(changes.get(branch.id, branch) for branch in decision.branches),
    )


def test_two_ways_at_once_are_told(algorithms_enumerated):
    def overlap(decision: Decision) -> Decision:
        first = decision.branches[0]
        return branches_of(decision, planning=replace(decision.branches[1], when=first.when))

    algorithm, pack = broken("hybrid.start", overlap)
    assert algorithms_enumerated.whole(algorithms_enumerated.Walk(algorithm, pack)).faults
    alone = replace(pack, algorithms=(algorithm,))
    assert any(node.faults for node in algorithms_enumerated.every_node(alone))


def test_a_condition_turned_round_is_told_by_the_table(algorithms_enumerated):
    def turned(decision: Decision) -> Decision:
        short, long = decision.branches
        return replace(
            decision,
            branches=(replace(short, when=long.when), replace(long, when=short.when)),
        )

    algorithm, pack = broken("hybrid.retrograde_technique", turned)
    walk = algorithms_enumerated.Walk(algorithm, pack)
    assert algorithms_enumerated.whole(walk).faults == []
    _, faults = algorithms_enumerated.by_hand(walk, 1, 400)
    assert any("comes first instead of" in line for line in faults)


def test_a_limit_moved_by_the_smallest_step_is_told_by_the_table(algorithms_enumerated):
    def moved(decision: Decision) -> Decision:
        short, long = decision.branches
        assert isinstance(short.when, Leaf)
        when = replace(short.when, operator="<=", text="occlusion_length <= 20 mm")
        return replace(
            decision, branches=(replace(short, when=when), replace(long, when=Not(when)))
        )

    algorithm, pack = broken("hybrid.retrograde_technique", moved)
    _, faults = algorithms_enumerated.by_hand(algorithms_enumerated.Walk(algorithm, pack), 1, 400)
    assert faults


def test_a_technique_that_is_left_out_is_told_by_the_table(algorithms_enumerated):
    def bare(decision: Decision) -> Decision:
        first = decision.branches[0]
        return branches_of(decision, **{first.id: replace(first, techniques={})})

    algorithm, pack = broken("hybrid.in_stent", bare)
    _, faults = algorithms_enumerated.by_hand(algorithms_enumerated.Walk(algorithm, pack), 1, 400)
    assert any("crossboss" in line for line in faults)
