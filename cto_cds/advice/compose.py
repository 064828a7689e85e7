"""The result of one case, put together from what the engine decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cto_cds import __version__
from cto_cds.advice import result
from cto_cds.advice.asking import asked
from cto_cds.advice.associating import associations_of
from cto_cds.advice.borderline import borderline
from cto_cds.advice.finding import finding_of, in_use
from cto_cds.advice.ranking import ranked
from cto_cds.advice.risks import with_risks
from cto_cds.advice.safety import guards_of, vetoed_of
from cto_cds.advice.scoring import score_of
from cto_cds.advice.walking import TRIED, Opinion, opinion_of
from cto_cds.advice.words import unique
from cto_cds.engine.engine import Answer
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, shown
from cto_cds.rulefile.pack import Pack

PHASE = "procedure.phase"
INTENDED_USE = "For research and planning support. Not a certified medical device."


def compose(
    sheet: FactSheet,
    answer: Answer,
    pack: Pack,
    *,
    plugins: tuple[str, ...] = (),
    failures: tuple[str, ...] = (),
) -> result.Result:
    """Return the result of a case, without its audit block.

    Args:
        sheet: The facts.
        answer: What both channels decided.
        pack: The rules they decided with.
        plugins: Name and version of every plugin that took part.
        failures: What a reader must know of plugins that could not take part.
    """
    trace = answer.trace
    used = sheet.known(TRIED)
    tried = used if isinstance(used, tuple) else _none_yet(sheet)
    opinions = {
        algorithm.rule.id: opinion_of(algorithm, trace, pack, tried)
        for algorithm in trace.algorithms
    }
    algorithms = {name: opinion.shown for name, opinion in opinions.items()}
    scores = {score.rule.id: score_of(score, trace, sheet, pack, tried) for score in trace.scores}
    guards = guards_of(trace.safety)
    strategies = with_risks(ranked(opinions, trace.shifts, guards, pack), scores)
    phase = sheet.known(PHASE)
    return result.Result(
        case=sheet.case,
        scores=scores,
        algorithms=algorithms,
        associations=tuple(associations_of(trace.associations, pack)),
        findings={f.rule.id: finding_of(f, trace, pack) for f in in_use(trace)},
        recommendation=result.Recommendation(
            phase=phase if isinstance(phase, str) else "unknown",
            first_do=unique(step for shown in algorithms.values() for step in shown.first_do),
            strategies=strategies,
            vetoed=vetoed_of(guards, pack),
            ask_for=asked(algorithms, scores, trace, pack),
            disagreements=tuple(_disagreements(opinions, pack)),
            policy=f"{pack.policy.header.title} {pack.policy.header.version}",
        ),
        facts={path: _fact(reading, pack) for path, reading in sheet.readings.items()},
        warnings=unique(
            (
                *_warnings(sheet, scores, algorithms, pack),
                *borderline(sheet, trace, pack),
                *sheet.notes,
                *failures,
            )
        ),
        provenance=result.Provenance(
            software=f"cto-cds {__version__}",
            rule_pack=pack.digest,
            facts=sheet.digest(),
            plugins=plugins,
        ),
        intended_use=INTENDED_USE,
    )


def _none_yet(sheet: FactSheet) -> tuple[str, ...] | None:
    """While planning nothing has been tried; in the laboratory it has to be said."""
    return () if sheet.known(PHASE) == "planning" else None


def _fact(reading: Reading, pack: Pack) -> result.Fact:
    return result.Fact(
        title=pack.vocabulary.of(reading.path).title,
        value="unknown" if reading.value is None else shown(reading.value),
        sd=str(reading.sd) if reading.sd else None,
        source=reading.source or None,
        status=reading.status or None,
        note=reading.note or None,
    )


def _disagreements(opinions: Mapping[str, Opinion], pack: Pack) -> Iterator[result.Disagreement]:
    choices = [
        result.Choice(
            algorithm=opinion.shown.title,
            first=opinion.shown.options[0],
            because=opinion.endings[0].last.branch.because,
        )
        for opinion in opinions.values()
        if opinion.shown.state == "decided" and opinion.shown.options
    ]
    if len({choice.first for choice in choices}) > 1:
        names = unique(pack.title(choice.first) for choice in choices)
        about = f"What comes first: {' or '.join(names)}"
        yield result.Disagreement(about=about, choices=tuple(choices))


def _warnings(
    sheet: FactSheet,
    scores: Mapping[str, result.Score],
    algorithms: Mapping[str, result.Algorithm],
    pack: Pack,
) -> Iterator[str]:
    unsigned = [rule for rule in pack.rules() if not rule.header.signed_by]
    if unsigned:
        yield f"No clinician has signed off {len(unsigned)} of the {len(pack.rules())} rule files."
    for path, reading in sheet.readings.items():
        if reading.status == "needs_review":
            because = f" {reading.note}" if reading.note else ""
            title = pack.vocabulary.of(path).title
            yield f"{title} ({path}) needs review and is read as unknown.{because}"
    yield from _contradictions(sheet, pack)
    parts: list[result.Score | result.Algorithm] = [*scores.values(), *algorithms.values()]
    for shown_part in parts:
        if shown_part.verified == "unverified" and shown_part.state != "not_applicable":
            yield f"{shown_part.title} rests on parts that were not verified in print."
    for rule in pack.rules():
        if rule.header.status == "draft":
            yield f"{rule.header.title} is a draft."
    for replaced in pack.replaced:
        yield f"{replaced.id} comes from {replaced.by_layer}, in place of {replaced.layer}."


def _contradictions(sheet: FactSheet, pack: Pack) -> Iterator[str]:
    """Words that two places read differently; numbers differ by nature and are shown as facts."""
    for fact in pack.vocabulary.facts.values():
        if fact.numeric or fact.list_of:
            continue
        values = {
            group: value
            for group in fact.groups
            if (value := sheet.known(f"{group}.{fact.name}")) is not None
        }
        if len(set(values.values())) > 1:
            told = ", ".join(f"{group} says {shown(value)}" for group, value in values.items())
            yield f"{fact.title} is read differently: {told}."
