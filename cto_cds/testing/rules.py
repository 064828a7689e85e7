"""Local rules, held to what the built-in ones are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.engine.engine import unfit
from cto_cds.engine.rowtest import run_rows
from cto_cds.errors import CtoCdsError
from cto_cds.rulefile.builtin import builtin_layer
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.testing.kept import kept

if TYPE_CHECKING:
    from pathlib import Path


def rule_faults(folder: Path) -> list[str]:
    """Return what is wrong with a folder of local rules, put on the built-in ones.

    Checks form, names, contradictions and fit; runs every test row of the local rules through
    both evaluations; asks for every comparison true, false and unknown.

    Args:
        folder: A folder of rule files, laid out like the built-in pack.
    """
    try:
        layer = Layer.of_folder("local", folder)
        pack = load_pack([builtin_layer(), layer], drafts=True, cache=kept())
    except CtoCdsError as fault:
        return [str(problem) for problem in fault.problems]
    problems = unfit(pack)
    if problems:
        return [str(problem) for problem in problems]
    local = [rule for rule in pack.rules() if rule.header.place.source.startswith(layer.root)]
    faults: list[str] = []
    for results, coverage in run_rows(pack, local):
        faults += [f"{r.place}: '{r.case}': {r.told}" for r in results if not r.passed]
        source = coverage.rule.header.place.source
        faults += [f"{source}: {line}" for line in coverage.missing()]
    return faults
