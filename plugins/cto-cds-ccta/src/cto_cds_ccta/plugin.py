"""The hooks of this plugin. Importing it is quick: the heavy modules come with the first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.hookspecs import hookimpl

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.practice import PRACTICE, Battery, PhantomStudy

if TYPE_CHECKING:
    from cto_cds.hookspecs import Backend


@hookimpl
def cto_cds_backends() -> list[Backend]:
    """Offer the measurement along a line."""
    return [CctaBackend()]


@hookimpl
def cto_cds_practice_studies() -> list[PhantomStudy]:
    """Offer synthetic studies with known truth."""
    return list(PRACTICE)


@hookimpl
def cto_cds_phantom_sources() -> list[Battery]:
    """Offer a synthetic study for any seed."""
    return [Battery()]
