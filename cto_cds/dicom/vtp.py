"""A line as VTP, the XML format of VTK for lines and surfaces (VMTK, Slicer, SimVascular)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, XMLParser

import numpy as np

from cto_cds.dicom.guard import UnreadableError, plain
from cto_cds.dicom.vtkarray import Arrays
from cto_cds.errors import Place, Problem, StudyError
from cto_cds.facts.opening import content_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cto_cds.dicom.coordinates import Coordinates

LARGEST_BYTES = 64 << 20
RADIUS = "outer_radius_mm"
_APPENDED = b"<AppendedData"
_AGAIN = "Save the line again as VTP, uncompressed or with zlib."
_ONE = "Export the one line through the occlusion alone, proximal end first."


class VtpLine:
    """What a VTP file holds.

    Attributes:
        points_mm: Shape (n, 3), as they stand there.
        outer_radius_mm: Shape (n,), or None.
        coordinates: What the file says of its coordinates; None when it says nothing.
        others: Names of the other arrays of numbers along the line.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            StudyError: It holds no line, several, or is damaged.
        """
        self._source = str(path)
        try:
            self._read(path)
        except (UnreadableError, ParseError, OSError, ValueError) as error:
            found = f"cannot be read as VTP: {plain(str(error))}"
            raise StudyError(Problem(Place(self._source), found, _AGAIN)) from error

    def _read(self, path: Path) -> None:
        root, arrays = _parsed(path)
        pieces = root.findall("PolyData/Piece")
        if len(pieces) != 1:
            raise UnreadableError(f"it has {len(pieces)} pieces of PolyData, not one")
        points = _array(arrays, pieces[0].find("Points"), "Points").reshape(-1, 3)
        order = self._one_line(arrays, pieces[0], len(points))
        self.points_mm = points[order].astype(np.float64)
        self.coordinates = _space(arrays, root)
        along = {
            element.get("Name", ""): element
            for element in pieces[0].findall("PointData/DataArray")
            if element.get("NumberOfComponents", "1") == "1"
        }
        self.others = tuple(sorted(name for name in along if name not in {RADIUS, ""}))
        self.outer_radius_mm: NDArray[np.float64] | None = None
        if RADIUS in along:
            radii = arrays.numbers(along[RADIUS])
            if len(radii) != len(points):
                raise UnreadableError(f"{len(points)} points have {len(radii)} radii")
            self.outer_radius_mm = radii[order].astype(np.float64)

    def _one_line(self, arrays: Arrays, piece: Element, count: int) -> NDArray[np.int64]:
        """Return the points of the one line, in its order."""
        lines = piece.find("Lines")
        ids = _array(arrays, lines, "connectivity").astype(np.int64)
        ends = _array(arrays, lines, "offsets").astype(np.int64)
        if ids.size and not 0 <= int(ids.min()) <= int(ids.max()) < count:
            raise UnreadableError("a line goes through a point that is not there")
        if np.any(np.diff(ends) <= 0) or (ends.size and int(ends[-1]) != ids.size):
            raise UnreadableError("its lines do not fit to their points")
        found = _joined([part for part in np.split(ids, ends[:-1]) if part.size > 1])
        if len(found) == 1:
            return found[0]
        what = "no line" if not found else f"{len(found)} lines"
        raise StudyError(Problem(Place(self._source), f"holds {what}", _ONE))


def _joined(parts: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Return lines, with pieces that follow each other joined."""
    lines: list[list[NDArray[np.int64]]] = []
    for part in parts:
        if lines and lines[-1][-1][-1] == part[0]:
            lines[-1].append(part[1:])
        else:
            lines.append([part])
    return [np.concatenate(line) for line in lines]


def _parsed(path: Path) -> tuple[Element, Arrays]:
    """Return the XML, and a reader of its arrays."""
    if path.stat().st_size > LARGEST_BYTES:
        raise UnreadableError(f"it is larger than {LARGEST_BYTES >> 20} MiB")
    content = content_of(path)
    appended = b""
    start = content.find(_APPENDED)
    if start >= 0:  # what is appended may be raw bytes, which are no XML
        mark = content.find(b"_", content.find(b">", start))
        end = content.rfind(b"</AppendedData>")
        if mark < 0 or end < mark:
            raise UnreadableError("its appended data is cut off")
        appended = content[mark + 1 : end]
        content = content[: mark + 1] + content[end:]
    text = content.decode("utf-8")
    if "\0" in text:  # UTF-16, in which the next check would see nothing
        raise UnreadableError("it is not UTF-8 text")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableError("it declares entities, as no VTP file does")
    parser = XMLParser()  # noqa: S314 - entities, which could do harm, were refused above
    parser.feed(text)
    root: Element = parser.close()
    if root.tag != "VTKFile" or root.get("type") != "PolyData":
        raise UnreadableError("it is not a VTK file of type PolyData")
    block = root.find("AppendedData")
    encoding = "" if block is None else block.get("encoding", "")
    return root, Arrays(root.attrib, appended, raw=encoding == "raw")


def _array(arrays: Arrays, parent: Element | None, name: str) -> NDArray[np.generic]:
    elements = [] if parent is None else parent.findall("DataArray")
    for element in elements:
        if element.get("Name") == name or len(elements) == 1:
            return arrays.numbers(element)
    raise UnreadableError(f"it has no array of {name}")


def _space(arrays: Arrays, root: Element) -> Coordinates | None:
    """Return the coordinates that Slicer writes into the field data."""
    for element in root.findall("PolyData/FieldData/Array"):
        if element.get("Name") == "SPACE":
            said = arrays.text(element)
            if said == "LPS":
                return "LPS"
            if said == "RAS":
                return "RAS"
    return None
