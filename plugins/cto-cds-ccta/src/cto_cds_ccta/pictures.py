"""The pictures of an analysis. Drawing takes longer than measuring, so it stands apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds_ccta.figure.page import vessel_figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.facts.measured import Figure

    from cto_cds_ccta.quantify import Analysis


def pictures_of(analysis: Analysis, progress: Callable[[str, float], None]) -> tuple[Figure, ...]:
    """Draw an analysis."""
    progress("draw the figure", 0.85)
    doubted = {doubt.name for doubt in analysis.doubts}
    figures = vessel_figures(analysis.found, analysis.sd, doubted)
    progress("done", 1.0)
    return figures
