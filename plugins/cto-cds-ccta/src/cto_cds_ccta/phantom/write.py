"""A phantom as files: a DICOM series, the line as CSV, the truth as JSON."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from cto_cds.hookspecs import PracticeFiles

from cto_cds_ccta.phantom.dicom import write_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cto_cds_ccta.phantom.study import Phantom


def write_phantom(
    phantom: Phantom, folder: Path, progress: Callable[[str, float], None]
) -> PracticeFiles:
    """Write ``dicom/``, ``centreline.csv`` and ``truth.json`` into a folder.

    The same phantom gives the same bytes.

    Raises:
        OSError: The folder cannot be written.
    """
    files = PracticeFiles(
        dicom=folder / "dicom",
        centreline=folder / "centreline.csv",
        truth=folder / "truth.json",
    )
    files.dicom.mkdir(parents=True, exist_ok=True)
    write_series(phantom.image, phantom.design, files.dicom, progress)
    with files.centreline.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(("x_lps_mm", "y_lps_mm", "z_lps_mm", "outer_radius_mm"))
        for point, radius in zip(phantom.line_lps_mm, phantom.outer_radius_mm, strict=True):
            table.writerow(f"{value:.3f}" for value in (*point, radius))
    text = json.dumps(phantom.truth, indent=1) + "\n"
    files.truth.write_text(text, encoding="utf-8")
    return files
