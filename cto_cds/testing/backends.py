"""A quantification backend, held to its contract."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cto_cds.assess import measured_sheet
from cto_cds.errors import BackendError
from cto_cds.rulefile.builtin import builtin_layer
from cto_cds.rulefile.load import load_pack
from cto_cds.testing.kept import kept

if TYPE_CHECKING:
    from cto_cds.facts.measured import Measurements
    from cto_cds.hookspecs import Backend, Request


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
    pack = load_pack([builtin_layer()], cache=kept())
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
