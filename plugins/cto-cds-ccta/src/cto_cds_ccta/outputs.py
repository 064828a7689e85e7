"""The files of an analysis for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds_ccta.along import along_file
from cto_cds_ccta.segmentation import segmentation_file

if TYPE_CHECKING:
    from cto_cds.facts.measured import DataFile

    from cto_cds_ccta.quantify import Analysis


def files_of(analysis: Analysis, source: str) -> tuple[DataFile, ...]:
    """Return the measurement section by section, and its classes on the grid of the scan.

    Args:
        analysis: What was measured and judged.
        source: Name and version of the program.
    """
    classes = segmentation_file(analysis, source)
    return (along_file(analysis), *([] if classes is None else [classes]))
