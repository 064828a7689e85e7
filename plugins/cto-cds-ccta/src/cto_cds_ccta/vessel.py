"""From what a person marked to a straightened vessel: seeds, a bare line, or a line with a wall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem

from cto_cds_ccta.imports.wall import walled_line
from cto_cds_ccta.measure.checks import check_course, check_inside, checked_line, checked_points
from cto_cds_ccta.measure.line import vessel_line
from cto_cds_ccta.measure.occlusion import NOWHERE, Places
from cto_cds_ccta.measure.quality import ScanFlaws, scan_flaws
from cto_cds_ccta.measure.straight import StraightVessel, straighten
from cto_cds_ccta.needs import NO_LINE
from cto_cds_ccta.references import reference_places
from cto_cds_ccta.scancheck import check_field, check_scan
from cto_cds_ccta.trace.confidence import confidence_of
from cto_cds_ccta.trace.find import Traced, find_way, trace_vessel
from cto_cds_ccta.trace.seedcheck import check_seeds, check_way

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds.dicom.volume import SeriesInfo, Volume
    from cto_cds.hookspecs import Centreline, Request, Seeds
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ScanGrid:
    """The grid of the scan.

    Attributes:
        affine_lps_mm: From (slice, row, column, 1) to LPS millimetres, shape (4, 4).
        shape: Slices, rows and columns.
    """

    affine_lps_mm: NDArray[np.float64]
    shape: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class MarkedVessel:
    """A vessel ready to be measured, and where its line and wall come from.

    Attributes:
        vessel: The straightened vessel.
        info: The series it comes from.
        flaws: What was found wrong with the scan.
        source: What the line comes from, for messages.
        drawn: Whether line and outer wall were given, not found.
        seen_share: Share of a found wall that is seen against fat.
        worst_cost_per_mm: Cost of the worst 5 mm of the way between seeds; None for a given line.
        reasons: What speaks against the way that was found.
        given: Where a person wants the references, as positions on the line.
        grid: The grid of the scan, for what is drawn back into it.
        line_confirmed: Whether a person looked at the line and found it right.
        name: What a person calls it, for the heads of pictures.
    """

    vessel: StraightVessel
    info: SeriesInfo
    flaws: ScanFlaws
    source: str
    drawn: bool = False
    seen_share: float = 1.0
    worst_cost_per_mm: float | None = None
    reasons: tuple[str, ...] = ()
    given: Places = NOWHERE
    grid: ScanGrid | None = None
    line_confirmed: bool = False
    name: str = ""


def marked_vessel(request: Request, progress: Callable[[str, float], None]) -> MarkedVessel:
    """Return the straightened vessel of a request.

    A line with outer radii is taken as it is. A line without radii is moved into the middle of
    the vessel. Without a line the vessel is looked for between the seeds. With a mask, line and
    wall are those of the mask. Reference points are those of the seeds, whatever gave the line.

    Raises:
        BackendError: What was marked cannot be used; says why.
    """
    check_scan(request.volume)
    marked = _vessel(request, progress)
    slices, rows, columns = request.volume.hu.shape
    return replace(
        marked,
        given=reference_places(request.seeds, marked.vessel.line),
        grid=ScanGrid(request.volume.affine_lps_mm, (slices, rows, columns)),
        name=" ".join(request.name.split()),
    )


def _vessel(request: Request, progress: Callable[[str, float], None]) -> MarkedVessel:
    if request.mask is not None:
        progress("read the mask", 0.0)
        return _given(request.volume, walled_line(request, request.mask), progress)
    if request.centreline is not None and request.centreline.outer_radius_mm is not None:
        return _given(request.volume, request.centreline, progress)
    if request.centreline is not None:
        return _along(request.volume, request.centreline, progress)
    if request.seeds is None:
        raise BackendError(Problem(Place("request"), "there are neither seeds nor a line", NO_LINE))
    return _between(request.volume, request.seeds, progress)


def _given(
    volume: Volume, centreline: Centreline, progress: Callable[[str, float], None]
) -> MarkedVessel:
    source = centreline.source or "centreline"
    points, radius = checked_line(centreline)
    check_inside(volume, points, source)
    progress("straighten the vessel", 0.3)
    line = vessel_line(points, radius)
    check_course(line, source)
    vessel = straighten(volume, line)
    check_field(volume, vessel, source)
    return MarkedVessel(vessel, volume.info, scan_flaws(volume, line), source, drawn=True)


def _along(
    volume: Volume, centreline: Centreline, progress: Callable[[str, float], None]
) -> MarkedVessel:
    source = centreline.source or "centreline"
    points = checked_points(centreline)
    check_inside(volume, points, source)
    progress("find the wall", 0.2)
    traced = trace_vessel(volume, points)
    progress("straighten the vessel", 0.3)
    return _straightened(volume, traced, source)


def _between(volume: Volume, seeds: Seeds, progress: Callable[[str, float], None]) -> MarkedVessel:
    points = np.array([seeds.proximal_lps_mm, *seeds.waypoints_lps_mm, seeds.distal_lps_mm])
    between = [f"waypoints[{i}]" for i in range(len(seeds.waypoints_lps_mm))]
    check_seeds(volume, ["proximal", *between, "distal"], points)
    progress("find the vessel", 0.0)
    way = find_way(volume, points)
    check_way(way.points_lps_mm, points)
    progress("find the wall", 0.2)
    traced = trace_vessel(volume, way.points_lps_mm)
    progress("straighten the vessel", 0.3)
    sure = confidence_of(way, traced)
    marked = _straightened(volume, traced, "seeds")
    return replace(marked, worst_cost_per_mm=sure.worst_cost_per_mm, reasons=sure.reasons)


def _straightened(volume: Volume, traced: Traced, source: str) -> MarkedVessel:
    vessel = straighten(volume, traced.line, traced.wall_mm)
    check_field(volume, vessel, source)
    return MarkedVessel(
        vessel=vessel,
        info=volume.info,
        flaws=scan_flaws(volume, traced.line),
        source=source,
        seen_share=float(traced.border.seen.mean()),
    )
