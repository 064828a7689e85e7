"""``cto-cds test``: do the test rows in the rule files pass, and do they cover the rules?"""

from __future__ import annotations

import typer

from cto_cds.cli.check import RulesFolder
from cto_cds.cli.options import AsJson


def run(folder: RulesFolder = None, as_json: AsJson = False) -> None:
    """Run the test rows of rule files, through both evaluations.

    Fails when a row fails, when a comparison is never seen true, false and unknown, when a whole
    condition is never seen true and false, or when a way out is never reached.

    Example: cto-cds test rules
    """
    from cto_cds.cli.output import print_json
    from cto_cds.cli.packs import pack_of
    from cto_cds.engine.engine import Engine
    from cto_cds.engine.rowtest import run_rows

    pack, _ = pack_of(folder, drafts=True)
    passed, failed, uncovered = 0, [], []
    with Engine(pack) as engine:
        for results, coverage in run_rows(engine, pack.rules()):
            passed += sum(result.passed for result in results)
            failed += [result for result in results if not result.passed]
            place = coverage.rule.header.place.source
            uncovered += [f"{place}: {line}" for line in coverage.missing()]
    if as_json:
        wrong = [{"place": str(r.place), "case": r.case, "got": r.got} for r in failed]
        print_json({"passed": passed, "failed": wrong, "not_covered": uncovered})
    else:
        for result in failed:
            typer.echo(f"{result.place}: '{result.case}': {result.got}", err=True)
        for line in uncovered:
            typer.echo(f"{line}", err=True)
        typer.echo(f"{passed} rows passed, {len(failed)} failed, {len(uncovered)} not covered")
    if failed or uncovered or not passed:
        raise typer.Exit(1)
