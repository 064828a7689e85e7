"""A centreline as CSV."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.guard import plain
from cto_cds.dicom.textfile import FARTHEST_MM, read_text
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_AXES = ("x_lps_mm", "y_lps_mm", "z_lps_mm")
_RADIUS = "outer_radius_mm"
FEWEST_POINTS = 3
_HEADER_MEND = f"The first line must be {','.join(_AXES)} and may end with ,{_RADIUS}"


def read_centreline(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Read a centreline from CSV, proximal end first.

    Args:
        path: A CSV file with the columns x_lps_mm, y_lps_mm, z_lps_mm and, if known,
            outer_radius_mm.

    Returns:
        Points in LPS mm, shape (n, 3), and outer radii in mm, shape (n,), or None.

    Raises:
        StudyError: With the line and column of every mistake.
    """
    source = str(path)
    reader = csv.reader(io.StringIO(read_text(path)), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise StudyError(
            Problem(Place(source, reader.line_num, 1), f"is not CSV: {error}", _HEADER_MEND)
        ) from error
    if not rows:
        raise StudyError(Problem(Place(source), "the file is empty", _HEADER_MEND))
    header = [name.strip() for name in rows[0][1]]
    if sorted(header) not in (sorted(_AXES), sorted((*_AXES, _RADIUS))):
        found = f"the header is {plain(','.join(header))}"
        raise StudyError(Problem(Place(source, rows[0][0], 1), found, _HEADER_MEND))
    problems: list[Problem] = []
    values = np.array([_row(source, line, row, header, problems) for line, row in rows[1:]])
    lines = [line for line, _ in rows[1:]]
    if not problems:
        problems += _line_problems(source, values.reshape(-1, len(header)), header, lines)
    if problems:
        raise StudyError.of(problems)
    points = np.ascontiguousarray(values[:, [header.index(axis) for axis in _AXES]])
    return points, values[:, header.index(_RADIUS)].copy() if _RADIUS in header else None


def _row(
    source: str, line: int, row: list[str], header: list[str], problems: list[Problem]
) -> list[float]:
    if len(row) != len(header):
        found = f"has {len(row)} values, the header has {len(header)}"
        mend = "Divide the values by commas, with a dot as decimal mark."
        problems.append(Problem(Place(source, line, 1), found, mend))
        return [0.0] * len(header)
    values = []
    for column, (cell, name) in enumerate(zip(row, header, strict=True), start=1):
        value = _number(cell)
        if not abs(value) <= FARTHEST_MM or (name == _RADIUS and value <= 0.0):
            allowed = "a number greater than 0" if name == _RADIUS else "a number"
            problems.append(
                Problem(
                    Place(source, line, column, name),
                    f"'{plain(cell, 40)}' is not {allowed}",
                    f"Give {allowed}, in millimetres, with a dot as decimal mark.",
                )
            )
        values.append(value)
    return values


def _number(cell: str) -> float:
    try:
        return math.nan if "_" in cell else float(cell)
    except ValueError:
        return math.nan


def _line_problems(
    source: str, values: NDArray[np.float64], header: list[str], lines: list[int]
) -> Iterator[Problem]:
    if len(values) < FEWEST_POINTS:
        found = f"has {len(values)} points; a centreline needs at least {FEWEST_POINTS}"
        yield Problem(Place(source), found, "Give points from the proximal to the distal end.")
    points = values[:, [header.index(axis) for axis in _AXES]]
    for index in np.flatnonzero(np.all(np.diff(points, axis=0) == 0.0, axis=1)):
        yield Problem(
            Place(source, lines[index + 1], 1),
            f"is the same point as line {lines[index]}",
            "Remove one of the two lines.",
        )
