"""The measurement section by section, as a table for other programs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import DataFile

from cto_cds_ccta.figure.palette import class_map
from cto_cds_ccta.measure.bend import bends_along
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.line import PIECE_MM, STEP_MM
from cto_cds_ccta.measure.lumen import core_hu
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cto_cds_ccta.quantify import Analysis

NAME = "along.csv"
HOLDS = (
    f"One row for each section of the vessel, every {STEP_MM} mm from the beginning of the line. "
    "Plaque and calcium stand between the caps only, and nowhere while they need review."
)


def along_file(analysis: Analysis) -> DataFile:
    """Return position, wall, brightness, bend, plaque and calcium of every section as CSV."""
    found = analysis.found
    line, vessel = found.vessel.line, found.vessel
    doubted = {doubt.name for doubt in analysis.doubts}
    at = line.arc_mm
    ends = [(each.proximal.at_mm, each.distal.at_mm) for each in found.lesions]
    between = np.any([(at >= first) & (at <= last) for first, last in ends], axis=0)
    open_part = np.where(at < ends[0][0], "before", np.where(at > ends[-1][1], "behind", "between"))
    part = np.where(between, "occlusion", open_part)
    inner = (at >= PIECE_MM) & (at <= at[-1] - PIECE_MM)
    bend = np.zeros(len(at))
    bend[inner] = bends_along(line, 0.0, float(at[-1]))
    placed = "occlusion_length" not in doubted
    columns: dict[str, Iterable[str]] = {
        "at_mm": _told(at, 2),
        **{
            f"{axis}_lps_mm": _told(values, 3)
            for axis, values in zip("xyz", line.points_lps_mm.T, strict=True)
        },
        "part": part.tolist() if placed else [""] * len(at),
        "outer_area_mm2": _told(vessel.inside().sum(axis=(1, 2)) * PIXEL_MM**2, 2),
        "core_hu": _told(core_hu(vessel), 0),
        "bend_deg": _told(bend, 1, inner & ("max_bend" not in doubted)),
    }
    classes = class_map(vessel)
    for number, name in enumerate(CLASSES):
        area = (classes == number).sum(axis=(1, 2)) * PIXEL_MM**2
        columns[f"{name}_mm2"] = _told(area, 2, between & (f"{name}_pav" not in doubted))
    chalk = found.calcium
    for name, values, digits in (
        ("calcium_area_fraction", chalk.area_percent, 1),
        ("calcium_arc", chalk.arc_deg, 1),
    ):
        unit = "percent" if name.endswith("fraction") else "deg"
        along = np.interp(at, chalk.arc_mm, values)
        looked = (at > chalk.arc_mm[0] - STEP_MM / 2) & (at < chalk.arc_mm[-1] + STEP_MM / 2)
        columns[f"{name}_{unit}"] = _told(along, digits, between & looked & (name not in doubted))
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*columns.values(), strict=True))
    return DataFile(NAME, "text/csv", stream.getvalue().encode(), HOLDS)


def _told(
    values: NDArray[np.float64], digits: int, where: NDArray[np.bool_] | None = None
) -> list[str]:
    """Return numbers as text; nothing where they do not belong, or are in doubt."""
    shown = np.full(len(values), fill_value=True) if where is None else where
    return [f"{v:.{digits}f}" if s else "" for v, s in zip(values.tolist(), shown, strict=True)]
