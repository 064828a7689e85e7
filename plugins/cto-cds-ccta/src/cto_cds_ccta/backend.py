"""The backend that cto_cds calls. Heavy modules come with the first measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.hookspecs import Support

from cto_cds_ccta import __version__
from cto_cds_ccta.needs import NO_LINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.facts.measured import Measurements
    from cto_cds.hookspecs import Request


@dataclass(frozen=True, slots=True)
class CctaBackend:
    """Measures one occlusion between two seeds, or along a line.

    Attributes:
        name: Appears in every fact.
        version: Of the measuring code.
    """

    name: str = "cto-cds-ccta"
    version: str = __version__

    def supports(self, request: Request) -> Support:
        """Say whether there are seeds or a line; the image itself is judged in ``measure``."""
        if request.centreline is None and request.seeds is None:
            return Support(
                possible=False, because=f"There are neither seeds nor a line; {NO_LINE}."
            )
        return Support(possible=True)

    def measure(self, request: Request, progress: Callable[[str, float], None]) -> Measurements:
        """Measure the occlusion and draw it.

        Args:
            request: A volume, and seeds or a line.
            progress: Called with the stage and the share done.

        Raises:
            BackendError: Nothing was marked, or the study cannot be measured with it.
        """
        from cto_cds_ccta.quantify import quantify

        return quantify(request, f"{self.name} {self.version}", progress)
