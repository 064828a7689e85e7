"""Reading a score."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from decimal import Decimal

from cto_cds.errors import Problem
from cto_cds.facts.document import Node, TextNode
from cto_cds.facts.fields import NUMBER, Fields, nearest
from cto_cds.facts.value import plain
from cto_cds.rulefile.condition import ALWAYS, leaves
from cto_cds.rulefile.figures import check_figures
from cto_cds.rulefile.model import Header, Source
from cto_cds.rulefile.parts import Reader, read_doi, read_rows
from cto_cds.rulefile.proof import same
from cto_cds.rulefile.score import Band, Criterion, Grade, Outcome, Remark, Score

IF_UNKNOWN = "give the range"
LOWEST, HIGHEST = Decimal(-1000), Decimal(1000)


def read_score(
    fields: Fields, header: Header, reader: Reader, meaning: str, strategies: Collection[str]
) -> Score:
    """Read what follows the header of a score."""
    groups = tuple(reader.names.vocabulary.groups)
    made_for = fields.word("made_for", groups, default="")
    needs = fields.word("needs", groups, default="")
    endpoint = fields.text("endpoint", required=True)
    applies = fields.take("applies_to")
    applies_to = reader.condition(applies) if applies else ALWAYS
    scenarios = _strategies("scenarios", fields, reader, strategies)
    mistakes = len(reader.book.problems)
    criteria = tuple(
        _criterion(node, header, reader, scenarios)
        for node in fields.items("criteria", required=True)
    )
    criteria_read = len(reader.book.problems) == mistakes
    grades = tuple(_grade(node, header, reader) for node in fields.items("grades"))
    outcomes = tuple(_outcome(node, header, reader, grades) for node in fields.items("outcomes"))
    remarks = tuple(_remark(node, header, reader) for node in fields.items("notes"))
    fields.word("if_unknown", [IF_UNKNOWN])
    rows = read_rows(fields, reader)
    fields.done()
    score = Score(
        header=header,
        rows=rows,
        meaning=meaning,
        endpoint=endpoint,
        made_for=made_for,
        needs=needs,
        applies_to=applies_to,
        scenarios=scenarios,
        criteria=criteria,
        grades=grades,
        outcomes=outcomes,
        remarks=remarks,
    )
    if criteria_read and not criteria:
        reader.book.note(fields.at("criteria"), "the score has no criteria", "Add one.", "criteria")
    elif criteria_read:
        _check_place(score, fields, reader)
        _check_twice(score, reader)
    _check(score, fields, reader)
    if criteria_read and len(reader.book.problems) == mistakes:
        _check_reach(score, reader)
    return score


def _strategies(
    key: str, fields: Fields, reader: Reader, allowed: Collection[str]
) -> tuple[str, ...]:
    names = fields.texts(key)
    for name in names:
        if name not in allowed:
            found = f"'{name}' is not a strategy that may stand here"
            reader.book.note(fields.node, found, nearest(name, allowed), key)
    return names


def _criterion(node: Node, header: Header, reader: Reader, scenarios: tuple[str, ...]) -> Criterion:
    fields = Fields(node, reader.book, "a criterion")
    of_strategy = fields.has("in_scenarios")
    criterion = Criterion(
        id=fields.text("id", required=True),
        title=fields.text("title", required=True),
        points=fields.number("points", required=True) or Decimal(0),
        when=ALWAYS if of_strategy else reader.condition(fields.take("when", required=True)),
        verified=reader.verified(fields, header.verified),
        source=reader.source(fields, header.source),
        at_limit=fields.text("at_limit"),
        place=reader.place(node),
        in_scenarios=_strategies("in_scenarios", fields, reader, scenarios),
    )
    fields.done()
    return criterion


def _grade(node: Node, header: Header, reader: Reader) -> Grade:
    fields = Fields(node, reader.book, "a grade")
    span = fields.text("points", required=True)
    low, _, high = span.partition(" to ")
    high = high or low
    if not (NUMBER.fullmatch(low) and NUMBER.fullmatch(high) and Decimal(low) <= Decimal(high)):
        reader.book.note(node, f"'{span}' is not a span of points", "Write '2' or '3 to 5'.")
        low = high = "0"
    name = fields.text("grade", required=True)
    if " or " in name:
        mend = "Choose a name without 'or': rows and results join grades with it."
        reader.book.note(node, f"the grade '{name}' reads two ways", mend, "grade")
    verified = reader.verified(fields, header.verified)
    fields.done()
    return Grade(Decimal(low), Decimal(high), name, verified, reader.place(node))


def _outcome(node: Node, header: Header, reader: Reader, grades: tuple[Grade, ...]) -> Outcome:
    fields = Fields(node, reader.book, "an outcome")
    source = header.source
    cite, doi, where = fields.text("cite"), read_doi(fields, reader.book), fields.text("where")
    if cite:
        source = Source(cite, doi, where)
    elif doi or where:
        found = "the outcome says where a figure stands and not in which paper"
        reader.book.note(node, found, "Add 'cite:'.", "cite")
    outcome = Outcome(
        endpoint=fields.text("endpoint", required=True),
        population=fields.text("population", required=True),
        source=source,
        unit=fields.text("unit", required=True),
        bands=tuple(
            band
            for key, value in fields.entries("values", required=True)
            for band in _bands(key, value, grades, reader)
        ),
        verified=reader.verified(fields, header.verified),
        place=reader.place(node),
    )
    check_figures(node, reader.book)
    fields.done()
    return outcome


def _bands(key: TextNode, value: Node, grades: tuple[Grade, ...], reader: Reader) -> Iterator[Band]:
    """A published value under a grade, a span of points, or 'any'."""
    text = value.text if isinstance(value, TextNode) else ""
    if not text:
        found = f"the value for '{key.text}' must be a text"
        reader.book.note(value, found, "Write a number, '0.4 to 9.4' or '< 1', without its unit.")
    spans = [(grade.low, grade.high) for grade in grades if grade.name == key.text]
    if key.text == "any":
        spans = [(LOWEST, HIGHEST)]
    low, _, high = key.text.partition(" to ")
    if not spans and NUMBER.fullmatch(low) and NUMBER.fullmatch(high or low):
        spans = [(Decimal(low), Decimal(high or low))]
    if not spans:
        names = ", ".join([*(grade.name for grade in grades), "any", "points such as '0 to 1'"])
        found = f"the outcome names '{key.text}', which is no grade and no span of points"
        reader.book.note(key, found, f"Allowed: {names}.", "outcomes")
    for lowest, highest in spans:
        yield Band(key.text, lowest, highest, text)


def _remark(node: Node, header: Header, reader: Reader) -> Remark:
    fields = Fields(node, reader.book, "a note")
    remark = Remark(
        when=reader.condition(fields.take("when", required=True)),
        note=fields.text("note", required=True),
        verified=reader.verified(fields, header.verified),
        source=reader.source(fields, header.source),
        place=reader.place(node),
    )
    fields.done()
    return remark


def _check_place(score: Score, fields: Fields, reader: Reader) -> None:
    """A score is made for a place that it reads; where a finding reads is not asked."""
    subjects = [leaf.subject for item in score.criteria for leaf in leaves(item.when)]
    places = {path.partition(".")[0] for subject in subjects for path in subject.paths}
    rests_on_finding = any(subject.finding for subject in subjects)
    if score.made_for and score.made_for not in places and not rests_on_finding:
        found = f"the score is made for {score.made_for}, and no criterion is read there"
        mend = f"It reads: {', '.join(sorted(places))}."
        reader.book.note(fields.at("made_for"), found, mend, "made_for")


def _check_twice(score: Score, reader: Reader) -> None:
    """No condition may count under two names."""
    for one, other in itertools.combinations(score.items, 2):
        if one.id != other.id and same(one.when, other.when, reader.names):
            found = f"the criteria '{one.id}' and '{other.id}' hold together always, so both count"
            mend = "Correct one of the conditions, or make them one criterion with the sum."
            reader.book.problems.append(Problem(other.place, found, mend))


def _check_reach(score: Score, reader: Reader) -> None:
    """Each grade lies among the totals that can come about."""
    totals = score.possible_totals
    for grade in score.grades:
        span = _span(grade.low, grade.high)
        inside = [total for total in totals if grade.low <= total <= grade.high]
        if inside and totals[0] <= grade.low and grade.high <= totals[-1]:
            continue
        every = _span(totals[0], totals[-1])
        found = f"the grade '{grade.name}' is for {span} points, and the totals are {every}"
        mend = "Take the grade out, or correct the points."
        if inside:
            mend = f"Write 'points: {_span(inside[0], inside[-1])}', or correct the points above."
        elif totals[0] <= grade.low and grade.high <= totals[-1]:
            found = f"no total lies in the grade '{grade.name}', {span} points"
        reader.book.problems.append(Problem(grade.place, found, mend))


def _span(low: Decimal, high: Decimal) -> str:
    return plain(low) if low == high else f"{plain(low)} to {plain(high)}"


def _check(score: Score, fields: Fields, reader: Reader) -> None:
    ids = [criterion.id for criterion in score.criteria]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        found = f"two criteria are called '{name}'"
        reader.book.note(fields.at("criteria"), found, "Rename one.")
    totals = score.possible_totals
    for total in totals if score.grades else ():
        names = [grade.name for grade in score.grades if grade.low <= total <= grade.high]
        if len(names) != 1:
            what = "no grade" if not names else f"the grades {' and '.join(names)}"
            found = f"a total of {total} has {what}"
            mend = "Give each possible total one grade."
            reader.book.note(fields.at("grades"), found, mend, "grades")
