"""A kit for authors of rules and plugins: the checks that cto_cds itself is held to.

In a plugin's tests::

    from cto_cds.testing import backend_faults, rule_faults

    def test_my_rules_fit():
        assert rule_faults(Path("my_rules")) == []
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from cto_cds.assess import measured_sheet
from cto_cds.engine.engine import Engine, unfit
from cto_cds.engine.rowtest import run_rows
from cto_cds.errors import BackendError, CtoCdsError
from cto_cds.facts.measured import Measurements
from cto_cds.hookspecs import Backend, Request
from cto_cds.rulefile.builtin import builtin_layer
from cto_cds.rulefile.load import Layer, load_pack

__all__ = ["backend_faults", "rule_faults"]


def rule_faults(folder: Path) -> list[str]:
    """Return what is wrong with a folder of local rules, put on the built-in ones.

    Checks form, names, contradictions and fit; runs every test row of the local rules through
    both evaluations; asks for every comparison true, false and unknown.

    Args:
        folder: A folder of rule files, laid out like the built-in pack.
    """
    try:
        layer = Layer.of_folder("local", folder)
        pack = load_pack([builtin_layer(), layer], drafts=True)
    except CtoCdsError as fault:
        return [str(problem) for problem in fault.problems]
    problems = unfit(pack)
    if problems:
        return [str(problem) for problem in problems]
    local = [rule for rule in pack.rules() if rule.header.place.source.startswith(layer.root)]
    faults: list[str] = []
    with Engine(pack) as engine:
        for results, coverage in run_rows(engine, local):
            faults += [f"{r.place}: '{r.case}': {r.told}" for r in results if not r.passed]
            source = coverage.rule.header.place.source
            faults += [f"{source}: {line}" for line in coverage.missing()]
    return faults


def backend_faults(backend: Backend, request: Request) -> list[str]:
    """Return how a backend breaks its contract on one request that it supports.

    Checks that it has a name and a version, that ``supports`` answers, that every fact is in the
    vocabulary with its unit and range, that measured decimals
    carry an uncertainty, that doubts carry a reason, and that a second run gives the same.

    Args:
        backend: The backend.
        request: A study that it says it can measure.
    """
    faults = [] if backend.name and backend.version else ["it has no name or no version"]
    try:
        support = backend.supports(request)
        if not support.possible:
            return [*faults, f"it does not support the request: {support.because}"]
        first = backend.measure(request, _silent)
        second = backend.measure(request, _silent)
    except BackendError as fault:
        return [*faults, f"it could not measure what it supports: {fault}"]
    except Exception as fault:  # noqa: BLE001  a backend under test may raise anything
        return [*faults, f"it raised {type(fault).__name__}, which is no BackendError: {fault}"]
    faults += _measurement_faults(first)
    if first.document() != second.document():
        faults.append("two runs on the same request differ")
    return faults


def _measurement_faults(measurements: Measurements) -> list[str]:
    pack = load_pack([builtin_layer()])
    faults = []
    try:
        measured_sheet(measurements, pack)
    except BackendError as fault:
        faults += [str(problem) for problem in fault.problems]
    faults += [
        f"{fact.name} is a measurement without an uncertainty"
        for fact in measurements.facts
        if isinstance(fact.value, Decimal) and fact.sd is None
    ]
    faults += [
        f"the doubt about {d.name} has no reason" for d in measurements.doubts if not d.because
    ]
    return faults


def _silent(_stage: str, _share: float) -> None:
    """Show no progress."""
