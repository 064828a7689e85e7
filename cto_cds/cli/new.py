"""``cto-cds new``: a case file to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cto_cds.cli.options import AsJson


def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The case file to write.", show_default=False)
    ],
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="Write this group only, such as history; may be repeated. None: all groups.",
        ),
    ] = None,
    definitions: Annotated[
        bool, typer.Option("--definitions", help="Write above each fact what it means.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a case file to fill in: every fact, with its unit or words; nothing is known yet.

    Example: cto-cds new CASE.yaml --group history --group angiography
    """
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import need_folder, print_json, refuse_existing, told, write_file
    from cto_cds.facts.fields import nearest
    from cto_cds.facts.template import case_template
    from cto_cds.installation import Settings, rules_in_force

    if file.suffix.lower() == ".json":
        message = (
            f"a case to fill in is YAML with remarks, which JSON lacks; name it {file.stem}.yaml"
        )
        raise typer.BadParameter(message)
    refuse_existing(file, "Name another file; nothing is overwritten.")
    need_folder(file)
    settings = Settings.from_environment()
    vocabulary = rules_in_force(settings, installed_plugins(settings)).vocabulary
    for name in group or ():
        if name not in vocabulary.groups:
            message = f"'{name}' is not a group. {nearest(name, vocabulary.groups)}"
            raise typer.BadParameter(message)
    write_file(file, case_template(vocabulary, group or (), definitions=definitions))
    if as_json:
        print_json({"case": str(file)})
    else:
        told(file, "Case to fill in")
