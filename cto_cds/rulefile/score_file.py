"""Reading a score."""

from __future__ import annotations

from decimal import Decimal

from cto_cds.facts.document import Node
from cto_cds.facts.fields import NUMBER, Fields
from cto_cds.rulefile.condition import ALWAYS, leaves
from cto_cds.rulefile.figures import check_figures
from cto_cds.rulefile.model import Criterion, Grade, Header, Outcome, Remark, Score
from cto_cds.rulefile.parts import Reader, read_rows

IF_UNKNOWN = "give the range"


def read_score(fields: Fields, header: Header, reader: Reader, meaning: str) -> Score:
    """Read what follows the header of a score."""
    groups = tuple(reader.names.vocabulary.groups)
    made_for = fields.word("made_for", groups, default="")
    endpoint = fields.text("endpoint", required=True)
    applies = fields.take("applies_to")
    applies_to = reader.condition(applies) if applies else ALWAYS
    criteria = tuple(
        _criterion(node, header, reader) for node in fields.items("criteria", required=True)
    )
    grades = tuple(_grade(node, header, reader) for node in fields.items("grades"))
    outcomes = tuple(_outcome(node, header, reader) for node in fields.items("outcomes"))
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
        applies_to=applies_to,
        criteria=criteria,
        grades=grades,
        outcomes=outcomes,
        remarks=remarks,
    )
    _check_place(score, fields, reader)
    _check(score, fields, reader)
    return score


def _criterion(node: Node, header: Header, reader: Reader) -> Criterion:
    fields = Fields(node, reader.book, "a criterion")
    criterion = Criterion(
        id=fields.text("id", required=True),
        title=fields.text("title", required=True),
        points=fields.number("points", required=True) or Decimal(0),
        when=reader.condition(fields.take("when", required=True)),
        verified=reader.verified(fields, header.verified),
        source=reader.source(fields, header.source),
        at_limit=fields.text("at_limit"),
        place=reader.place(node),
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
    verified = reader.verified(fields, header.verified)
    fields.done()
    return Grade(Decimal(low), Decimal(high), name, verified)


def _outcome(node: Node, header: Header, reader: Reader) -> Outcome:
    fields = Fields(node, reader.book, "an outcome")
    source = header.source
    cite, doi = fields.text("cite"), fields.text("doi")
    if cite:
        source = type(source)(cite, doi)
    outcome = Outcome(
        endpoint=fields.text("endpoint", required=True),
        population=fields.text("population", required=True),
        source=source,
        unit=fields.text("unit", required=True),
        values={
            key.text: getattr(value, "text", "")
            for key, value in fields.entries("values", required=True)
        },
        verified=reader.verified(fields, header.verified),
    )
    check_figures(node, reader.book)
    fields.done()
    return outcome


def _remark(node: Node, header: Header, reader: Reader) -> Remark:
    fields = Fields(node, reader.book, "a note")
    remark = Remark(
        when=reader.condition(fields.take("when", required=True)),
        note=fields.text("note", required=True),
        verified=reader.verified(fields, header.verified),
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


def _check(score: Score, fields: Fields, reader: Reader) -> None:
    ids = [criterion.id for criterion in score.criteria]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        found = f"two criteria are called '{name}'"
        reader.book.note(fields.at("criteria"), found, "Rename one.")
    totals = reachable([criterion.points for criterion in score.criteria])
    for total in totals if score.grades else ():
        names = [grade.name for grade in score.grades if grade.low <= total <= grade.high]
        if len(names) != 1:
            what = "no grade" if not names else f"the grades {' and '.join(names)}"
            found = f"a total of {total} has {what}"
            mend = "Give each possible total one grade."
            reader.book.note(fields.at("grades"), found, mend, "grades")
    grades = {grade.name for grade in score.grades} | {"any"}
    for outcome in score.outcomes:
        for name in outcome.values:
            if name not in grades:
                found = f"the outcome names '{name}', which is no grade"
                mend = f"Grades: {', '.join(sorted(grades))}."
                reader.book.note(fields.at("outcomes"), found, mend, "outcomes")


def reachable(points: list[Decimal]) -> tuple[Decimal, ...]:
    """Return every total that some choice of the items reaches, in order."""
    totals = {Decimal(0)}
    for value in points:
        totals |= {total + value for total in totals}
    return tuple(sorted(totals))
