"""The result of one case, put together from what the engine decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from cto_cds import __version__
from cto_cds.advice import result
from cto_cds.advice.asking import asked
from cto_cds.advice.associating import associations_of
from cto_cds.advice.contradicting import contradictions
from cto_cds.advice.differing import Disputes, with_doubt
from cto_cds.advice.fallen import forbidden_by
from cto_cds.advice.finding import finding_of, in_use
from cto_cds.advice.installed import NOTHING_INSTALLED, Installed
from cto_cds.advice.not_in_force import absent_of
from cto_cds.advice.of_use import of_use, steps_of
from cto_cds.advice.parting import TRIED
from cto_cds.advice.published import Published
from cto_cds.advice.ranking import decrees, drafted, first_here, ranked
from cto_cds.advice.readable import left_to_review, whether_readable
from cto_cds.advice.risks import with_risks
from cto_cds.advice.safety import Guard, advice_of, cautions_of, guards_of, silent_of, vetoed_of
from cto_cds.advice.scoring import score_of
from cto_cds.advice.settling import settled, unsettled_by
from cto_cds.advice.standing import Ranker, Standing
from cto_cds.advice.views import disagreements, first_steps, views
from cto_cds.advice.walking import Opinion, opinion_of
from cto_cds.advice.warning import PHASE, not_signed_off, safety_replaced, warnings_of
from cto_cds.advice.whatif import Asker
from cto_cds.advice.words import unique
from cto_cds.engine.engine import Answer
from cto_cds.errors import DEFECT, EngineError, Place, Problem
from cto_cds.facts.begun import showing_begun
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, shown
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

MISSING_HERE = "center.missing_equipment"
READ_HERE = (PHASE, TRIED, MISSING_HERE)
INTENDED_USE = "For research and planning support. Not a certified medical device."


def compose(
    sheet: FactSheet,
    answer: Answer,
    pack: Pack,
    *,
    installed: Installed = NOTHING_INSTALLED,
    what_if: bool = False,
    published: Published | None = None,
) -> result.Result:
    """Return the result of a case, without its audit block.

    Args:
        sheet: The facts.
        answer: What both channels decided.
        pack: The rules they decided with.
        installed: What a reader must know of the plugins of the installation.
        what_if: Whether to answer what would change the first choice.
        published: What the rules publish, for those who compose more than one result.

    Raises:
        EngineError: The plan and the what-if answers rank the same case differently.
    """
    trace = answer.trace
    used = sheet.known(TRIED)
    tried = used if isinstance(used, tuple) else _none_yet(sheet, pack)
    opinions = {
        algorithm.rule.id: opinion_of(algorithm, trace, pack, tried)
        for algorithm in trace.algorithms
    }
    algorithms = {name: opinion.shown for name, opinion in opinions.items()}
    published = published or Published(pack)
    scores = {
        score.rule.id: score_of(score, trace, sheet, published, tried) for score in trace.scores
    }
    disputes = Disputes(sheet, pack)
    guards = with_doubt(guards_of(trace.dangers, sheet, pack), disputes)
    absent = absent_of(pack, answer.lookup, guards)
    lacking = sheet.known(MISSING_HERE)
    missing_here = pack.with_groups(lacking if isinstance(lacking, tuple) else ())
    lacking_here = {*missing_here, *pack.needed_only_by(missing_here)}
    drafts = drafted(opinions, trace.shifts, guards, pack, silent_of(trace.dangers))
    strategies = with_risks(ranked(drafts, guards, pack, missing_here), scores, pack)
    used_findings = in_use(trace, pack)

    @cache
    def asker() -> Asker:
        return Asker(answer, Ranker(pack, tried))

    readable = (
        *whether_readable(sheet, pack.vocabulary, lambda changes: asker().rests_on(changes)),
        *left_to_review(used_findings, sheet, pack.vocabulary),
    )
    unsaid = [ask.fact for ask in readable if ask.changes == "plan"]
    is_settled, because = settled(drafts, opinions, guards, trace, pack, unsaid)
    opposed = contradictions(disputes, guards)
    turning = opposed.turning(asker()) if opposed and is_settled else ()
    if turning:
        is_settled, because = False, unsettled_by(turning, pack)
    phase = sheet.known(PHASE)
    decreed = any(decrees(guard) for guard in guards)
    ask_for = (
        *readable,
        *asked(
            opinions,
            scores,
            [draft.strategy for draft in drafts],
            trace,
            pack,
            begun=not _planning(sheet),
            decreed=decreed,
        ),
    )
    ask_for = tuple(sorted(ask_for, key=lambda ask: ask.changes != "plan"))
    told = _where_a_plan_is(guards, opinions, pack)
    told = tuple(entry for entry in told if entry.certain or not decreed)
    vetoed = vetoed_of(guards, pack)
    barred = {veto.id for veto in vetoed if veto.certain}
    advice = tuple(of_use(told, strategies, lacking_here, barred))
    here = first_here(strategies, pack.policy.follows_a_wire if _planning(sheet) else {})
    steps = tuple(steps_of(advice, guards, strategies, here))
    answers = None
    if what_if:
        _refuse_unless_same(sheet, strategies, asker().base)
        answers = asker().answers(ask.fact for ask in ask_for if ask.changes == "plan")
    return result.Result(
        case=sheet.case,
        scores=scores,
        algorithms=algorithms,
        associations=tuple(associations_of(trace.associations, pack)),
        findings={f.rule.id: finding_of(f, trace, pack) for f in used_findings},
        recommendation=result.Recommendation(
            phase=phase if isinstance(phase, str) else "unknown",
            settled=is_settled,
            because=because,
            first_do=unique(
                (
                    *steps,
                    *_none_here(strategies, here, steps, pack, begun=not _planning(sheet)),
                    *first_steps(opinions, strategies, pack, here),
                )
            ),
            strategies=strategies,
            first_here=here,
            change_when=_change_when(strategies, pack),
            advice=advice,
            views=tuple(
                views(
                    opinions,
                    strategies,
                    forbidden_by(guards),
                    pack,
                    disputes,
                    here,
                    pack.lacking(missing_here),
                )
            ),
            vetoed=vetoed,
            cautions=tuple(_offered(cautions_of(guards, pack), strategies, pack)),
            ask_for=ask_for,
            disagreements=tuple(disagreements(opinions, pack)),
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
                *not_signed_off(pack),
                *installed.failures,
                *(entry.sentence for entry in absent),
                *(guard.because for guard in guards if guard.trace.rule.warns),
                *warnings_of(trace, (*scores.values(), *algorithms.values()), disputes, READ_HERE),
                *sheet.notes,
            )
        ),
        provenance=result.Provenance(
            software=f"cto-cds {__version__}",
            rule_pack=pack.digest,
            facts=sheet.digest(),
            plugins=installed.plugins,
            safety_replaced=safety_replaced(pack) or None,
            rules_missing=installed.rules_missing or None,
            not_in_force=tuple(entry.sentence for entry in absent if entry.matters) or None,
        ),
        intended_use=INTENDED_USE,
    )


def _refuse_unless_same(
    sheet: FactSheet, strategies: tuple[result.Strategy, ...], standing: Standing
) -> None:
    told = tuple((strategy.id, strategy.ordered_by) for strategy in strategies)
    if told != standing.order:
        found = "the plan and the what-if answers rank the case differently, so there is no answer"
        raise EngineError(Problem(Place(sheet.case or "case"), found, DEFECT))


def _change_when(strategies: tuple[result.Strategy, ...], pack: Pack) -> str | None:
    """When to change to the next strategy; no device and no end of the attempt waits for a time."""
    first = strategies[0] if strategies else None
    if first is None or first.ends_attempt or first.id not in pack.policy.tie_order:
        return None
    return pack.policy.change_when or None


def _none_here(
    strategies: tuple[result.Strategy, ...],
    here: str | None,
    steps: Collection[str],
    pack: Pack,
    *,
    begun: bool,
) -> tuple[str, ...]:
    """What to do where nothing of the list can be done here and no rule says it already."""
    what_to_do = pack.policy.none_here_begun if begun else pack.policy.none_here
    if not strategies or here is not None or not what_to_do:
        return ()
    told = {r.first_do for r in pack.safety if r.bars and r.first_do}
    return () if told & {*steps} else (what_to_do,)


def _where_a_plan_is(
    guards: tuple[Guard, ...], opinions: Mapping[str, Opinion], pack: Pack
) -> tuple[result.Advice, ...]:
    """Advice belongs to a plan; where no algorithm applies, only what warns is told."""
    warning = {guard.trace.rule.id for guard in guards if guard.trace.rule.warns}
    alone = all(opinion.applies is Truth.FALSE for opinion in opinions.values())
    told = advice_of(guards, pack)
    return tuple(advice for advice in told if advice.rule in warning) if alone else told


def _offered(
    cautions: tuple[result.Guarded, ...], strategies: tuple[result.Strategy, ...], pack: Pack
) -> Iterator[result.Guarded]:
    """Cautions about techniques, and about strategies that the plan names."""
    others = set(pack.policy.tie_order) - {strategy.id for strategy in strategies}
    return (caution for caution in cautions if caution.id not in others)


def _none_yet(sheet: FactSheet, pack: Pack) -> tuple[str, ...] | None:
    """While planning nothing has been tried; in the laboratory it has to be said."""
    begun = showing_begun(sheet.readings, PHASE.partition(".")[0], pack.vocabulary)
    return () if _planning(sheet) and not begun else None


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
