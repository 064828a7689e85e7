"""One comparison in words, such as ``occlusion_length >= 20 mm``, to a checked leaf."""

from __future__ import annotations

import re
from decimal import Decimal

from cto_cds.errors import Place
from cto_cds.facts.fields import NUMBER, nearest
from cto_cds.facts.value import Quantity, plain
from cto_cds.rulefile.condition import Leaf, Subject
from cto_cds.rulefile.names import Names, Shape, UnknownNameError

FORM = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?)\s+"
    r"(?P<operator><=|>=|<|>|=|is empty|is|includes|ends with)"
    r"(\s+(?P<rest>\S.*))?",
)
JOINED = re.compile(
    r"(?P<first>\S.*?)\s"
    r"(?P<joint>and|or(?=\s\S+\s(<=|>=|<|>|=|is|includes|ends with)\s))\s"
    r"(?P<second>\S.*)",
    re.IGNORECASE,
)
OF_LISTS = ("includes", "ends with")
HOW = "Write it like 'occlusion_length >= 20 mm', 'stump is blunt' or 'strategies_tried is empty'."


class BadComparisonError(Exception):
    """A comparison that cannot be used; says what was found and what to write."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend


def parse_comparison(text: str, names: Names, reads: tuple[str, ...], place: Place) -> Leaf:
    """Read one comparison.

    Raises:
        BadComparisonError: The form, name, unit, word or limit is wrong.
    """
    text = " ".join(text.split())
    joined = JOINED.fullmatch(text)
    if joined is not None:
        joint = joined["joint"].lower()
        key = {"and": "all", "or": "any"}[joint]
        found = f"'{joint}' does not join comparisons: '{text}'"
        mend = f"Write '{key}: [{joined['first']}, {joined['second']}]'."
        raise BadComparisonError(found, mend)
    match = FORM.fullmatch(text)
    if match is None:
        raise BadComparisonError(f"'{text}' is not a comparison", HOW)
    try:
        subject = names.subject(match["name"], reads)
    except UnknownNameError as fault:
        raise BadComparisonError(fault.found, fault.mend) from None
    shape = names.shape(subject)
    rest = (match["rest"] or "").strip()
    if match["operator"] == "is empty":
        if not shape.is_list or rest:
            raise BadComparisonError(f"'{text}' is not a comparison", HOW)
        return Leaf(subject, "is empty", text, place=place)
    if not rest:
        raise BadComparisonError(f"'{text}' compares with nothing", HOW)
    if match["operator"] in {"is", *OF_LISTS}:
        words = _words(rest, match["operator"], subject, shape)
        return Leaf(subject, match["operator"], text, words=words, place=place)
    return Leaf(subject, match["operator"], text, limit=_limit(rest, subject, shape), place=place)


def _words(rest: str, operator: str, subject: Subject, shape: Shape) -> tuple[str, ...]:
    if (operator in OF_LISTS) != shape.is_list:
        right = OF_LISTS[0] if shape.is_list else "is"
        found = f"'{operator}' does not go with {subject.name}"
        raise BadComparisonError(found, f"Write '{subject.name} {right} ...'.")
    words = tuple(word.strip() for word in rest.split(" or "))
    for word in words:
        if word.startswith("not "):
            mend = f"Write 'not: {subject.name} is {word[4:]}'."
            raise BadComparisonError("'is not' reads two ways when the fact is unknown", mend)
        if word == "unknown":
            mend = "No rule may hold because something is unknown; use if_unknown."
            raise BadComparisonError("'unknown' is not a word to compare with", mend)
        if word not in shape.words:
            allowed = f"Allowed: {', '.join(shape.words) or 'no words, it is a number'}."
            hint = nearest(word, shape.words)
            mend = f"{hint} {allowed}" if hint.startswith("Did you mean") else allowed
            raise BadComparisonError(f"'{word}' is not a word of {subject.name}", mend)
    return words


def _limit(rest: str, subject: Subject, shape: Shape) -> Quantity:
    if not shape.numeric:
        mend = f"Its words are: {', '.join(shape.words)}."
        raise BadComparisonError(f"{subject.name} is not a number", mend)
    number, _, unit = rest.partition(" ")
    if number[0] in "<>=":
        mend = "Write <, <=, >, >= or = in one piece, without a space in it."
        raise BadComparisonError(f"'{number}' is not a number", mend)
    if not NUMBER.fullmatch(number):
        raise BadComparisonError(f"'{number}' is not a number", HOW)
    if unit != shape.unit:
        given = f"'{unit}'" if unit else "no unit"
        expected = f"in {shape.unit}" if shape.unit else "without unit"
        found = f"'{rest}' has {given}, and {subject.name} is {expected}"
        raise BadComparisonError(found, f"Give the limit {expected}; nothing is converted.")
    value = Decimal(number)
    if shape.low is not None and shape.high is not None and not shape.low <= value <= shape.high:
        span = f"{plain(shape.low)} to {plain(shape.high)}"
        found = f"{rest} lies outside the plausible range of {subject.name} ({span})"
        raise BadComparisonError(found, "Correct the limit, or the range in vocabulary.yaml.")
    return Quantity(value, shape.unit)
