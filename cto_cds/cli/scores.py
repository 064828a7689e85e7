"""``cto-cds scores``: every score of a case in one table, or what each score is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cto_cds.cli.options import AsJson, CctaFile, Drafts, LocalRules

if TYPE_CHECKING:
    from cto_cds.rulefile.score import Score

LEVELS = (
    "Verified: primary is read in the paper or its abstract, secondary in another source, "
    "unverified in none. A score is verified as far as the weakest of its items and of the grades "
    "that it may have; published figures and notes carry a mark of their own."
)


def run(
    case: Annotated[
        Path | None,
        typer.Argument(metavar="[CASE]", help="A case file in YAML or JSON.", readable=False),
    ] = None,
    ccta: CctaFile = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Explain each score in one line, with its citation.")
    ] = False,
    rules: LocalRules = None,
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Show all scores of a case: total or range, grade, end-point, outcome, what is missing.

    Nothing is recorded. Example: cto-cds scores CASE.yaml
    """
    from cto_cds.assess import Assessor, Settings
    from cto_cds.cli.inputs import CaseInput
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import print_json, show
    from cto_cds.cli.packs import local_layers

    if listed == (case is not None):
        message = "give a CASE, or --list"
        raise typer.BadParameter(message)
    layers = local_layers(rules, drafts=drafts)
    settings = Settings.from_environment(drafts=drafts)
    with Assessor(settings, installed_plugins(settings), layers) as assessor:
        if case is None:
            if as_json:
                print_json([_entry(score) for score in assessor.pack.scores])
                return
            from cto_cds.report.scores import scores_list

            show(scores_list(assessor.pack), "", LEVELS)
            return
        asked = CaseInput(case, ccta)
        sheet, _ = asked.read(assessor.pack, assessor.registry, lambda _stage, _share: None)
        result = assessor.evaluate(sheet)
        names = assessor.pack.names()
    if as_json:
        shown = result.model_dump(mode="json", by_alias=True, exclude_none=True)
        told = {"scores": shown["scores"], "associations": shown["associations"]}
        alerts = list(result.provenance.alerts)
        print_json({**told, "alerts": alerts} if alerts else told)
        return
    from cto_cds.report.scores import scores_page
    from cto_cds.report.terminal import alerts_view

    show(*alerts_view(result), scores_page(result, names), "", LEVELS)


def _entry(score: Score) -> dict[str, str]:
    from cto_cds.rulefile.sources import level_of

    header = score.header
    return {
        "id": score.id,
        "title": header.title,
        "endpoint": score.endpoint,
        "purpose": header.purpose,
        "cite": header.source.cite,
        "doi": header.source.doi,
        "verified": level_of(score),
        "version": header.version,
    }
