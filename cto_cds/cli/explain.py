"""``cto-cds explain``: why this rank, why not that strategy."""

from __future__ import annotations

from typing import Annotated

import typer

from cto_cds.cli.options import AsJson, CaseFile, CctaFile, Drafts


def run(
    case: CaseFile,
    strategy: Annotated[
        str | None,
        typer.Argument(help="A strategy id, to ask why it has its rank, or why it has none."),
    ] = None,
    ccta: CctaFile = None,
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Explain a plan down to the rule, the fact and the paper. Nothing is recorded.

    Example: cto-cds explain CASE.yaml retrograde_wire_escalation
    """
    from cto_cds.assess import Assessor, Settings
    from cto_cds.cli.inputs import CaseInput
    from cto_cds.cli.output import print_json, show

    with Assessor(Settings.from_environment(drafts=drafts)) as assessor:
        asked = CaseInput(case, ccta)
        sheet, _ = asked.read(assessor.pack, assessor.registry, lambda _stage, _share: None)
        result = assessor.evaluate(sheet)
        pack = assessor.pack
    if strategy is not None and strategy not in (*pack.strategies, *pack.techniques):
        message = f"'{strategy}' is no strategy. Strategies: {', '.join(pack.strategies)}"
        raise typer.BadParameter(message)
    from cto_cds.advice.explain import explanation_of

    if as_json:
        if strategy is None and not result.recommendation.strategies:
            print_json({"id": None, "state": "not_recommended"})
            return
        print_json(explanation_of(result, strategy).model_dump(by_alias=True, exclude_none=True))
    elif strategy is not None and explanation_of(result, strategy).state == "not_recommended":
        typer.echo(
            f"{pack.title(strategy)} has no place in this plan: "
            "nothing puts it forward, and nothing forbids it."
        )
    else:
        from cto_cds.report.terminal import explain_view

        show(explain_view(result, pack.names(), strategy))
