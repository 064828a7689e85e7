"""A line along the vessel, from whichever file another program or a person wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.centreline import FEWEST_POINTS, read_centreline
from cto_cds.dicom.coordinates import Coordinates, agreed
from cto_cds.dicom.guard import plain
from cto_cds.dicom.slicer import read_markup
from cto_cds.dicom.textfile import FARTHEST_MM, read_text
from cto_cds.dicom.vtp import VtpLine
from cto_cds.dicom.wording import listed
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cto_cds.dicom.volume import Volume

_CURVES = ("Curve", "Fiducial", "Line")


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line as its file has it.

    Attributes:
        points_mm: Shape (n, 3), in ``coordinates``, proximal end first.
        coordinates: What they are.
        outer_radius_mm: Shape (n,), or None when the outer wall was not drawn.
        notes: What was left out, one sentence each.
        assumed_in: The file that does not say what its coordinates are, so that those of its
            format were taken; empty where they are known.
    """

    points_mm: NDArray[np.float64]
    coordinates: Coordinates
    outer_radius_mm: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()
    assumed_in: str = ""

    def points_lps_mm(self, volume: Volume) -> NDArray[np.float64]:
        """Return the points in patient coordinates.

        Raises:
            StudyError: Their coordinates were assumed, and by that they lie outside the volume.
        """
        points = to_lps_mm(self.points_mm, self.coordinates, volume)
        outside = _outside(points, volume) if self.assumed_in else np.zeros(1, dtype=np.bool_)
        if outside.any():
            raise StudyError(self._elsewhere(outside, volume))
        return points

    def _elsewhere(self, outside: NDArray[np.bool_], volume: Volume) -> Problem:
        """Say what was assumed of the coordinates, and which others would fit."""
        x, y, z = self.points_mm[int(np.argmax(outside))]
        found = (
            f"does not say what its coordinates are, so they were taken as millimetres from the "
            f"first voxel, as in CAT08; by that {int(outside.sum())} of {len(outside)} points lie "
            f"outside the volume, the first written as ({x:.1f}, {y:.1f}, {z:.1f})"
        )
        fitting: list[Coordinates] = [
            other
            for other in ("LPS", "RAS")
            if not _outside(to_lps_mm(self.points_mm, other, volume), volume).any()
        ]
        options = " or ".join(f"--coordinates {other}" for other in fitting or ("LPS", "RAS"))
        lie = "with which they lie in it" if fitting else "if they are patient coordinates"
        return Problem(Place(self.assumed_in), found, f"Say {options}, {lie}.")


def to_lps_mm(
    points: NDArray[np.float64], coordinates: Coordinates, volume: Volume
) -> NDArray[np.float64]:
    """Return points in LPS mm.

    Args:
        points: Shape (n, 3), in millimetres.
        coordinates: What they are.
        volume: The image they belong to.
    """
    if coordinates == "LPS":
        return points
    if coordinates == "RAS":
        return np.asarray(points * np.array([-1.0, -1.0, 1.0]), dtype=np.float64)
    index = points[:, ::-1] / np.array(volume.spacing_mm)
    affine = volume.affine_lps_mm
    return np.asarray(index @ affine[:3, :3].T + affine[:3, 3], dtype=np.float64)


def _outside(points_lps_mm: NDArray[np.float64], volume: Volume) -> NDArray[np.bool_]:
    """Return which points lie outside the voxels of a volume."""
    index = volume.index_of(points_lps_mm)
    last = np.array(volume.hu.shape) - 0.5
    return np.asarray(((index < -0.5) | (index > last)).any(axis=1), dtype=np.bool_)


def read_line(path: Path, asked: Coordinates | None = None) -> GivenLine:
    """Read a line from CSV, VTP, Slicer markups or the reference format of CAT08.

    Args:
        path: The file; its ending tells what it is.
        asked: Its coordinates, where the file does not say them.

    Raises:
        StudyError: It is not a line; every mistake is in it.
    """
    name = path.name.lower()
    if name.endswith(".vtp"):
        line = _of_vtp(path, asked)
    elif name.endswith(".json"):
        line = _of_markup(path, asked)
    elif name.endswith(".txt"):
        line = _of_cat08(path, asked)
    else:
        points, radii = read_centreline(path)
        line = GivenLine(points, agreed("LPS", asked, str(path)), radii)
    _check(line, str(path))
    return line


def _of_vtp(path: Path, asked: Coordinates | None) -> GivenLine:
    found = VtpLine(path)
    coordinates = agreed(found.coordinates, asked, str(path))
    notes = []
    if found.others:
        notes.append(
            f"Left out of {path.name}: {listed(found.others)}; only an array outer_radius_mm is "
            "taken for the outer wall."
        )
    return GivenLine(found.points_mm, coordinates, found.outer_radius_mm, tuple(notes))


def _of_markup(path: Path, asked: Coordinates | None) -> GivenLine:
    markup = read_markup(path)
    if markup.kind not in _CURVES:
        found = f"is a markup of type {markup.kind or 'unknown'}"
        raise StudyError(Problem(Place(str(path)), found, "Save an open curve along the vessel."))
    return GivenLine(markup.points_mm, agreed(markup.coordinates, asked, str(path)))


def _of_cat08(path: Path, asked: Coordinates | None) -> GivenLine:
    """Read ``x y z``, and radius and observer, which are those of the lumen, in each row."""
    source, points, problems = str(path), [], []
    mend = "Write x y z in millimetres, divided by spaces, one point in each line."
    for number, text in enumerate(read_text(path).splitlines(), 1):
        cells = text.split()
        if not cells:
            continue
        try:
            row = [float(cell) for cell in cells]
        except ValueError:
            row = []
        if not 3 <= len(row) <= 5:
            place = Place(source, number, 1)
            problems.append(Problem(place, f"'{plain(text, 40)}' is not a point", mend))
        points.append(row[:3])
    if problems:
        raise StudyError.of(problems)
    taken = (
        f"The coordinates of {path.name} are taken as those of the CAT08 reference format, "
        "millimetres from the first voxel; --coordinates says otherwise."
    )
    return GivenLine(
        np.array(points, dtype=np.float64).reshape(-1, 3),
        asked or "image",
        notes=() if asked else (taken,),
        assumed_in="" if asked else source,
    )


def _check(line: GivenLine, source: str) -> None:
    place = Place(source)
    if len(line.points_mm) < FEWEST_POINTS:
        found = f"has {len(line.points_mm)} points; a line needs at least {FEWEST_POINTS}"
        raise StudyError(Problem(place, found, "Give points from the proximal to the distal end."))
    if not (np.abs(line.points_mm) <= FARTHEST_MM).all():
        raise StudyError(Problem(place, "a coordinate is not a finite number", "Correct it."))
    same = np.flatnonzero(np.all(np.diff(line.points_mm, axis=0) == 0.0, axis=1))
    if same.size:
        found = f"point {int(same[0]) + 2} is the same as the one before it"
        raise StudyError(Problem(place, found, "Remove one of the two."))
