"""``cto-cds phantom``: synthetic CT studies with known truth, for authors of backends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cto_cds.hookspecs import PhantomSource, PracticeStudy, Scanner
    from cto_cds.registry import Registry


def run(
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|SEED", help="A named study, or a whole number.", show_default=False
        ),
    ] = None,
    as_list: Annotated[bool, typer.Option("--list", help="List the studies and seeds.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="A new folder for the study.")
    ] = None,
    blur: Annotated[
        float | None, typer.Option("--blur", metavar="MM", help="Point spread, full width.")
    ] = None,
    noise: Annotated[
        float | None, typer.Option("--noise", metavar="HU", help="Standard deviation of noise.")
    ] = None,
    kilovolt: Annotated[
        int | None, typer.Option("--kv", metavar="KV", help="Tube voltage.")
    ] = None,
    thickness: Annotated[
        float | None, typer.Option("--slice", metavar="MM", help="Distance of the slices.")
    ] = None,
) -> None:
    """Draw a synthetic CT study of an occluded vessel, with everything that is true of it.

    FOLDER gets the DICOM series (dicom/), the line through the vessel with outer radii
    (centreline.csv), lumen radii (profile.csv), points that a person placed (seeds.json) and the
    truth (truth.json), whose list 'facts' says what a measurement should find and how far off it
    may be. The same name or seed and options give the same bytes.

    Example: cto-cds phantom 1000 --out phantom --noise 30
    """
    from cto_cds.assess import Settings
    from cto_cds.cli.output import check_folder, progress
    from cto_cds.hookspecs import Scanner
    from cto_cds.registry import Registry

    registry = Registry(Settings.from_environment().plugins)
    if as_list:
        _list(registry)
        return
    if wanted is None or out is None:
        message = "name a study or a seed and --out FOLDER; --list shows what there is"
        raise typer.BadParameter(message)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = f"'{out}' is not empty; name a new folder with --out"
        raise typer.BadParameter(message)
    check_folder(out)
    study = _study(registry, wanted, Scanner(blur, noise, kilovolt, thickness))
    with progress() as report:
        files = study.write(out, report)
    typer.echo(f"{study.name}: {study.description}")
    for what, path in (
        ("CT series", files.dicom),
        ("Centreline", files.centreline),
        ("Seed points", files.seeds),
        ("Truth", files.truth),
    ):
        if path is not None:
            typer.echo(f"{what:12s} {path}")
    typer.echo(f"\nTry next: cto-cds quantify {files.dicom} --centreline {files.centreline}")
    if files.seeds is not None:
        typer.echo(f"      or: cto-cds quantify {files.dicom} --seeds {files.seeds}")


def _list(registry: Registry) -> None:
    """Show every study and every source of seeds."""
    from rich.table import Table

    from cto_cds.cli.output import show

    studies, sources = _offered(registry)
    table = Table("Study", "What it shows")
    for study in studies:
        table.add_row(study.name, study.description)
    show(table, *(source.description for source in sources))


def _offered(registry: Registry) -> tuple[list[PracticeStudy], list[PhantomSource]]:
    studies: list[tuple[str, PracticeStudy]] = registry.collect("cto_cds_practice_studies")
    sources: list[tuple[str, PhantomSource]] = registry.collect("cto_cds_phantom_sources")
    if not studies and not sources:
        message = "no plugin offers a practice study; install cto-cds-ccta ('make env' does)"
        raise typer.BadParameter(message)
    return [study for _, study in studies], [source for _, source in sources]


def _study(registry: Registry, wanted: str, scanner: Scanner) -> PracticeStudy:
    """Return what a source draws, or a named study that is as it is."""
    from cto_cds.hookspecs import Scanner as Chosen

    studies, sources = _offered(registry)
    for source in sources:
        if (drawn := source.study(wanted, scanner)) is not None:
            return drawn
    for study in studies:
        if study.name == wanted:
            if scanner != Chosen():
                message = f"the scanner of '{wanted}' cannot be chosen; leave the options out"
                raise typer.BadParameter(message)
            return study
    names = ", ".join(study.name for study in studies)
    message = f"'{wanted}' is neither a study nor a seed; the studies are {names}"
    raise typer.BadParameter(message)
