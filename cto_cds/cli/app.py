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
from cto_cds.cli.once import OnceCommand

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
app.command("demo", cls=OnceCommand)(demo.run)
app.command("quantify", cls=OnceCommand)(quantify.run)
app.command("import", cls=OnceCommand)(imports.run)
app.command("new", cls=OnceCommand)(new.run)
app.command("assess", cls=OnceCommand)(assess.run)
app.command("scores", cls=OnceCommand)(scores.run)
app.command("explain", cls=OnceCommand)(explain.run)
app.command("check", cls=OnceCommand)(check.run)
app.command("test", cls=OnceCommand)(test.run)
app.add_typer(audit.app, name="audit")
app.command("phantom", cls=OnceCommand)(phantom.run)
app.command("plugins", cls=OnceCommand)(plugins.run)
app.command("schema", cls=OnceCommand)(schema.run)


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
