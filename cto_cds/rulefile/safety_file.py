"""Reading a safety rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from cto_cds.facts.document import MapNode, TextNode
from cto_cds.facts.fields import Fields, nearest
from cto_cds.rulefile.condition import leaves
from cto_cds.rulefile.here import FIGURE, Sentence
from cto_cds.rulefile.model import Header, Safety
from cto_cds.rulefile.parts import UNTESTED, Reader, read_rows
from cto_cds.rulefile.proof import MOST_CELLS, cell_count, dangerous_words

ADVICE = "advice"
ADVISE = "advise"
EFFECTS = ("veto", "caution")
IF_UNKNOWN = ("veto", "caution", "name what is missing")


def read_safety(
    fields: Fields, header: Header, reader: Reader, meaning: str, ids: Mapping[str, Collection[str]]
) -> Safety:
    """Read what follows the header of a safety rule.

    Args:
        fields: The file.
        header: Its header.
        reader: Reads conditions and rows.
        meaning: The digest of its meaning.
        ids: The ids of ``strategies`` and ``techniques``, which it may forbid.
    """
    doable = [*ids["strategies"], *ids["techniques"]]
    effect = fields.word("effect", EFFECTS)
    on = _named("on", doable, fields, reader, required=True)
    safety = Safety(
        header=header,
        effect=effect,
        on=on,
        read_unknown_as=_read_unknown_as(fields, reader),
        when=reader.condition(fields.take("when", required=True)),
        if_unknown=fields.word("if_unknown", IF_UNKNOWN),
        because=fields.text("because", required=True),
        because_unknown=fields.text("because_unknown"),
        because_silent=fields.text("because_silent"),
        instead=_instead(fields, reader, doable),
        asks=fields.said("asks", default=True),
        rows=read_rows(fields, reader),
        meaning=meaning,
    )
    fields.done()
    _check_reason(safety, fields, reader)
    _check_silence(safety, fields, reader)
    read = {path for leaf in leaves(safety.when) for path in leaf.subject.paths}
    for path in safety.read_unknown_as:
        if path not in read:
            found = f"'{path}' is read as something when unknown, but the rule never reads it"
            mend = nearest(path, read)
            reader.book.note(fields.at("read_unknown_as"), found, mend, "read_unknown_as")
    if all(problem.found == UNTESTED for problem in reader.book.problems):
        _check_dangerous(safety, fields, reader)
    return safety


def read_advice(
    fields: Fields, header: Header, reader: Reader, meaning: str, ids: Mapping[str, Collection[str]]
) -> Safety:
    """Read what follows the header of a piece of advice.

    Args:
        fields: The file.
        header: Its header.
        reader: Reads conditions and rows.
        meaning: The digest of its meaning.
        ids: The ids of ``strategies``, ``techniques`` and ``equipment``.
    """
    doable = [*ids["strategies"], *ids["techniques"]]
    handy = [*ids["techniques"], *ids["equipment"]]
    advice = Safety(
        header=header,
        effect=ADVISE,
        on=_named("on", doable, fields, reader),
        read_unknown_as=_read_unknown_as(fields, reader),
        when=reader.condition(fields.take("when", required=True)),
        if_unknown=fields.word("if_unknown", (ADVISE, IF_UNKNOWN[-1])),
        because=fields.text("because", required=True),
        because_unknown=fields.text("because_unknown"),
        because_silent="",
        instead="",
        about=fields.text("about", required=True),
        ready=_named("ready", handy, fields, reader),
        bars=fields.said("bars"),
        warns=fields.said("warns"),
        first_do=fields.text("first_do"),
        here=_here(fields.text("here"), "here", fields, reader),
        here_unknown=tuple(
            _here(text, "here_unknown", fields, reader) for text in fields.texts("here_unknown")
        ),
        asks=fields.said("asks", default=True),
        contradicts=fields.said("contradicts"),
        rows=read_rows(fields, reader),
        meaning=meaning,
    )
    fields.done()
    _check_reason(advice, fields, reader)
    if all(problem.found == UNTESTED for problem in reader.book.problems):
        _check_dangerous(advice, fields, reader)
    if advice.bars and not advice.on:
        found = "advice that bars names nothing that it bars"
        reader.book.note(fields.at("bars"), found, "Name it with 'on:'.", "bars")
    return advice


def _here(text: str, key: str, fields: Fields, reader: Reader) -> Sentence:
    """Read a sentence, and refuse figures of what is no fact or no number."""
    sentence = Sentence(text)
    known = reader.names.vocabulary.by_path
    for found in FIGURE.finditer(sentence.text):
        fact = known.get(found[2])
        if fact is None:
            mend = nearest(found[2], known)
            reader.book.note(fields.at(key), f"'{found[2]}' is no fact", mend, key)
        elif found[1] and not fact.numeric:
            mend = "Write its name alone, without a number of times."
            reader.book.note(fields.at(key), f"{found[2]} is no number", mend, key)
    return sentence


def _named(
    key: str, ids: Collection[str], fields: Fields, reader: Reader, *, required: bool = False
) -> tuple[str, ...]:
    given = fields.has(key)
    names = fields.texts(key, required=required)
    if given and not names:
        mend = f"Name one of: {', '.join(ids)}."
        reader.book.note(fields.at(key), f"'{key}' names nothing", mend, key)
    for name, times in Counter(names).items():
        if name not in ids:
            found = f"'{name}' is not an id that can stand here"
            reader.book.note(fields.at(key), found, nearest(name, ids), key)
        if times > 1:
            found = f"'{name}' stands {times} times in '{key}'"
            reader.book.note(fields.at(key), found, "Name it once.", key)
    return names


def _check_reason(safety: Safety, fields: Fields, reader: Reader) -> None:
    speaks = safety.if_unknown != IF_UNKNOWN[-1] or safety.read_unknown_as
    if speaks and not safety.because_unknown:
        mend = "Say with 'because_unknown:' why an unknown fact counts here."
        reader.book.note(fields.node, "an unknown fact has an effect without a reason", mend)


def _instead(fields: Fields, reader: Reader, ids: Collection[str]) -> str:
    name = fields.text("instead")
    if name and name not in ids:
        found = f"'{name}' is not the id of a strategy"
        reader.book.note(fields.at("instead"), found, nearest(name, ids), "instead")
    return name


def _check_silence(safety: Safety, fields: Fields, reader: Reader) -> None:
    silent = safety.if_unknown == IF_UNKNOWN[-1]
    if silent and safety.effect == "veto" and not safety.because_silent:
        mend = "Say with 'because_silent:' why nothing is held back, or write 'if_unknown: veto'."
        found = "the veto stays silent while it is not known whether it holds, without a reason"
        reader.book.note(fields.at("if_unknown"), found, mend, "if_unknown")
    if safety.because_silent and not silent:
        found = "'because_silent' is given, but the rule does not stay silent"
        mend = f"Take it out, or write 'if_unknown: {IF_UNKNOWN[-1]}'."
        reader.book.note(fields.at("because_silent"), found, mend, "because_silent")


def _check_dangerous(safety: Safety, fields: Fields, reader: Reader) -> None:
    """What is read while a fact is unknown must never let through what another word holds back."""
    if reader.proved or not safety.read_unknown_as:
        return
    if cell_count([safety.when], reader.names) > MOST_CELLS:
        return  # too many combinations are told with every other condition
    readings = fields.node.get("read_unknown_as") if isinstance(fields.node, MapNode) else None
    for key, node in readings.entries if isinstance(readings, MapNode) else ():
        word = safety.read_unknown_as[key.text]
        allowed = dangerous_words(safety.when, key.text, reader.names)
        if word in allowed:
            continue
        found = (
            f"{key.text} is read as {word} while it is unknown, and then the danger does not hold "
            "in every case in which it holds with another word"
        )
        mend = (
            f"Read it as the dangerous word: {' or '.join(allowed)}."
            if allowed
            else "No word is the dangerous one in every case: take it out, and say with "
            "'if_unknown:' what happens while it is unknown, or split the rule."
        )
        reader.book.note(node, found, mend)


def _read_unknown_as(fields: Fields, reader: Reader) -> dict[str, str]:
    found = {}
    for key, node in fields.entries("read_unknown_as"):
        fact = reader.names.vocabulary.by_path.get(key.text)
        if fact is None:
            known = reader.names.vocabulary.by_path
            reader.book.note(key, f"'{key.text}' is no fact", nearest(key.text, known))
        elif not isinstance(node, TextNode) or node.text not in fact.words:
            mend = f"Allowed: {', '.join(fact.words)}."
            reader.book.note(node, f"this is not a word of {key.text}", mend)
        else:
            found[key.text] = node.text
    return found


GUARDS = {"safety": read_safety, ADVICE: read_advice}
