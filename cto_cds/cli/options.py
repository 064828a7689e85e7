"""Options that several commands share.

A file or folder that is read is not looked at here (``readable=False``): its reader tells what is
wrong with it, as for one that does not exist.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cto_cds.dicom.coordinates import Coordinates

CaseFile = Annotated[
    Path,
    typer.Argument(
        metavar="CASE",
        help="A case file in YAML or JSON; - reads standard input.",
        show_default=False,
        readable=False,
    ),
]
CctaFile = Annotated[
    Path | None,
    typer.Option(
        "--ccta",
        metavar="FILE",
        help="Measurements that 'cto-cds quantify' wrote.",
        readable=False,
    ),
]
Study = Annotated[
    Path | None,
    typer.Option(
        "--study",
        metavar="STUDY",
        help="A CT study to quantify on the way: a folder, zip file or multi-frame file.",
        readable=False,
    ),
]
CentrelineFile = Annotated[
    Path | None,
    typer.Option(
        "--centreline",
        metavar="FILE",
        help="A line along the vessel: CSV with x_lps_mm, y_lps_mm, z_lps_mm, and outer_radius_mm "
        "where the outer wall was drawn; VTP; a curve of Slicer (.mrk.json); CAT08 (.txt).",
        readable=False,
    ),
]
SeedsFile = Annotated[
    Path | None,
    typer.Option(
        "--seeds",
        metavar="FILE.json",
        help="A point in the open vessel on each side of the occlusion, in LPS mm, or as markups "
        "of Slicer (.mrk.json). The backend cto-cds-ccta finds the line and the wall between.",
        readable=False,
    ),
]
SeriesUid = Annotated[
    str | None,
    typer.Option("--series", metavar="UID", help="Which series, when the folder holds several."),
]
StudyName = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="TEXT",
        help="What stands at the head of each picture, such as case and vessel. Without it "
        "pictures name the series only; nothing is taken from the patient's headers.",
    ),
]
PhaseName = Annotated[
    str | None,
    typer.Option(
        "--phase", metavar="PHASE", help="Which cardiac phase, when the series holds several."
    ),
]
PointCoordinates = Annotated[
    Coordinates | None,
    typer.Option(
        "--coordinates",
        metavar="LPS|RAS|image",
        help="What the points of a file are in that does not say it itself.",
    ),
]
MaskFile = Annotated[
    Path | None,
    typer.Option(
        "--vessel-mask",
        metavar="FILE",
        help="A mask of the whole vessel, outer wall included: DICOM SEG, NIfTI or NRRD. Line and "
        "wall are taken from it.",
        readable=False,
    ),
]
MaskLabel = Annotated[
    str,
    typer.Option(
        "--mask-label", metavar="LABEL", help="Which label of it, by number or name, of several."
    ),
]
BackendName = Annotated[
    str | None,
    typer.Option("--backend", metavar="NAME", help="Which backend; see 'cto-cds plugins'."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
Drafts = Annotated[bool, typer.Option("--drafts", help="Use rules with status draft as well.")]
LocalRules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FOLDER",
        help="Put local rules on those in force, as 'check' does.",
        readable=False,
    ),
]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE.html", dir_okay=False, help="Also write a report, one HTML file."
    ),
]
Everything = Annotated[
    bool,
    typer.Option(
        "--all", help="Print every line of support, risk and finding, not the plan alone."
    ),
]
PdfFile = Annotated[
    Path | None,
    typer.Option(
        "--pdf", metavar="FILE.pdf", dir_okay=False, help="Also write its two printed pages."
    ),
]
