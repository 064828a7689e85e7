"""``cto-cds explain``: why this rank, why not that strategy, why this score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cto_cds.cli.options import AsJson, CaseFile, CctaFile, Drafts, LocalRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cto_cds.advice.result import Result
    from cto_cds.advice.rule_in_case import RuleInCase
    from cto_cds.rulefile.pack import Pack


def run(
    case: CaseFile,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="The id of a strategy, technique, class of equipment, score, algorithm, finding, "
            "rule or fact; none: the first strategy of the plan.",
        ),
    ] = None,
    ccta: CctaFile = None,
    rules: LocalRules = None,
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Explain a plan down to the rule, the fact and the paper. Nothing is recorded.

    A strategy is explained by the lines of its support, a veto by its rules, a technique or class
    of equipment by what it belongs to, a score by its items, an algorithm by the way through it,
    a rule by what it says and whether it speaks in this case, a fact by what was read where and
    which rules read it.

    Examples: cto-cds explain CASE.yaml retrograde_wire_escalation;
    cto-cds explain CASE.yaml j_cto
    """
    from cto_cds.advice.rule_in_case import rules_in_case
    from cto_cds.assess import Assessor, Settings
    from cto_cds.cli.inputs import CaseInput
    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import print_json, show
    from cto_cds.cli.packs import local_layers

    layers = local_layers(rules, drafts=drafts)
    settings = Settings.from_environment(drafts=drafts)
    with Assessor(settings, installed_plugins(settings), layers) as assessor:
        pack = assessor.pack
        _check_name(name, pack)
        asked = CaseInput(case, ccta)
        sheet, _ = asked.read(pack, assessor.registry, lambda _stage, _share: None)
        result = assessor.evaluate(sheet, what_if=name is None)
        asked_for: tuple[RuleInCase, ...] = ()
        if name is not None:
            asked_for = rules_in_case(name, assessor.trace(sheet), sheet, pack)
    if as_json:
        alerts = list(result.provenance.alerts)
        told = _document(result, pack, name, asked_for)
        print_json({**told, "alerts": alerts} if alerts else told)
        return
    from cto_cds.advice.explain import explanation_of
    from cto_cds.cli.factparts import fact_view
    from cto_cds.cli.parts import equipment_view, part_view, technique_view
    from cto_cds.cli.ruleparts import rules_view
    from cto_cds.report.terminal import alerts_view, explain_view, what_if_view

    show(*alerts_view(result))
    part = part_view(result, pack, name) if name is not None else None
    told_of = list(rules_view(asked_for, result, pack.names()))
    fact = fact_view(result, pack, name) if name is not None else None
    if part is not None:
        show(part, *told_of)
    elif asked_for:
        show(*told_of)
    elif fact is not None:
        show(fact)
    elif name is None:
        show(explain_view(result, pack.names()), what_if_view(result, pack.names()))
    elif explanation_of(result, name).state == "not_recommended":
        show(technique_view(result, pack, name), *equipment_view(pack, name))
    else:
        show(explain_view(result, pack.names(), name), *equipment_view(pack, name))


def _document(
    result: Result, pack: Pack, name: str | None, rules: Sequence[RuleInCase]
) -> dict[str, object]:
    from cto_cds.advice.explain import explanation_of
    from cto_cds.cli.factparts import fact_document
    from cto_cds.cli.parts import equipment_document, part_document, strategies_with
    from cto_cds.cli.ruleparts import rules_document

    if name is None:
        if not result.recommendation.strategies:
            return {"id": None, "state": "not_recommended"}
        told = explanation_of(result).model_dump(by_alias=True, exclude_none=True)
        answers = result.recommendation.what_if
        if answers is None:
            return told
        return {**told, "what_if": answers.model_dump(mode="json", exclude_none=True)}
    part = part_document(result, pack, name)
    if part is not None:
        return {**part, "also": [rules_document(rules)]} if rules else part
    if rules:
        return rules_document(rules)
    fact = fact_document(result, pack, name)
    if fact is not None:
        return fact
    told = explanation_of(result, name).model_dump(by_alias=True, exclude_none=True)
    used = [strategy.id for strategy in strategies_with(result, name)]
    told = {**told, "belongs_to": used} if used else told
    return {**told, **equipment_document(pack, name)}


def _like(name: str, every: Sequence[str]) -> list[str]:
    """Return the ids that a name may mean; capitals, spaces and hyphens are no difference."""
    from difflib import get_close_matches
    from re import sub

    plain = sub(r"[^a-z0-9.]+", "_", name.lower())
    return [plain] if plain in every else get_close_matches(plain, every, n=3)


def _check_name(name: str | None, pack: Pack) -> None:
    """Refuse an id that is nothing to explain, with the one that is most like it, or with all."""
    from cto_cds.cli.factparts import fact_ids
    from cto_cds.cli.parts import explainable

    allowed = {**explainable(pack), "facts": tuple(pack.vocabulary.facts)}
    every = list(dict.fromkeys([*(i for ids in allowed.values() for i in ids), *fact_ids(pack)]))
    if name is None or name in every:
        return
    close = _like(name, every)
    if close:
        mend = f"Did you mean {' or '.join(close)}?"
    else:
        lists = (f"{kind}: {', '.join(ids)}" for kind, ids in allowed.items())
        mend = "These can be explained:\n\n" + "\n\n".join(lists)
    message = f"'{name}' is nothing that can be explained. {mend}"
    raise typer.BadParameter(message)
