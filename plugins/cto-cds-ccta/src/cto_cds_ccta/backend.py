"""The backend that cto_cds calls. Heavy modules come with the first measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.errors import BackendError, Place, Problem
from cto_cds.hookspecs import Support

from cto_cds_ccta import __version__
from cto_cds_ccta.needs import NO_LINE, NO_RADII

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.facts.measured import Measurements
    from cto_cds.hookspecs import Request


@dataclass(frozen=True, slots=True)
class CctaBackend:
    """Measures one occlusion along a given line with outer radii.

    Attributes:
        name: Appears in every fact.
        version: Of the measuring code.
    """

    name: str = "cto-cds-ccta"
    version: str = __version__

    def supports(self, request: Request) -> Support:
        """Say whether there is a line with radii; the image itself is judged in ``measure``."""
        if request.centreline is None:
            lack = "Seed points are not enough" if request.seeds else "There is no centreline"
            return Support(possible=False, because=f"{lack}; {NO_LINE}.")
        if request.centreline.outer_radius_mm is None:
            return Support(possible=False, because=f"The line has no outer radii; {NO_RADII}.")
        return Support(possible=True)

    def measure(self, request: Request, progress: Callable[[str, float], None]) -> Measurements:
        """Measure the occlusion and draw it.

        Args:
            request: A volume and a line with outer radii.
            progress: Called with the stage and the share done.

        Raises:
            BackendError: There is no line, or the study cannot be measured with it.
        """
        from cto_cds_ccta.quantify import quantify

        if request.centreline is None:
            raise BackendError(Problem(Place("request"), "there is no centreline", NO_LINE))
        source = f"{self.name} {self.version}"
        return quantify(request.volume, request.centreline, source, progress)
