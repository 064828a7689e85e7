"""``cto-cds test``: do the test rows in the rule files pass, and do they cover the rules?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cto_cds.cli.check import RulesFolder
from cto_cds.cli.options import AsJson

if TYPE_CHECKING:
    from cto_cds.rulefile.pack import Pack


def run(
    folder: RulesFolder = None,
    mutate: Annotated[
        bool,
        typer.Option(
            "--mutate",
            help="Also change each limit, strictness, word, point and border by the smallest step; "
            "a row must notice each.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the test rows of rule files, through both evaluations.

    Fails when a row fails, when a comparison is never seen true, false and unknown, when a whole
    condition is never seen true and false, or when a way out is never reached.

    Example: cto-cds test rules
    """
    from cto_cds.cli.output import print_json, progress
    from cto_cds.cli.packs import origin, pack_of
    from cto_cds.engine.rowtest import run_rows

    passed, failed, uncovered = 0, [], []
    with progress() as tell:
        pack, _ = pack_of(folder, drafts=True, progress=tell)
        rules = pack.rules()
        for done, (results, coverage) in enumerate(run_rows(pack, rules), 1):
            passed += sum(result.passed for result in results)
            failed += [result for result in results if not result.passed]
            place = coverage.rule.header.place.source
            where = f"{place}{origin(place, folder)}"
            uncovered += [f"{where}: {line}" for line in coverage.missing()]
            tell(f"test rows, {done} of {len(rules)} rules", done / len(rules))
        mutants, unnoticed = _mutants(pack, folder, tell) if mutate else (0, [])
    if as_json:
        wrong = [
            {"place": str(r.place), "case": r.case, "expected": r.expected, "got": r.got}
            for r in failed
        ]
        print_json(
            {
                "passed": passed,
                "failed": wrong,
                "not_covered": uncovered,
                "mutants": mutants,
                "unnoticed": unnoticed,
            }
        )
    else:
        for result in failed:
            where = origin(result.place.source, folder)
            typer.echo(f"{result.place}: '{result.case}' failed{where}", err=True)
            if result.expected:
                typer.echo(f"  expected: {result.expected}", err=True)
            typer.echo(f"  got:      {result.got}", err=True)
        for line in uncovered:
            typer.echo(f"{line}", err=True)
        typer.echo(f"{passed} rows passed, {len(failed)} failed, {len(uncovered)} not covered")
        for line in unnoticed:
            typer.echo(f"no row notices: {line}", err=True)
        if mutate:
            typer.echo(f"{mutants} mutants, {len(unnoticed)} unnoticed")
    if failed or uncovered or unnoticed or not passed:
        raise typer.Exit(1)


def _mutants(
    pack: Pack, folder: Path | None, tell: Callable[[str, float], None]
) -> tuple[int, list[str]]:
    """Return the number of mutants of all rules, and those that no row notices."""
    from cto_cds.cli.packs import origin
    from cto_cds.engine.mutation import survivors

    total, unnoticed = 0, []
    rules = pack.rules()
    for done, rule in enumerate(rules):
        tell(f"mutants, {done} of {len(rules)} rules", done / len(rules))
        count, living = survivors(pack, rule)
        total += count
        source = rule.header.place.source
        where = f"{source}{origin(source, folder)}"
        unnoticed += [f"{where}: {mutant.change}" for mutant in living]
    return total, unnoticed
