"""Seed points as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from cto_cds.dicom.guard import plain
from cto_cds.dicom.textfile import FARTHEST_MM, read_text
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cto_cds.facts.measured import PointLpsMm

_AXES = 3
_COORDINATES = "LPS mm"
_SEEDS_MEND = (
    f'Write {{"coordinates": "{_COORDINATES}", "proximal": [x, y, z], "distal": [x, y, z], '
    '"waypoints": [[x, y, z]]}; waypoints may be left out.'
)


def read_seeds(path: Path) -> tuple[PointLpsMm, PointLpsMm, tuple[PointLpsMm, ...]]:
    """Read the seed points of a vessel from JSON.

    Args:
        path: A JSON file with ``coordinates`` "LPS mm", ``proximal``, ``distal`` and, if any,
            ``waypoints`` from proximal to distal.

    Returns:
        The proximal point, the distal point and the points between, all in LPS mm.

    Raises:
        StudyError: With every mistake.
    """
    source = str(path)
    try:
        content = json.loads(read_text(path), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = Place(source, error.lineno, error.colno)
        raise StudyError(Problem(place, f"is not JSON: {error.msg}", _SEEDS_MEND)) from error
    except (RecursionError, ValueError) as error:
        found = f"is not usable JSON: {plain(str(error))}"
        raise StudyError(Problem(Place(source), found, _SEEDS_MEND)) from error
    if not isinstance(content, dict):
        raise StudyError(Problem(Place(source), "is not a JSON object", _SEEDS_MEND))
    problems = list(_key_problems(source, content))
    proximal = _point(source, "proximal", content.get("proximal"), problems)
    distal = _point(source, "distal", content.get("distal"), problems)
    listed = content.get("waypoints", [])
    if not isinstance(listed, list):
        place = Place(source, key="waypoints")
        problems.append(Problem(place, "is not a list of points", _SEEDS_MEND))
        listed = []
    between = tuple(
        _point(source, f"waypoints[{i}]", value, problems) for i, value in enumerate(listed)
    )
    if not problems and proximal == distal:
        problems.append(
            Problem(
                Place(source, key="distal"),
                "is the same point as proximal",
                "Place one point on each side of the occlusion.",
            )
        )
    if problems:
        raise StudyError.of(problems)
    return proximal, distal, between


def _key_problems(source: str, content: dict[str, object]) -> Iterator[Problem]:
    allowed = ("coordinates", "proximal", "distal", "waypoints")
    for key in content:
        if key not in allowed:
            place = Place(source, key=plain(key, 40))
            yield Problem(place, "is not a known key", f"Allowed are {', '.join(allowed)}.")
    if content.get("coordinates") != _COORDINATES:
        found = f"must be '{_COORDINATES}'"
        if "coordinates" in content:
            found = f"{plain(json.dumps(content['coordinates']), 40)} is not '{_COORDINATES}'"
        mend = "Convert the points to LPS (left, posterior, superior) millimetres and say so."
        yield Problem(Place(source, key="coordinates"), found, mend)


def _point(source: str, key: str, value: object, problems: list[Problem]) -> PointLpsMm:
    if value is None:
        problems.append(Problem(Place(source, key=key), "is missing", _SEEDS_MEND))
    elif (
        isinstance(value, list)
        and len(value) == _AXES
        and all(type(number) in (int, float) for number in value)
        and all(abs(number) <= FARTHEST_MM for number in value)
    ):
        x, y, z = (float(number) for number in value)
        return (x, y, z)
    else:
        found = f"{plain(json.dumps(value), 40)} is not three finite numbers"
        problems.append(Problem(Place(source, key=key), found, _SEEDS_MEND))
    return (math.nan, math.nan, math.nan)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key {plain(key, 40)} stands there twice")
    return dict(pairs)
