"""The backend that cto_cds calls. Heavy modules come with the first measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.hookspecs import Review, Support

from cto_cds_ccta import __version__
from cto_cds_ccta.needs import NO_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        from cto_cds_ccta.figure.views import curved_views
        from cto_cds_ccta.outputs import files_of
        from cto_cds_ccta.pictures import pictures_of
        from cto_cds_ccta.quantify import analysed, told

        analysis = analysed(request, progress)
        views = curved_views(request.volume, analysis.marked.vessel.line)
        figures = pictures_of(analysis, views, progress)
        source = f"{self.name} {self.version}"
        return told(analysis, source, figures, files_of(analysis, source))

    def review(self, request: Request, progress: Callable[[str, float], None]) -> Review:
        """Measure, and hand back what a person may confirm or change.

        Args:
            request: A volume, and seeds or a line.
            progress: Called with the stage and the share done.

        Raises:
            BackendError: The study cannot be measured with what was marked.
        """
        from cto_cds_ccta.edits import document_of
        from cto_cds_ccta.figure.views import curved_views
        from cto_cds_ccta.outputs import files_of
        from cto_cds_ccta.pictures import pictures_of
        from cto_cds_ccta.quantify import analysed, told
        from cto_cds_ccta.state import written

        source = f"{self.name} {self.version}"
        analysis = analysed(request, progress)
        document = document_of(analysis.found, source)
        views = curved_views(request.volume, analysis.marked.vessel.line)
        figures = pictures_of(analysis, views, progress)
        measurements = told(analysis, source, figures, files_of(analysis, source))
        return Review(measurements, document, written(analysis.marked, views, document))

    def again(
        self,
        state: bytes,
        edits: Mapping[str, object],
        progress: Callable[[str, float], None],
        *,
        draw: bool = True,
    ) -> Measurements:
        """Measure a reviewed vessel again with what a person confirmed or changed.

        Args:
            state: What :meth:`review` handed back.
            edits: Its document after a person edited it.
            progress: Called with the stage and the share done.
            draw: Whether pictures and files are wanted; numbers alone are quicker.

        Raises:
            BackendError: An edit is impossible, or the state cannot be used.
        """
        from cto_cds_ccta.edits import edits_from
        from cto_cds_ccta.quantify import analysis_of, told
        from cto_cds_ccta.state import read

        marked, views, own = read(state)
        changes = edits_from(edits, own, float(marked.vessel.line.arc_mm[-1]))
        analysis = analysis_of(marked, progress, changes)
        source = f"{self.name} {self.version}"
        if not draw:
            return told(analysis, source)
        from cto_cds_ccta.outputs import files_of
        from cto_cds_ccta.pictures import pictures_of

        figures = pictures_of(analysis, views, progress)
        return told(analysis, source, figures, files_of(analysis, source))
