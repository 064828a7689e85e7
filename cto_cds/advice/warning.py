"""What a reader must know beside the plan, the gravest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from cto_cds.advice import result
from cto_cds.advice.at_limit import at_limits
from cto_cds.advice.borderline import borderline
from cto_cds.advice.differing import Disputes, differing, told_elsewhere
from cto_cds.advice.readable import taken_as_readable
from cto_cds.advice.words import outside_because, titles
from cto_cds.engine.trace import Trace, missing_in
from cto_cds.facts.begun import showing_begun
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.pack import Pack, Replaced
from cto_cds.rulefile.truth import Truth

PHASE = "procedure.phase"
MEASURED = frozenset({"auto", "confirmed", "edited"})
"""How a value stands that a program measured; what a person enters has no standing of its own."""


def warnings_of(
    trace: Trace,
    parts: Iterable[result.Score | result.Algorithm],
    disputes: Disputes,
    read_elsewhere: Collection[str],
) -> Iterator[str]:
    """Yield one sentence for each thing to know.

    Args:
        trace: What was decided.
        parts: The scores and algorithms as they are shown.
        disputes: The facts, with those that two places read differently, and the rules.
        read_elsewhere: Facts that the advice reads without a rule.
    """
    sheet, pack = disputes.sheet, disputes.pack
    yield from map(_taken, pack.replaced)
    if pack.drafts:
        named = "; ".join(rule.header.title for rule in pack.drafts)
        yield f"Drafts that nobody has reviewed are in force: {named}."
    yield from differing(disputes).values()
    yield from told_elsewhere(disputes)
    yield from _planned_and_begun(sheet, pack, PHASE)
    yield from taken_as_readable(sheet, pack.vocabulary)
    yield from _not_read(sheet, pack, read_elsewhere)
    yield from _to_review(sheet, pack)
    yield from borderline(sheet, trace, pack)
    yield from at_limits(trace, pack)
    yield from _associations(sheet, trace, pack)
    doubtful = [
        part.title
        for part in parts
        if part.verified == "unverified" and part.state != "not_applicable"
    ]
    if doubtful:
        yield f"These rest on parts that were not verified in print: {', '.join(doubtful)}."


def not_signed_off(pack: Pack) -> tuple[str, ...]:
    """Return one sentence on the rule files that no clinician has signed off, if there are any."""
    unsigned, every = len(pack.unsigned), len(pack.rules())
    if not unsigned:
        return ()
    which = f"any of the {every}" if unsigned == every else f"{unsigned} of the {every}"
    return (f"No clinician has signed off {which} rule files.",)


def safety_replaced(pack: Pack) -> tuple[str, ...]:
    """Return one sentence for each safety rule that local rules took the place of."""
    return tuple(_taken(replaced) for replaced in pack.replaced if replaced.safety)


def _taken(replaced: Replaced) -> str:
    what = "The safety rule " if replaced.safety else ""
    return f"{what}{replaced.id} comes from {replaced.by_layer}, in place of {replaced.layer}."


def _to_review(sheet: FactSheet, pack: Pack) -> Iterator[str]:
    """What one reason leaves to review is told together, and the reason once."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for path, reading in sheet.readings.items():
        if reading.status == "needs_review":
            reasons.setdefault((path.rpartition(".")[0], reading.note), []).append(path)
    for (group, note), paths in reasons.items():
        named = "; ".join(pack.vocabulary.of(path).title for path in paths)
        told = (
            f"{named} ({paths[0]}) needs review and is read as unknown."
            if len(paths) == 1
            else f"These need review and are read as unknown ({group}): {named}."
        )
        yield f"{told} {note}".rstrip()


def _planned_and_begun(sheet: FactSheet, pack: Pack, phase: str) -> Iterator[str]:
    """Facts of a procedure that is said not to have begun."""
    fact = pack.vocabulary.of(phase)
    if not fact.when_group_absent or sheet.known(phase) != fact.when_group_absent:
        return
    group = phase.partition(".")[0]
    begun = showing_begun(sheet.readings, group, pack.vocabulary)
    if begun:
        yield (
            f"{fact.title} is {fact.when_group_absent}, but the case tells of a procedure that "
            f"has begun: {titles(pack, begun)}."
        )


def _associations(sheet: FactSheet, trace: Trace, pack: Pack) -> Iterator[str]:
    """Studies that say nothing here although facts are known that they speak about."""
    for study in trace.associations:
        paths = {path for entry in study.rule.entries for path in entry.of.paths}
        if study.applies.truth is Truth.TRUE or not any(sheet.known(path) for path in paths):
            continue
        title = study.rule.header.title
        if study.applies.truth is Truth.FALSE:
            yield f"{title}: {outside_because(pack, study.applies)}"
        else:
            asked = titles(pack, missing_in(study.applies))
            yield f"{title}: whether it applies is not known; it depends on: {asked}."


def _not_read(sheet: FactSheet, pack: Pack, read_elsewhere: Collection[str]) -> Iterator[str]:
    unread = [
        path
        for path in pack.vocabulary.by_path
        if path not in pack.paths_read
        and path not in read_elsewhere
        and sheet.known(path) is not None
    ]
    measured = [path for path in unread if sheet.readings[path].status in MEASURED]
    entered = [path for path in unread if path not in measured]
    for how, paths in (("Entered", entered), ("Measured", measured)):
        if paths:
            names = ", ".join(f"{pack.title(path)} ({path})" for path in paths)
            yield f"{how}, but no rule in force reads it: {names}."
