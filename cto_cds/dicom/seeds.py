"""Seed points as JSON, or as markups of Slicer."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, NamedTuple

from cto_cds.dicom.coordinates import agreed
from cto_cds.dicom.guard import plain
from cto_cds.dicom.slicer import ENDING, read_markup
from cto_cds.dicom.textfile import FARTHEST_MM, read_text
from cto_cds.dicom.wording import count
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cto_cds.dicom.coordinates import Coordinates
    from cto_cds.facts.measured import PointLpsMm

_AXES = 3
_COORDINATES = "LPS mm"
_SEEDS_MEND = (
    f'Write {{"coordinates": "{_COORDINATES}", "proximal": [x, y, z], "distal": [x, y, z], '
    '"waypoints": [[x, y, z]], "proximal_reference": [x, y, z], "distal_reference": [x, y, z]}; '
    "waypoints and references may be left out."
)
_ENDS = ("proximal", "distal")
_REFERENCES = ("proximal_reference", "distal_reference")


class SeedPoints(NamedTuple):
    """The points that mark a vessel, all in LPS mm.

    Attributes:
        proximal: In the open vessel before the occlusion.
        distal: In the open vessel behind it.
        waypoints: Between the two, in this order.
        proximal_reference: Where the proximal diameter is measured; None where the backend chooses.
        distal_reference: Where the distal diameter is measured; None where the backend chooses.
    """

    proximal: PointLpsMm
    distal: PointLpsMm
    waypoints: tuple[PointLpsMm, ...] = ()
    proximal_reference: PointLpsMm | None = None
    distal_reference: PointLpsMm | None = None


def read_seeds(path: Path, asked: Coordinates | None = None) -> SeedPoints:
    """Read the seed points of a vessel from JSON.

    Args:
        path: A JSON file with ``coordinates`` "LPS mm", ``proximal``, ``distal`` and, if any,
            ``waypoints`` from proximal to distal, ``proximal_reference`` and
            ``distal_reference``; or markups of Slicer (``.mrk.json``), the points in this order,
            or two of them labelled ``proximal`` and ``distal``; references by their labels.
        asked: LPS or RAS, for markups that do not say it.

    Raises:
        StudyError: With every mistake.
    """
    source = str(path)
    if path.name.lower().endswith(ENDING):
        return _of_markup(path, asked)
    agreed("LPS", asked, source)
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
    references = [
        _point(source, key, content[key], problems) if key in content else None
        for key in _REFERENCES
    ]
    if problems:
        raise StudyError.of(problems)
    return SeedPoints(proximal, distal, between, *references)


def _of_markup(path: Path, asked: Coordinates | None) -> SeedPoints:
    markup = read_markup(path)
    place = Place(str(path))
    mend = (
        "Place one point on each side of the occlusion, the proximal one first, or label them "
        "proximal and distal."
    )
    if agreed(markup.coordinates, asked, str(path)) == "image":
        raise StudyError(Problem(place, "seeds are given in LPS or RAS", mend))
    ras = (markup.coordinates or asked) == "RAS"
    points = [((-x, -y, z) if ras else (x, y, z)) for x, y, z in markup.points_mm.tolist()]
    names = ["_".join(re.split(r"[\s_-]+", label.strip().lower())) for label in markup.labels]
    references = {name: [k for k, each in enumerate(names) if each == name] for name in _REFERENCES}
    for name, found_at in references.items():
        if len(found_at) > 1:
            problem = Problem(place, f"labels {len(found_at)} points {name}", "Label one.")
            raise StudyError(problem)
    way = [k for k in range(len(points)) if names[k] not in _REFERENCES]
    if len(way) < 2:
        held = count(len(way), "point")
        found = f"holds {held}" if len(way) == len(points) else f"holds {held} beside references"
        raise StudyError(Problem(place, found, mend))
    ends = [[k for k in way if names[k] == end] for end in _ENDS]
    if any(ends):
        if [len(found_at) for found_at in ends] != [1, 1]:
            found = "does not label one point proximal and one distal"
            raise StudyError(Problem(place, found, mend))
        first, last = ends[0][0], ends[1][0]
    else:
        first, last = way[0], way[-1]
    between = tuple(points[k] for k in way if k not in {first, last})
    if points[first] == points[last]:
        raise StudyError(Problem(place, "its proximal and distal points are the same", mend))
    at = [points[k[0]] if k else None for k in references.values()]
    return SeedPoints(points[first], points[last], between, *at)


def _key_problems(source: str, content: dict[str, object]) -> Iterator[Problem]:
    allowed = ("coordinates", *_ENDS, "waypoints", *_REFERENCES)
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
