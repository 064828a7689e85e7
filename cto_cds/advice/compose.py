"""The result of one case, put together from what the engine decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cto_cds import __version__
from cto_cds.advice import result
from cto_cds.advice.asking import asked
from cto_cds.advice.associating import associations_of
from cto_cds.advice.finding import finding_of, in_use
from cto_cds.advice.published import Published
from cto_cds.advice.ranking import first_here, ranked
from cto_cds.advice.risks import with_risks
from cto_cds.advice.safety import Guard, advice_of, cautions_of, guards_of, vetoed_of
from cto_cds.advice.scoring import score_of
from cto_cds.advice.standing import Ranker, Standing
from cto_cds.advice.walking import TRIED, Opinion, opinion_of
from cto_cds.advice.warning import PHASE, safety_replaced, warnings_of
from cto_cds.advice.whatif import Asker
from cto_cds.advice.words import titles, unique
from cto_cds.engine.engine import Answer
from cto_cds.engine.trace import missing_in
from cto_cds.errors import EngineError, Place, Problem
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, shown
from cto_cds.rulefile.pack import Pack

MISSING_HERE = "center.missing_equipment"
READ_HERE = (PHASE, TRIED, MISSING_HERE)
INTENDED_USE = "For research and planning support. Not a certified medical device."


def compose(
    sheet: FactSheet,
    answer: Answer,
    pack: Pack,
    *,
    plugins: tuple[str, ...] = (),
    failures: tuple[str, ...] = (),
    what_if: bool = False,
    published: Published | None = None,
) -> result.Result:
    """Return the result of a case, without its audit block.

    Args:
        sheet: The facts.
        answer: What both channels decided.
        pack: The rules they decided with.
        plugins: Name and version of every plugin that took part.
        failures: What a reader must know of plugins that could not take part.
        what_if: Whether to answer what would change the first choice.
        published: What the rules publish, for those who compose more than one result.

    Raises:
        EngineError: The plan and the what-if answers rank the same case differently.
    """
    trace = answer.trace
    used = sheet.known(TRIED)
    tried = used if isinstance(used, tuple) else _none_yet(sheet)
    opinions = {
        algorithm.rule.id: opinion_of(algorithm, trace, pack, tried)
        for algorithm in trace.algorithms
    }
    algorithms = {name: opinion.shown for name, opinion in opinions.items()}
    published = published or Published(pack)
    scores = {
        score.rule.id: score_of(score, trace, sheet, published, tried) for score in trace.scores
    }
    guards = guards_of(trace.safety)
    lacking = sheet.known(MISSING_HERE)
    missing_here = lacking if isinstance(lacking, tuple) else ()
    listed = ranked(opinions, trace.shifts, guards, pack, missing_here)
    strategies = with_risks(listed, scores)
    settled, because = _standing(strategies, algorithms, guards, pack)
    phase = sheet.known(PHASE)
    ask_for = asked(
        opinions, scores, [s.id for s in strategies], trace, pack, begun=not _planning(sheet)
    )
    answers = None
    if what_if:
        asker = Asker(answer, Ranker(pack, tried))
        _refuse_unless_same(sheet, strategies, asker.base)
        answers = asker.answers(ask.fact for ask in ask_for if ask.changes == "plan")
    return result.Result(
        case=sheet.case,
        scores=scores,
        algorithms=algorithms,
        associations=tuple(associations_of(trace.associations, pack)),
        findings={f.rule.id: finding_of(f, trace, pack) for f in in_use(trace)},
        recommendation=result.Recommendation(
            phase=phase if isinstance(phase, str) else "unknown",
            settled=settled,
            because=because,
            first_do=unique(step for shown in algorithms.values() for step in shown.first_do),
            strategies=strategies,
            first_here=first_here(strategies),
            change_when=pack.policy.change_when or None,
            advice=advice_of(guards),
            views=tuple(_views(opinions)),
            vetoed=vetoed_of(guards, pack),
            cautions=cautions_of(guards, pack),
            ask_for=ask_for,
            disagreements=tuple(_disagreements(opinions, pack)),
            what_if=answers,
            policy=f"{pack.policy.header.title} {pack.policy.header.version}",
        ),
        facts={
            path: _fact(sheet.readings[path], pack)
            for path in pack.vocabulary.by_path
            if path in sheet.readings
        },
        warnings=unique(
            (
                *failures,
                *(guard.because for guard in guards if guard.trace.rule.warns),
                *warnings_of(
                    sheet, trace, (*scores.values(), *algorithms.values()), pack, READ_HERE
                ),
                *sheet.notes,
            )
        ),
        provenance=result.Provenance(
            software=f"cto-cds {__version__}",
            rule_pack=pack.digest,
            facts=sheet.digest(),
            plugins=plugins,
            safety_replaced=safety_replaced(pack) or None,
        ),
        intended_use=INTENDED_USE,
    )


def _refuse_unless_same(
    sheet: FactSheet, strategies: tuple[result.Strategy, ...], standing: Standing
) -> None:
    told = tuple((strategy.id, strategy.ordered_by) for strategy in strategies)
    if told != standing.order:
        found = "the plan and the what-if answers rank the case differently, so there is no answer"
        raise EngineError(Problem(Place(sheet.case or "case"), found, "Report this."))


def _standing(
    strategies: tuple[result.Strategy, ...],
    algorithms: Mapping[str, result.Algorithm],
    guards: tuple[Guard, ...],
    pack: Pack,
) -> tuple[bool, str | None]:
    """Whether the first choice is settled; and why there is none, or what it depends on."""
    undecided = [found for found in algorithms.values() if found.state == "undecided"]
    if not strategies:
        reasons = [
            f"{found.title}: {found.because}" for found in algorithms.values() if found.because
        ]
        last = [found.path[-1].because for found in algorithms.values() if found.path]
        return False, " ".join([*reasons, *last]) or None
    decreed = [g for g in guards if g.effect == "veto" and g.certain and g.trace.rule.instead]
    if decreed:
        return True, decreed[0].because
    threats = [g.trace.danger for g in guards if g.trace.rule.instead and not g.certain]
    if not undecided and not threats:
        return True, None
    open_facts = [fact for found in undecided for fact in found.missing]
    missing = titles(pack, unique((*open_facts, *missing_in(*threats))))
    return False, f"The first choice is not settled; it depends on: {missing}."


def _none_yet(sheet: FactSheet) -> tuple[str, ...] | None:
    """While planning nothing has been tried; in the laboratory it has to be said."""
    return () if _planning(sheet) else None


def _planning(sheet: FactSheet) -> bool:
    return sheet.known(PHASE) == "planning"


def _fact(reading: Reading, pack: Pack) -> result.Fact:
    return result.Fact(
        title=pack.vocabulary.of(reading.path).title,
        value="unknown" if reading.value is None else shown(reading.value),
        sd=str(reading.sd) if reading.sd else None,
        source=reading.source or None,
        status=reading.status or None,
        note=reading.note or None,
    )


def _views(opinions: Mapping[str, Opinion]) -> Iterator[result.View]:
    """What each algorithm puts first, and why; or why it says nothing."""
    for opinion in opinions.values():
        shown = opinion.shown
        last = opinion.endings[0].last.branch.because if opinion.endings else ""
        yield result.View(
            algorithm=shown.title,
            state=shown.state,
            first=unique(ending.order[0] for ending in opinion.endings if ending.order),
            because=shown.because or (last if shown.state == "decided" else ""),
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
