"""A phantom as files: a DICOM series, the line as CSV, the seed points and the truth as JSON."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from cto_cds.hookspecs import PracticeFiles

from cto_cds_ccta.phantom.dicom import write_series
from cto_cds_ccta.phantom.expected import expected_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cto_cds_ccta.phantom.study import Phantom

LINE_COLUMNS = ("x_lps_mm", "y_lps_mm", "z_lps_mm", "outer_radius_mm")
PROFILE_COLUMNS = ("position_mm", "lumen_radius_mm", "outer_radius_mm")


def write_phantom(
    phantom: Phantom, folder: Path, progress: Callable[[str, float], None]
) -> PracticeFiles:
    """Write ``dicom/``, ``centreline.csv``, ``profile.csv``, ``seeds.json`` and ``truth.json``.

    The same phantom gives the same bytes.

    Raises:
        OSError: The folder cannot be written.
    """
    files = PracticeFiles(
        dicom=folder / "dicom",
        centreline=folder / "centreline.csv",
        truth=folder / "truth.json",
        seeds=folder / "seeds.json",
    )
    files.dicom.mkdir(parents=True, exist_ok=True)
    write_series(phantom.image, phantom.design, files.dicom, progress)
    line = (*phantom.line_lps_mm.T, phantom.outer_radius_mm)
    _write_table(files.centreline, LINE_COLUMNS, line)
    profile = (phantom.at_mm, phantom.lumen_radius_mm, phantom.outer_radius_mm)
    _write_table(folder / "profile.csv", PROFILE_COLUMNS, profile)
    seeds = {
        "coordinates": "LPS mm",
        "proximal": phantom.seeds.proximal_lps_mm,
        "distal": phantom.seeds.distal_lps_mm,
        "waypoints": phantom.seeds.waypoints_lps_mm,
    }
    _write_json(folder / "seeds.json", seeds)
    facts = [asdict(fact) for fact in expected_facts(phantom.truth)]
    _write_json(files.truth, {**phantom.truth, "facts": facts})
    return files


def _write_table(
    path: Path, columns: tuple[str, ...], values: tuple[NDArray[np.float64], ...]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(columns)
        for row in zip(*values, strict=True):
            table.writerow(f"{value:.3f}" for value in row)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
