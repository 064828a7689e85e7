"""The named peer: zen-engine (GoRules), which decides JDM graphs. Needed by the benchmark only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from jdm import graph_of, input_of

from cto_cds.engine.engine import Answer
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.score import Score

INSTALL = (
    "zen-engine is not installed; for the comparison: pip install -c constraints.txt -e '.[bench]'"
)


def peer() -> ModuleType | None:
    """Return the module of the peer, or None without it."""
    try:
        return importlib.import_module("zen")
    except ImportError:
        return None


def decider(zen: ModuleType, scores: Sequence[Score]) -> Callable[[FactSheet], Callable[[], Any]]:
    """Return what makes, for a case, the job that decides it with the peer's own trace."""
    decision = zen.ZenEngine().create_decision(graph_of(scores))

    def job_of(sheet: FactSheet) -> Callable[[], Any]:
        given = input_of(sheet, scores)
        return lambda: decision.evaluate(given, {"trace": True})

    return job_of


def refuse_unless_same(answer: Answer, theirs: dict[str, Any], scores: Sequence[Score]) -> None:
    """Compare totals and grades.

    Raises:
        AssertionError: The peer decided otherwise, so that timing it would mean nothing.
    """
    for score in scores:
        totals = [float(total) for total in answer.verdict.totals[score.id]]
        for end, total in (("low", min(totals)), ("high", max(totals))):
            grade = next(g.name for g in score.grades if g.low <= total <= g.high)
            mine = (total, grade, grade in answer.verdict.grades[score.id])
            name = f"{score.id}_{end}"
            found = (float(theirs[name]), theirs.get(f"{name}_grade"), True)
            if mine != found:
                message = f"{name}: {mine} here, {found} from zen-engine"
                raise AssertionError(message)
