"""``cto-cds quantify``: a CT series and a line along the vessel to measured facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cto_cds.cli.options import AsJson, BackendName, CentrelineFile, SeedsFile, SeriesUid


def run(
    dicom: Annotated[
        Path, typer.Argument(metavar="DICOM", help="The folder of a CT series.", readable=False)
    ],
    centreline: CentrelineFile = None,
    seeds: SeedsFile = None,
    series: SeriesUid = None,
    backend: BackendName = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write measurements.json and pictures here."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace measurements that stand in FOLDER already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the occlusion on a CT series.

    What marks the vessel depends on the installed backend: cto-cds-ccta measures along
    --centreline. Give --seeds to a backend that finds the line itself.

    The result is a case file with a 'ccta' group: use it with 'cto-cds assess CASE --ccta FILE'.

    Example: cto-cds quantify STUDY --centreline LINE.csv --out measured
    """
    from cto_cds.assess import Settings, measured_sheet, rules_in_force
    from cto_cds.cli.inputs import StudyInput
    from cto_cds.cli.output import print_json, progress, refuse_existing, show, told, write_file
    from cto_cds.registry import Registry

    if out is not None and not force:
        refuse_existing(out / "measurements.json", "Name another folder, or replace with --force.")
    settings = Settings.from_environment()
    registry = Registry(settings.plugins)
    pack = rules_in_force(settings, registry)
    with progress() as report:
        found = StudyInput(dicom, centreline, seeds, series, backend).measure(registry, report)
    sheet = measured_sheet(found, pack)
    document = found.document(with_figures=out is not None)
    if out is not None:
        import json

        for figure in found.figures:
            write_file(out / figure.name, figure.content)
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        write_file(out / "measurements.json", text)
    if as_json:
        print_json(document)
    else:
        from cto_cds.report.measured import measurements_view

        show(measurements_view(sheet, pack))
    if out is not None:
        told(out, "Measurements and pictures")
