"""The commands of ``cto-cds``."""

from __future__ import annotations

from typing import Annotated

import typer

from cto_cds import __version__
from cto_cds.cli import (
    assess,
    audit,
    check,
    demo,
    explain,
    imports,
    new,
    phantom,
    plugins,
    quantify,
    schema,
    scores,
    test,
)

EPILOG = "For research and planning support. Not a certified medical device."

app = typer.Typer(
    name="cto-cds",
    help=(
        "Plan the opening of a chronic total coronary occlusion: CT and case facts in, a ranked, "
        "explained, audited plan out. Start with 'cto-cds demo'."
    ),
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.run)
app.command("quantify")(quantify.run)
app.command("import")(imports.run)
app.command("new")(new.run)
app.command("assess")(assess.run)
app.command("scores")(scores.run)
app.command("explain")(explain.run)
app.command("check")(check.run)
app.command("test")(test.run)
app.add_typer(audit.app, name="audit")
app.command("phantom")(phantom.run)
app.command("plugins")(plugins.run)
app.command("schema")(schema.run)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cto-cds {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options of the program as a whole."""
