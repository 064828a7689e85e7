"""How rules hang together: decisions lead on without a circle, findings rest on findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from cto_cds.errors import Place, Problem
from cto_cds.facts.fields import nearest
from cto_cds.rulefile.condition import leaves
from cto_cds.rulefile.model import Algorithm, Decision, Finding, Rule
from cto_cds.rulefile.policy import Policy


def check_links(rules: Sequence[Rule], on_file: Collection[str] = ()) -> Iterator[Problem]:
    """Yield a problem for each link that leads nowhere or in a circle.

    Args:
        rules: The rules in force.
        on_file: The ids of all rule files, drafts included.
    """
    decisions = {rule.id: rule for rule in rules if isinstance(rule, Decision)}
    algorithms = [rule for rule in rules if isinstance(rule, Algorithm)]
    reached: set[str] = set()
    for algorithm in algorithms:
        own = {name: d for name, d in decisions.items() if name.startswith(f"{algorithm.id}.")}
        if algorithm.first not in own:
            found = f"'first' names '{algorithm.first}', which is no decision of {algorithm.id}"
            yield Problem(algorithm.header.place, found, nearest(algorithm.first, own))
        else:
            reached |= _reached(algorithm.first, own)
        yield from _targets(own)
    indexed = {algorithm.id for algorithm in algorithms}
    lacking = {name: d for name, d in decisions.items() if _algorithm_of(name) not in indexed}
    yield from _without_index(lacking, on_file)
    for name, decision in decisions.items():
        if name not in reached and name not in lacking:
            mend = "Let a branch lead to it with 'next:', or take the file out."
            yield Problem(decision.header.place, f"no path leads to '{name}'", mend)
    yield from _circle(
        {d.id: [b.next for b in d.branches if b.next] for d in decisions.values()},
        {d.id: d.header.place for d in decisions.values()},
        "the decisions lead in a circle",
    )
    findings = [rule for rule in rules if isinstance(rule, Finding)]
    yield from _circle(
        {finding.id: sorted(needs(finding)) for finding in findings},
        {finding.id: finding.header.place for finding in findings},
        "the findings rest on each other in a circle",
    )
    yield from _weighted(rules, algorithms, {*on_file, *map(_algorithm_of, lacking)})


def _algorithm_of(decision: str) -> str:
    return decision.partition(".")[0]


def _without_index(lacking: Mapping[str, Decision], on_file: Collection[str]) -> Iterator[Problem]:
    """Decisions of an algorithm that is not in force, told once for each algorithm."""
    by_algorithm: dict[str, list[str]] = {}
    for name in lacking:
        by_algorithm.setdefault(_algorithm_of(name), []).append(name)
    for algorithm, names in by_algorithm.items():
        place = lacking[names[0]].header.place
        every = ", ".join(names)
        index = f"algorithms/{algorithm}/index.yaml"
        found = f"the algorithm '{algorithm}' has decisions ({every}) and no {index}"
        mend = f"Add {index} with 'kind: algorithm', 'id: {algorithm}' and 'first:'."
        if algorithm in on_file:
            found = f"{index} is not in force, but decisions of it are: {every}"
            mend = "Give all files of an algorithm the same status."
        yield Problem(place, found, mend)


def _weighted(
    rules: Sequence[Rule], algorithms: Sequence[Algorithm], on_file: Collection[str]
) -> Iterator[Problem]:
    """Each algorithm in force has a weight; a draft may have one already."""
    names = {algorithm.id for algorithm in algorithms}
    for policy in (rule for rule in rules if isinstance(rule, Policy)):
        for name in sorted(names ^ set(policy.weights)):
            if name not in names and name in on_file:
                continue
            if name not in names:
                mend = f"Take it out. The algorithms are: {', '.join(sorted(names))}."
                yield Problem(policy.header.place, f"'{name}' is no algorithm", mend)
                continue
            place = next(one.header.place for one in algorithms if one.id == name)
            found = f"'{name}' has no weight in the policy {policy.header.place.source}"
            yield Problem(place, found, _weigh(name, place, policy))


def _weigh(name: str, place: Place, policy: Policy) -> str:
    """What to do about an algorithm without a weight; the policy may be in another layer."""
    theirs, file = policy.header.place.source, f"policy/{policy.id}.yaml"
    mine = place.source.removesuffix(f"algorithms/{name}/index.yaml")
    line = (
        f"write '- {{id: {name}, weight: 1}}' under 'algorithms:' in it, with the weight it needs"
    )
    if mine == theirs.removesuffix(file):
        return f"{line[0].upper()}{line[1:]}."
    return (
        f"Copy that file to {mine}{file}, {line}, add 'replaces: {policy.id}' and give it a "
        "version of its own."
    )


def _targets(own: dict[str, Decision]) -> Iterator[Problem]:
    for decision in own.values():
        for branch in decision.branches:
            if branch.next and branch.next not in own:
                found = f"'next' names '{branch.next}', which is no decision of this algorithm"
                yield Problem(branch.place, found, nearest(branch.next, own))


def _reached(first: str, own: dict[str, Decision]) -> set[str]:
    found: set[str] = set()
    ahead = [first]
    while ahead:
        name = ahead.pop()
        if name in own and name not in found:
            found.add(name)
            ahead.extend(branch.next for branch in own[name].branches if branch.next)
    return found


def needs(finding: Finding) -> set[str]:
    """Return the ids of the findings that a finding reads."""
    return {
        leaf.subject.name
        for value in finding.values
        for leaf in leaves(value.when)
        if leaf.subject.finding
    }


def _circle(graph: dict[str, list[str]], places: dict[str, Place], what: str) -> Iterator[Problem]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as fault:
        path = list(reversed(fault.args[1]))
        found = f"{what}: {' -> '.join(path)}"
        yield Problem(places[path[0]], found, "Break the circle at one of them.")


def in_order_of_need(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings so that each comes after those it reads, otherwise in the given order."""
    by_id = {finding.id: finding for finding in findings}
    order = TopologicalSorter({name: sorted(needs(f)) for name, f in by_id.items()})
    return tuple(by_id[name] for name in order.static_order())
