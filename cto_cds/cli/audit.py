"""``cto-cds audit``: read, verify, replay and export the audit store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cto_cds.cli.once import OnceCommand
from cto_cds.cli.options import AsJson

app = typer.Typer(help="Read, verify, replay and export the audit store.", no_args_is_help=True)
NEWEST = 20
NO_RECORDS = "The audit store holds no records yet."
LARGEST = 2**63 - 1
"""The largest number that the store can give a record."""

Number = Annotated[
    int, typer.Argument(metavar="RECORD", min=1, max=LARGEST, help="The number of a record.")
]


def _folder() -> Path:
    from cto_cds.assess import Settings

    return Settings.from_environment().audit_folder


@contextmanager
def _reading() -> Iterator[None]:
    """Exit status 3 says that a new record was not written; here nothing is recorded."""
    from cto_cds.errors import AuditError, CtoCdsError

    try:
        yield
    except AuditError as fault:
        raise CtoCdsError(*fault.problems) from fault


@app.command(cls=OnceCommand)
def show(
    record: Annotated[
        int | None,
        typer.Argument(metavar="[RECORD]", min=1, max=LARGEST, help="Its number; none: the list."),
    ] = None,
    newest: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=LARGEST,
            help=f"How many records to list; {NEWEST} unless given, and all of them with --json.",
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="List the records of this case only. Records hold its pseudonym, which is "
            "worked out from the name, to the letter, and the key beside the store.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one record, or list the newest; with --json all, hashes and pseudonyms whole.

    Example: cto-cds audit show --case demo-001
    """
    from cto_cds.audit.store import AuditStore
    from cto_cds.cli.output import print_json
    from cto_cds.cli.output import show as shown
    from cto_cds.cli.records import entry, listed, record_document, record_table

    if record is not None and case is not None:
        message = "give the number of a record, or --case"
        raise typer.BadParameter(message)
    if case is not None and not case.strip():
        message = "--case needs the name of a case, as its case file has it"
        raise typer.BadParameter(message)
    folder = _folder()
    if record is None and not AuditStore.exists(folder):
        typer.echo("[]" if as_json else NO_RECORDS)
        return
    with _reading(), AuditStore.existing(folder) as store:
        if record is not None:
            print_json(record_document(store.record(record)))
            return
        most = newest if newest is not None or as_json else NEWEST
        found, total = listed(store, folder, most, case)
    if as_json:
        print_json([entry(one) for one in found])
    elif found:
        shown(record_table(found))
        if len(found) < total:
            typer.echo(f"The newest {len(found)} of {total} records; all: --newest {total}.")
    elif case is None:
        typer.echo(NO_RECORDS)
    else:
        typer.echo(f"The audit store holds no record of a case that is called '{case}'.")


@app.command(cls=OnceCommand)
def verify(
    head: Annotated[
        str | None, typer.Option(help="A head written down elsewhere, to find a store cut off.")
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            help="Verify what 'cto-cds audit export' wrote, instead of the store.",
            readable=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify that no record was edited, removed, reordered or cut off. Exit status 1 if one was.

    Example: cto-cds audit verify --export records.jsonl
    """
    from cto_cds.audit.export import verify_export
    from cto_cds.audit.store import AuditStore
    from cto_cds.audit.verify import verify as verified
    from cto_cds.cli.output import print_json

    what, place = ("store", _folder()) if exported is None else ("export", exported)
    if exported is None and not AuditStore.exists(place):
        typer.echo(f"There is no audit store in {place}; nothing was verified.", err=True)
        raise typer.Exit(1)
    with _reading():
        check = verified if exported is None else verify_export
        found = check(place, expected_head=head)
    if as_json:
        print_json({"records": found.records, "head": found.head, "problems": list(found.problems)})
    else:
        for problem in found.problems:
            typer.echo(problem, err=True)
        state = "NOT whole" if found.problems else "whole"
        typer.echo(f"The {what} is {state}: {found.records} records, head {found.head or 'none'}")
        typer.echo(f"It is in {place}")
    if found.problems:
        raise typer.Exit(1)


@app.command(cls=OnceCommand)
def replay(record: Number, as_json: AsJson = False) -> None:
    """Decide a recorded case again with the rules of then. Exit status 1 if it differs.

    It also says whether the program has changed since: the rules of then are at hand, and the
    program of then is not.
    """
    from cto_cds.assess import Settings
    from cto_cds.assess import replay as replayed
    from cto_cds.cli.output import print_json

    with _reading():
        found = replayed(Settings.from_environment(), record)
    if as_json:
        was, now = json.loads(found.was), json.loads(found.now)
        program = {"then": found.code_then, "now": found.code_now}
        told = {"record": record, "same": found.same, "program": program}
        print_json({**told, "was": was, "now": now})
    elif found.same:
        typer.echo(f"Record {record} gives the same answer, byte for byte.")
    else:
        typer.echo(f"Record {record} gives another answer today; compare with --json.", err=True)
    if found.program_changed and not as_json:
        then = found.code_then or "not recorded"
        typer.echo(f"The program has changed: {then} then, {found.code_now} now.", err=True)
    if not found.same:
        raise typer.Exit(1)


@app.command(cls=OnceCommand)
def export(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="JSON, one record a line.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Export the store for an auditor, who checks it with 'cto-cds audit verify --export FILE'.

    The README says how to check it without this program.
    """
    from cto_cds.audit.export import export as exported
    from cto_cds.audit.verify import verify as verified
    from cto_cds.cli.output import check_target, need_folder, print_json, refuse_existing

    check_target(target, kept=_folder())
    need_folder(target)
    if target.is_file() and not force:
        refuse_existing(target, "Name another file, or overwrite it with --force.")
    with _reading():
        count = exported(_folder(), target)
        found = verified(_folder())
    if as_json:
        problems = [str(problem) for problem in found.problems]
        print_json({"file": str(target), "records": count, "problems": problems})
    else:
        typer.echo(f"{count} records written to {target}")
    if found.problems:
        for problem in found.problems:
            typer.echo(problem, err=True)
        typer.echo("The store is NOT whole; the file holds it as it is.", err=True)
        raise typer.Exit(1)
