"""``cto-cds quantify``: a CT series and what marks the vessel to measured facts."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cto_cds.cli.options import (
    AsJson,
    BackendName,
    CentrelineFile,
    MaskFile,
    MaskLabel,
    PhaseName,
    PointCoordinates,
    SeedsFile,
    SeriesUid,
    StudyName,
)

if TYPE_CHECKING:
    from cto_cds.facts.measured import Measurements
    from cto_cds.hookspecs import Review


def run(
    dicom: Annotated[
        Path | None,
        typer.Argument(
            metavar="DICOM",
            help="A CT study: a folder, a zip file, or a multi-frame file.",
            readable=False,
        ),
    ] = None,
    centreline: CentrelineFile = None,
    seeds: SeedsFile = None,
    series: SeriesUid = None,
    phase: PhaseName = None,
    backend: BackendName = None,
    coordinates: PointCoordinates = None,
    vessel_mask: MaskFile = None,
    mask_label: MaskLabel = "",
    name: StudyName = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write measurements.json and pictures here."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace measurements that stand in FOLDER already.")
    ] = False,
    review: Annotated[
        bool,
        typer.Option(
            "--review",
            help="Also write review.json: caps, references and wall, to confirm or change by hand.",
        ),
    ] = False,
    edits: Annotated[
        Path | None,
        typer.Option(
            "--edits",
            metavar="FILE",
            help="Measure again with an edited review.json; --out FOLDER writes what comes out.",
            readable=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the occlusion on a CT series.

    DICOM is a folder, a zip file or a multi-frame file. Of several series the suited one is taken,
    or all are listed; --series and --phase choose.

    Mark the vessel by --seeds, a point on each side of the occlusion, or by --centreline. With
    --vessel-mask line and wall are those of a mask. What cannot be measured is refused: status 1,
    and nothing is written.

    The result is a case file with a 'ccta' group: use it with 'cto-cds assess CASE --ccta FILE'.

    Look at it: 'cto-cds quantify STUDY --seeds SEEDS.json --out measured --review' writes
    measured/review.json. Change or confirm the marks in it, then run
    'cto-cds quantify --edits measured/review.json --out edited'. It needs no images, and writes
    the edited review.json as well, for the next round. Without --out nothing is written.

    Example: cto-cds quantify STUDY --seeds SEEDS.json --out measured

    Example: cto-cds quantify STUDY.zip --phase "75 %" --seeds SLICER.mrk.json --out measured

    Example: cto-cds quantify STUDY --centreline LINE.vtp --coordinates RAS --out measured
    """
    from cto_cds.assess import measured_sheet
    from cto_cds.cli.inputs import StudyInput
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import check_folder, print_json, progress, refuse_existing, show
    from cto_cds.cli.review import measured_again, reviewed
    from cto_cds.installation import Settings, rules_in_force

    if (dicom is None) == (edits is None):
        raise typer.BadParameter("give either a CT study or --edits")
    if review and (out is None or dicom is None):
        raise typer.BadParameter("--review needs a CT series, and --out for what it writes")
    if out is not None:
        check_folder(out)
    if out is not None and not force:
        refuse_existing(out / "measurements.json", "Name another folder, or replace with --force.")
    settings = Settings.from_environment()
    registry = installed_plugins(settings)
    pack = rules_in_force(settings, registry)
    marks: Review | None = None
    with progress() as report:
        if edits is not None:
            marks = measured_again(edits, registry, report, draw=out is not None)
            found = marks.measurements
        else:
            study = StudyInput(
                dicom or Path(),
                centreline,
                seeds,
                series,
                phase,
                backend,
                coordinates,
                vessel_mask,
                mask_label,
                name,
            )
            if review:
                marks = reviewed(study, registry, report)
            found = study.measure(registry, report) if marks is None else marks.measurements
    sheet = measured_sheet(found, pack)
    document = found.document(with_figures=out is not None)
    if out is not None:
        _write(out, found, document, marks)
    if as_json:
        print_json(document)
    else:
        from cto_cds.report.measured import measurements_view

        show(measurements_view(sheet, pack))
    if edits is not None and out is None:
        _warn_of_nothing_written(edits)


def _write(
    out: Path, found: Measurements, document: dict[str, object], marks: Review | None
) -> None:
    """Write measurements, pictures, files for other programs, and what a person may edit."""
    from cto_cds.cli.output import told, write_file
    from cto_cds.cli.review import DOCUMENT, STATE

    for figure in found.figures:
        write_file(out / figure.name, figure.content)
    write_file(out / "measurements.json", _json(document))
    if marks is not None:
        write_file(out / STATE, marks.state)
        write_file(out / DOCUMENT, _json(dict(marks.document)))
        told(out / DOCUMENT, "To confirm or change")
    for file in found.files:
        write_file(out / file.name, file.content)
        told(out / file.name, "For other programs")
    told(out, "Measurements and pictures")


def _warn_of_nothing_written(edits: Path) -> None:
    """Say that the edits are nowhere but on the screen, and how to keep them."""
    typer.echo(
        f"\nNOTHING WAS WRITTEN. Measurements and pictures in '{edits.parent}' are still those "
        "from before the edits. To write the new ones, name a folder:\n"
        f"    cto-cds quantify --edits {shlex.quote(str(edits))} --out NEW_FOLDER",
        err=True,
    )


def _json(document: dict[str, object]) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
