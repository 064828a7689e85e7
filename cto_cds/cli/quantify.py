"""``cto-cds quantify``: a CT series and what marks the vessel to measured facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cto_cds.cli.options import AsJson, BackendName, CentrelineFile, SeedsFile, SeriesUid


def run(
    dicom: Annotated[Path, typer.Argument(metavar="DICOM", help="The folder of a CT series.")],
    centreline: CentrelineFile = None,
    seeds: SeedsFile = None,
    series: SeriesUid = None,
    backend: BackendName = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write measurements.json and pictures here."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the occlusion on a CT series.

    Mark the vessel by --seeds, a point on each side of the occlusion, or by --centreline.

    The result is a case file with a 'ccta' group: use it with 'cto-cds assess CASE --ccta FILE'.

    Example: cto-cds quantify STUDY --seeds SEEDS.json --out measured
    """
    from cto_cds.assess import Settings, measured_sheet, rules_in_force
    from cto_cds.cli.inputs import StudyInput
    from cto_cds.cli.output import print_json, progress, show, told, write_file
    from cto_cds.registry import Registry

    settings = Settings.from_environment()
    registry = Registry(settings.plugins)
    pack = rules_in_force(settings, registry)
    with progress() as report:
        found = StudyInput(dicom, centreline, seeds, series, backend).measure(registry, report)
    sheet = measured_sheet(found, pack)
    paths = [str(out / figure.name) for figure in found.figures] if out else []
    document = found.document(paths)
    if out is not None:
        import json

        for figure, path in zip(found.figures, paths, strict=True):
            write_file(Path(path), figure.content)
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        write_file(out / "measurements.json", text)
    if as_json:
        print_json(document)
    else:
        from cto_cds.report.measured import measurements_view

        show(measurements_view(sheet, pack))
    if out is not None:
        told(out, "Measurements and pictures")
