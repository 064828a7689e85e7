"""``cto-cds check``: are the rules well formed, complete and without contradiction?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cto_cds.cli.options import AsJson

if TYPE_CHECKING:
    from cto_cds.errors import Problem
    from cto_cds.hookspecs import RuleCheck
    from cto_cds.rulefile.pack import LeftOut, Pack
    from cto_cds.rulefile.sources import Part

RulesFolder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]",
        help="A whole rule pack, or local rules to put on the built-in ones.",
        readable=False,
    ),
]


def _found_by(plugin: str, check: RuleCheck, pack: Pack) -> list[Problem]:
    from cto_cds.cli.installed import off_standard_output
    from cto_cds.errors import Place, Problem
    from cto_cds.handed import told

    broke = ""
    problems: list[Problem] = []
    try:
        with off_standard_output():
            found: list[object] = list(check.check(pack))
        for one in found:
            if isinstance(one, Problem):
                problems.append(one)
            else:
                broke = f"it found a {type(one).__name__}, which is no Problem"
    except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
        broke = told(fault)
    if not broke:
        return problems
    mend = "The rules were not checked by it. Mend the plugin, or leave it out."
    return [*problems, Problem(Place(f"plugin {plugin}"), f"its rule check broke: {broke}", mend)]


def run(
    folder: RulesFolder = None,
    record: Annotated[
        bool,
        typer.Option("--record", help="Record what each version means, in FOLDER/versions.yaml."),
    ] = False,
    sources: Annotated[
        bool,
        typer.Option("--sources", help="List what is unverified, and what would verify it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check rule files: form, names, units, contradictions, gaps, versions.

    Example: cto-cds check rules
    """
    from cto_cds.cli.output import print_json, progress, write_file
    from cto_cds.cli.packs import pack_of, recorded_in
    from cto_cds.errors import RuleFileError
    from cto_cds.rulefile.builtin import builtin_folder
    from cto_cds.rulefile.pack import GONE
    from cto_cds.rulefile.versions import VERSIONS, recorded_text, unrecorded

    with progress() as tell:
        pack, registry = pack_of(folder, drafts=True, progress=tell)
    problems = list(map(_gone, (out for out in pack.left_out if out.why == GONE)))
    problems += [
        problem
        for plugin, check in registry.collect("cto_cds_rule_checks")
        for problem in _found_by(plugin, check, pack)
    ]
    if problems:
        raise RuleFileError.of(problems)
    rules = pack.rules()
    if sources:
        _show_sources(pack, as_json=as_json)
        return
    own = folder or builtin_folder()
    mine = [rule for rule in rules if Path(rule.header.place.source).is_relative_to(own)]
    if record:
        if folder is None:
            message = "--record needs the folder of the rules"
            raise typer.BadParameter(message)
        records = recorded_in(folder)
        text = recorded_text(mine, records.meanings, records.withdrawn)
        write_file(folder / VERSIONS, text)
    open_rules = unrecorded(mine, recorded_in(folder).meanings)
    files = {rule.id: rule.header.place.source for rule in rules}
    replaced = [f"{files[r.id]} takes the place of {r.id} ({r.layer})" for r in pack.replaced]
    safety = [r.id for r in pack.replaced if r.safety]
    unverified = [rule.id for rule in rules if rule.header.verified == "unverified"]
    signed = sum(1 for rule in rules if rule.header.signed_by)
    summary = {
        "rules": len(rules),
        "facts": len(pack.vocabulary.facts),
        "digest": pack.digest,
        "unverified": unverified,
        "signed_by_a_clinician": signed,
        "versions_not_recorded": [f"{rule.id}@{rule.header.version}" for rule in open_rules],
        "replaced": replaced,
        "safety_rules_replaced": safety,
        "not_in_force": [
            *({"rule": r.id, "kind": r.header.kind, "status": "draft"} for r in pack.drafts),
            *({"rule": o.id, "kind": o.kind, "status": o.why} for o in pack.left_out),
        ],
        "plugin_failures": list(registry.failures),
    }
    if as_json:
        print_json(summary)
        return
    aside = f", {len(pack.drafts)} of them drafts," if pack.drafts else ""
    facts = len(pack.vocabulary.facts)
    typer.echo(f"{len(rules)} rules{aside} and {facts} facts: no mistakes found.")
    typer.echo(f"Signed off by a clinician: {signed}. Unverified as a whole: {len(unverified)}.")
    if folder is not None and len(mine) < len(rules):
        typer.echo(f"In {folder}: {len(mine)} of them; the others are installed.")
    _tell_replaced(replaced, safety)
    _tell_aside(pack)
    if open_rules:
        names = ", ".join(rule.id for rule in open_rules)
        typer.echo(f"Not recorded yet (cto-cds check FOLDER --record): {names}")
    for failure in registry.failures:
        typer.echo(failure, err=True)


def _gone(out: LeftOut) -> Problem:
    from cto_cds.errors import Problem

    found = f"the rule '{out.id}' is recorded here, but its file is gone"
    mend = (
        "Bring the file back. To take a rule out of force keep its file with 'status: retired'; if "
        f"it is given up for good, write '{out.id}: what became of it' under 'withdrawn:' here."
    )
    return Problem(out.place, found, mend)


def _tell_aside(pack: Pack) -> None:
    """Say what is on file and not in force, and that safety rules are among it."""
    drafts = [(rule.id, rule.header.kind) for rule in pack.drafts]
    retired = [(out.id, out.kind) for out in pack.left_out]
    for told, found in (
        ("Drafts, not in force without --drafts", drafts),
        ("Retired, not in force", retired),
    ):
        if found:
            typer.echo(f"{told}: {len(found)} ({', '.join(name for name, _ in found)}).")
    safety = [name for name, kind in (*drafts, *retired) if kind == "safety"]
    if safety:
        typer.echo(f"Safety rules not in force, look at them again: {', '.join(safety)}.")


def _tell_replaced(replaced: list[str], safety: list[str]) -> None:
    for line in replaced:
        typer.echo(f"{line}.")
    if safety:
        typer.echo(f"Safety rules replaced, look at them again: {', '.join(safety)}.")


def _show_sources(pack: Pack, *, as_json: bool) -> None:
    """List every unverified part, and for each file what would verify it."""
    from cto_cds.cli.output import print_json
    from cto_cds.rulefile.sources import PAGE, parts_of, parts_of_techniques

    page = tuple(pack.techniques.values())
    files = [
        *((r.id, r.header.place.source, r.header.to_verify, parts_of(r)) for r in pack.rules()),
        (PAGE, page[0].place.source, page[0].to_verify, parts_of_techniques(page)),
    ]
    listed = [
        (rule, file, to_verify, unverified)
        for rule, file, to_verify, parts in files
        if (unverified := [part for part in parts if part.verified == "unverified"])
    ]
    if as_json:
        print_json([_sources_entry(*entry) for entry in listed])
        return
    for rule, file, to_verify, parts in listed:
        typer.echo(f"{rule}  ({file})")
        for part in parts:
            typer.echo(f"  line {part.place.line}: {part.name}  [{part.source.cite}]")
        for text in to_verify:
            typer.echo(f"  To verify: {text}")


def _sources_entry(
    rule: str, file: str, to_verify: tuple[str, ...], parts: list[Part]
) -> dict[str, object]:
    return {
        "rule": rule,
        "file": file,
        "unverified": [
            {"part": part.name, "line": part.place.line, "cite": part.source.cite} for part in parts
        ],
        "to_verify": list(to_verify),
    }
