"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CaseFile = Annotated[
    Path, typer.Argument(metavar="CASE", help="A case file in YAML or JSON.", show_default=False)
]
CctaFile = Annotated[
    Path | None,
    typer.Option("--ccta", metavar="FILE", help="Measurements that 'cto-cds quantify' wrote."),
]
Study = Annotated[
    Path | None,
    typer.Option("--study", metavar="FOLDER", help="A CT series to quantify on the way."),
]
CentrelineFile = Annotated[
    Path | None,
    typer.Option(
        "--centreline",
        metavar="FILE.csv",
        help="A line along the vessel: x_lps_mm, y_lps_mm, z_lps_mm, and outer_radius_mm where the "
        "outer wall was drawn.",
    ),
]
SeedsFile = Annotated[
    Path | None,
    typer.Option(
        "--seeds",
        metavar="FILE.json",
        help="A point in the open vessel on each side of the occlusion, in LPS mm. The backend "
        "cto-cds-ccta finds the line and the wall between them.",
    ),
]
SeriesUid = Annotated[
    str | None,
    typer.Option("--series", metavar="UID", help="Which series, when the folder holds several."),
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
        "--rules", metavar="FOLDER", help="Put local rules on those in force, as 'check' does."
    ),
]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE.html", dir_okay=False, help="Also write a report, one HTML file."
    ),
]
