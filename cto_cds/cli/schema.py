"""``cto-cds schema``: JSON Schemas for other programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """What a schema describes."""

    RESULT = "result"
    CASE = "case"
    MEASUREMENTS = "measurements"


def run(
    kind: Annotated[
        Kind,
        typer.Argument(
            help="result: what assess prints; case: what it reads; measurements: what quantify "
            "prints and --ccta reads."
        ),
    ],
) -> None:
    """Print a JSON Schema.

    Example: cto-cds schema result > result.schema.json
    """
    from cto_cds.cli.output import print_json

    if kind is Kind.RESULT:
        from cto_cds.advice.schema import result_schema

        print_json(result_schema())
        return
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.facts.schema import case_schema, measurements_schema
    from cto_cds.installation import Settings, rules_in_force

    settings = Settings.from_environment()
    vocabulary = rules_in_force(settings, installed_plugins(settings)).vocabulary
    schema = case_schema if kind is Kind.CASE else measurements_schema
    print_json(schema(vocabulary))
