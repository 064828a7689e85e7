"""``cto-cds import``: the results of another program as measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cto_cds.cli.options import AsJson


def run(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS", help="A CSV or JSON file.", show_default=False, readable=False
        ),
    ],
    mapping: Annotated[
        Path,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="What stands where in it, in YAML or JSON.",
            readable=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the measurements here."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that stands there already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take the results of another program as measurements.

    The mapping is a page of YAML: 'format: 1', 'source' (name and version of the program), 'read'
    (csv or json), and under 'facts' for each fact of 'ccta' where it stands ('from': a column, or
    a pointer such as /lesion/length), its 'unit', 'times' where the unit is another, 'words' where
    the words are others, and 'sd' (a column or a pointer too) where one standard deviation stands.
    For CSV also 'separator', 'decimal' and 'row', such as {Vessel: RCA}. 'unknown' lists what
    stands for a value that is not known. Nothing is guessed: what is not mapped is left out, and
    what does not fit is an error.

    Example: cto-cds import RESULTS.csv --mapping MAPPING.yaml --out measured.json
    """
    import json

    from cto_cds.assess import measured_sheet
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import need_folder, print_json, refuse_existing, show, told, write_file
    from cto_cds.facts.mapping import read_mapping
    from cto_cds.facts.results import read_results
    from cto_cds.installation import Settings, rules_in_force

    if out is not None and not force:
        refuse_existing(out, "Name another file, or replace it with --force.")
    if out is not None:
        need_folder(out)
    settings = Settings.from_environment()
    pack = rules_in_force(settings, installed_plugins(settings))
    vocabulary = pack.vocabulary
    found = read_results(results, read_mapping(mapping, vocabulary), vocabulary)
    sheet = measured_sheet(found, pack)
    document = found.document()
    if out is not None:
        write_file(out, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        told(out, "Measurements")
    if as_json:
        print_json(document)
    else:
        from cto_cds.report.measured import measurements_view

        show(measurements_view(sheet, pack))
