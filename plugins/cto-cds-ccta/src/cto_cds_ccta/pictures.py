"""The pictures of an analysis. Drawing takes as long as measuring, so it stands apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib import style

from cto_cds_ccta.figure.curved import curved_figure
from cto_cds_ccta.figure.overview import overview_figure
from cto_cds_ccta.figure.path import path_figure
from cto_cds_ccta.figure.quality import quality_figure
from cto_cds_ccta.figure.scene import scene_of
from cto_cds_ccta.figure.sections import sections_figure
from cto_cds_ccta.figure.unrolled import unrolled_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.facts.measured import Figure

    from cto_cds_ccta.figure.views import CurvedView
    from cto_cds_ccta.quantify import Analysis


def pictures_of(
    analysis: Analysis,
    views: tuple[CurvedView, CurvedView],
    progress: Callable[[str, float], None],
) -> tuple[Figure, ...]:
    """Draw an analysis; the first picture is the one that is printed.

    Args:
        analysis: What was measured and judged.
        views: The image along the vessel, taken from the volume.
        progress: Called with the stage and the share done.
    """
    progress("draw the pictures", 0.85)
    scene = scene_of(analysis)
    with style.context("default"):  # whatever the user's own settings are
        figures = (
            overview_figure(scene),
            curved_figure(scene, views),
            sections_figure(scene),
            unrolled_figure(scene),
            path_figure(scene),
            quality_figure(scene),
        )
    progress("done", 1.0)
    return figures
