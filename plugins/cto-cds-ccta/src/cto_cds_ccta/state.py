"""The straightened vessel on disk, so that a second run need not find it again."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast
from zipfile import BadZipFile

import numpy as np
from cto_cds.dicom.volume import Images, SeriesInfo
from cto_cds.errors import BackendError, Place, Problem

from cto_cds_ccta.figure.views import CurvedView
from cto_cds_ccta.measure.line import VesselLine
from cto_cds_ccta.measure.occlusion import Places
from cto_cds_ccta.measure.quality import ScanFlaws
from cto_cds_ccta.measure.straight import StraightVessel
from cto_cds_ccta.vessel import MarkedVessel, ScanGrid

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM = 5
_MEND = "Run the review again on the study, and leave the file beside it as it is."


def written(
    marked: MarkedVessel, views: tuple[CurvedView, CurvedView], document: Mapping[str, object]
) -> bytes:
    """Return a vessel, its curved views and the document that a person may edit as bytes."""
    line = {f"line_{f.name}": getattr(marked.vessel.line, f.name) for f in fields(VesselLine)}
    told = {
        "form": FORM,
        "document": dict(document),
        "info": asdict(marked.info),
        "flaws": asdict(marked.flaws),
        "source": marked.source,
        "name": marked.name,
        "drawn": marked.drawn,
        "seen_share": marked.seen_share,
        "reasons": marked.reasons,
        "worst_cost_per_mm": marked.worst_cost_per_mm,
        "references_mm": (marked.given.before_mm, marked.given.behind_mm),
        "shape": None if marked.grid is None else marked.grid.shape,
    }
    stream = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(value) for name, value in line.items()}
    arrays |= {
        "hu": marked.vessel.hu,
        "axis_mm": marked.vessel.axis_mm,
        "border_mm": np.asarray(marked.vessel.border_mm, dtype=np.float32),
        "told": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
    }
    if marked.grid is not None:
        arrays["affine"] = marked.grid.affine_lps_mm
    for number, view in enumerate(views):
        arrays |= {f"view{number}_{f.name}": getattr(view, f.name) for f in fields(CurvedView)}
    np.savez(stream, **arrays)
    return stream.getvalue()


def read(
    content: bytes,
) -> tuple[MarkedVessel, tuple[CurvedView, CurvedView], dict[str, object]]:
    """Return the vessel, its curved views and the document as it was written.

    Raises:
        BackendError: The bytes are not a state that this version wrote.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            kept = {name: np.asarray(archive[name]) for name in archive.files}
            told = _of_this_form(json.loads(kept["told"].tobytes()))
            line = {f.name: _line_value(kept[f"line_{f.name}"]) for f in fields(VesselLine)}
            first, second = (
                CurvedView(**{f.name: kept[f"view{number}_{f.name}"] for f in fields(CurvedView)})
                for number in range(2)
            )
            vessel = StraightVessel(
                VesselLine(**cast("Any", line)), kept["hu"], kept["axis_mm"], kept["border_mm"]
            )
    except (ValueError, KeyError, OSError, EOFError, TypeError, BadZipFile) as error:
        found = f"is not a straightened vessel of this version: {error}"
        raise BackendError(Problem(Place("state"), found, _MEND)) from error
    info = told["info"] | {"notes": tuple(told["info"]["notes"])}
    if info["images"] is not None:
        sop_uids = tuple(info["images"]["sop_uids"])
        info["images"] = Images(**info["images"] | {"sop_uids": sop_uids})
    steps = tuple(tuple(place) for place in told["flaws"]["steps_lps_mm"])
    before, behind = told["references_mm"]
    crossing = tuple(told["flaws"]["steps_at_mm"])
    marked = MarkedVessel(
        vessel=vessel,
        info=SeriesInfo(**info),
        flaws=ScanFlaws(told["flaws"]["coarsest_mm"], steps, crossing),
        source=told["source"],
        name=told["name"],
        drawn=told["drawn"],
        seen_share=told["seen_share"],
        reasons=tuple(told["reasons"]),
        worst_cost_per_mm=told["worst_cost_per_mm"],
        given=Places(before_mm=before, behind_mm=behind),
        grid=None if told["shape"] is None else ScanGrid(kept["affine"], tuple(told["shape"])),
    )
    return marked, (first, second), told["document"]


def _of_this_form(told: dict[str, Any]) -> dict[str, Any]:
    if told["form"] != FORM:
        raise ValueError(f"its form is {told['form']}, not {FORM}")
    return told


def _line_value(value: np.ndarray) -> np.ndarray | float:
    return float(value) if value.ndim == 0 else value
