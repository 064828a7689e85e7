"""Markups of 3D Slicer (``.mrk.json``): points and curves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cto_cds.dicom.guard import plain
from cto_cds.dicom.textfile import FARTHEST_MM, read_text
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cto_cds.dicom.coordinates import Coordinates

ENDING = ".mrk.json"
_NOT_PLACED = {"undefined", "preview", "missing"}
_MILLIMETRES = {"mm", "millimeter", "millimetre"}
_AGAIN = "Save the markups again from Slicer as .mrk.json."


@dataclass(frozen=True, slots=True)
class Markup:
    """One node of markups.

    Attributes:
        kind: Such as ``Curve`` or ``Fiducial``.
        coordinates: What the file says of its coordinates; None when it says nothing.
        labels: One for each point.
        points_mm: Shape (n, 3), the points that were placed.
    """

    kind: str
    coordinates: Coordinates | None
    labels: tuple[str, ...]
    points_mm: NDArray[np.float64]


def read_markup(path: Path) -> Markup:
    """Read the only node of markups in a file.

    Raises:
        StudyError: It is no file of markups, holds several, or a point is not one.
    """
    source = str(path)
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        found = f"is not usable JSON: {plain(str(error))}"
        raise StudyError(Problem(Place(source), found, _AGAIN)) from error
    nodes = content.get("markups") if isinstance(content, dict) else None
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise StudyError(Problem(Place(source), "holds no markups", _AGAIN))
    if len(nodes) != 1:
        found = f"holds {len(nodes)} nodes of markups"
        raise StudyError(Problem(Place(source), found, "Save the one that marks this vessel."))
    return _markup(source, nodes[0])


def _markup(source: str, node: dict[str, Any]) -> Markup:
    units = str(_plain_unit(node.get("coordinateUnits", "mm")))
    if units not in _MILLIMETRES:
        found = f"its coordinates are in {plain(units, 40)}"
        raise StudyError(Problem(Place(source, key="coordinateUnits"), found, "Save it in mm."))
    controls = node.get("controlPoints")
    if not isinstance(controls, list):
        raise StudyError(Problem(Place(source, key="controlPoints"), "is missing", _AGAIN))
    labels, points, problems = [], [], []
    for number, control in enumerate(controls):
        if isinstance(control, dict) and control.get("positionStatus") in _NOT_PLACED:
            continue
        position = control.get("position") if isinstance(control, dict) else None
        if isinstance(position, list) and _is_point(position):
            labels.append(plain(str(control.get("label", "")), 40))
            points.append([float(value) for value in position])
        else:
            place = Place(source, key=f"controlPoints[{number}]")
            problems.append(Problem(place, "is not three finite numbers", _AGAIN))
    if problems:
        raise StudyError.of(problems)
    return Markup(
        kind=plain(str(node.get("type", "")), 40),
        coordinates=_coordinates(source, node.get("coordinateSystem")),
        labels=tuple(labels),
        points_mm=np.array(points, dtype=np.float64).reshape(-1, 3),
    )


def _plain_unit(said: object) -> object:
    """Return the unit; newer files write a code with its meaning in brackets."""
    return said[0] if isinstance(said, list) and said else said


def _is_point(position: list[Any]) -> bool:
    return len(position) == 3 and all(
        type(value) in (int, float) and abs(value) <= FARTHEST_MM for value in position
    )


def _coordinates(source: str, said: object) -> Coordinates | None:
    if said is None:
        return None
    if said in {"LPS", "1"}:
        return "LPS"
    if said in {"RAS", "0"}:
        return "RAS"
    found = f"'{plain(str(said), 40)}' is not known"
    raise StudyError(Problem(Place(source, key="coordinateSystem"), found, "Save it as LPS."))
