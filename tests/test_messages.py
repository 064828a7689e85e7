"""Every message says where, what, and what to do: also the rare ones that no other test meets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cto_cds
from cto_cds.engine.block import Block, FlatRule
from cto_cds.engine.cage import Cage
from cto_cds.engine.engine import DisagreementError
from cto_cds.errors import EngineError

PACKAGE = Path(cto_cds.__file__).parent
MAKERS = {"Problem", "_problem", "_no_answer"}
"""What makes a message of a place, of what was found and of what to do."""


def silent(tree: ast.AST) -> Iterator[int]:
    """Yield the line of every message that is made without what to do about it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or any(isinstance(a, ast.Starred) for a in node.args):
            continue
        called = ast.unparse(node.func)
        if called in MAKERS or called.endswith("book.note"):
            given = [*node.args[2:3], *(k.value for k in node.keywords if k.arg == "mend")]
            if not given or (isinstance(given[0], ast.Constant) and not given[0].value):
                yield node.lineno


@pytest.mark.parametrize(
    "path",
    sorted(PACKAGE.rglob("*.py")),
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_no_message_leaves_out_what_to_do(path):
    assert list(silent(ast.parse(path.read_text(encoding="utf-8")))) == []


BLOCK = Block("b", (FlatRule("one", (("p", "T"), ("q", "T"))),))
WHOLE = {"p": "T", "q": "T"}


@pytest.mark.parametrize(
    ("block", "atoms"),
    [("a", WHOLE), ("b", {"p": "T"}), ("b", {**WHOLE, "r": "T"}), ("b", {**WHOLE, "q": "\n"})],
)
def test_a_defect_of_the_engine_says_that_the_case_is_planned_without_it(block, atoms):
    with Cage([BLOCK]) as cage, pytest.raises(EngineError) as caught:
        cage.fire(block, atoms)
    (problem,) = caught.value.problems
    assert problem.place.source.startswith("rule engine, ")
    assert "report it" in problem.mend
    assert "plan this case without it" in problem.mend


def test_an_engine_that_is_closed_says_to_make_a_new_one():
    cage = Cage([BLOCK])
    cage.close()
    with pytest.raises(EngineError, match="Make a new one: an Assessor serves the process"):
        cage.fire("b", WHOLE)


def test_channels_that_disagree_say_what_differs_and_what_to_do():
    (problem,) = DisagreementError("case-1", ["score j_cto: 2 and 3"]).problems
    assert problem.place.source == "case-1"
    assert "plan this case without it" in problem.mend
    assert "score j_cto: 2 and 3" in problem.mend
