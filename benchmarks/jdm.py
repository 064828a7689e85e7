"""The scores of a rule pack as a JDM graph, for the peer that the engine is timed against.

Unknown stays a value: each criterion becomes two expressions, one for certainly true and one for
certainly false; the points give the lowest and the highest total; a decision table names the grade
of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
from cto_cds.rulefile.condition import All, Condition, Leaf, Not, Subject, leaves
from cto_cds.rulefile.score import Grade, Score

Entry = dict[str, object]
ENDS = ("low", "high")


def fits(score: Score) -> bool:
    """Tell whether the peer can be given a score: it has grades, and reads no list or finding."""
    conditions = [score.applies_to, *(criterion.when for criterion in score.items)]
    compared = [leaf for condition in conditions for leaf in leaves(condition)]
    plainly = not any(leaf.operator in {"includes", "ends with", "is empty"} for leaf in compared)
    return bool(score.grades) and plainly and not any(leaf.subject.finding for leaf in compared)


def graph_of(scores: Iterable[Score]) -> str:
    """Return the graph: for each score its expressions, and a table for each end of its range."""
    nodes = [_node("input", "inputNode"), _node("output", "outputNode")]
    edges: list[tuple[str, str]] = []
    for score in scores:
        content = {"expressions": list(_expressions(score)), "passThrough": False}
        nodes.append(_node(score.id, "expressionNode", content))
        edges.append(("input", score.id))
        for end in ENDS:
            name = f"{score.id}_{end}"
            nodes.append(_node(f"{name}_grade", "decisionTableNode", _table(name, score.grades)))
            edges += [(score.id, f"{name}_grade"), (f"{name}_grade", "output")]
    ways = [
        {"id": f"{source}>{target}", "sourceId": source, "targetId": target, "type": "edge"}
        for source, target in edges
    ]
    return json.dumps({"nodes": nodes, "edges": ways})


def input_of(sheet: FactSheet, scores: Iterable[Score]) -> dict[str, dict[str, str | float | None]]:
    """Return the facts that the scores read, and null for what is unknown."""
    found: dict[str, dict[str, str | float | None]] = {}
    for path in _paths(scores):
        group, _, name = path.partition(".")
        value = sheet.known(path)
        plainly = value if isinstance(value, str) else None
        number = float(value.number) if isinstance(value, Quantity) else plainly
        found.setdefault(group, {})[name] = number
    return found


def _paths(scores: Iterable[Score]) -> list[str]:
    subjects = {subject for score in scores for subject in _subjects(score)}
    return sorted({path for subject in subjects for path in subject.paths})


def _subjects(score: Score) -> list[Subject]:
    conditions = [score.applies_to, *(criterion.when for criterion in score.items)]
    found = (leaf.subject for condition in conditions for leaf in leaves(condition))
    return list(dict.fromkeys(found))


def _node(name: str, kind: str, content: Entry | None = None) -> Entry:
    place = {"x": 0, "y": 0}
    return {"id": name, "name": name, "type": kind, "position": place, "content": content or {}}


def _expressions(score: Score) -> Iterator[Entry]:
    for subject in _subjects(score):
        yield _entry(_key(subject), " ?? ".join(subject.paths))
    yield _entry("applies", _certain(score.applies_to, holds=True))
    yield _entry("excluded", _certain(score.applies_to, holds=False))
    for criterion in score.items:
        yield _entry(f"{criterion.id}_true", _certain(criterion.when, holds=True))
        yield _entry(f"{criterion.id}_false", _certain(criterion.when, holds=False))
    certain = {c.id: f"($.{c.id}_true ? {plain(c.points)} : 0)" for c in score.items}
    possible = {c.id: f"($.{c.id}_false ? 0 : {plain(c.points)})" for c in score.items}
    raising = {c.id for c in score.items if c.points > 0}
    low = {**possible, **{name: certain[name] for name in raising}}
    high = {**certain, **{name: possible[name] for name in raising}}
    yield _entry(f"{score.id}_low", " + ".join(low.values()))
    yield _entry(f"{score.id}_high", " + ".join(high.values()))


def _entry(key: str, value: str) -> Entry:
    return {"id": key, "key": key, "value": value}


def _key(subject: Subject) -> str:
    return f"read_{subject.name.replace('.', '_')}"


def _certain(condition: Condition, *, holds: bool) -> str:
    """Return the expression that is true when the condition certainly holds, or fails."""
    if isinstance(condition, Leaf):
        return _comparison(condition, holds=holds)
    if isinstance(condition, Not):
        return _certain(condition.part, holds=not holds)
    conjunction = isinstance(condition, All) == holds
    if not condition.parts:
        return "true" if conjunction else "false"
    joint = " and " if conjunction else " or "
    return f"({joint.join(_certain(part, holds=holds) for part in condition.parts)})"


def _comparison(leaf: Leaf, *, holds: bool) -> str:
    read = f"$.{_key(leaf.subject)}"
    if leaf.limit is None:
        words = ", ".join(f"'{word}'" for word in leaf.words)
        return (
            f"({read} in [{words}])" if holds else f"({read} != null and {read} not in [{words}])"
        )
    operator = "==" if leaf.operator == "=" else leaf.operator
    compared = f"{read} {operator} {plain(leaf.limit.number)}"
    return f"(type({read}) == 'number' ? {compared if holds else f'not ({compared})'} : false)"


def _table(total: str, grades: tuple[Grade, ...]) -> Entry:
    rules = [
        {
            "_id": grade.name,
            "in": f"[{plain(grade.low)}..{plain(grade.high)}]",
            "out": f"'{grade.name}'",
        }
        for grade in grades
    ]
    return {
        "hitPolicy": "first",
        "inputs": [{"id": "in", "name": total, "field": total}],
        "outputs": [{"id": "out", "name": "grade", "field": f"{total}_grade"}],
        "rules": rules,
        "passThrough": True,
    }
