"""Hypothesis strategies for cases, conditions and the values that they compare."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from cto_cds.facts.begun import implied
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import STATUSES, Quantity, Reading, Value
from cto_cds.facts.vocabulary import FactType, Vocabulary
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.condition import All, Any, Condition, Leaf, Not, leaves
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.reading import conditions_of
from cto_cds.testing.kept import kept

RULES = Path(__file__).parent.parent / "rules"
STEP = Decimal("0.001")
Limits = Mapping[str, tuple[Decimal, ...]]

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=20
).map(lambda text: " ".join(text.split()))
"""Remarks as people type them: one line, any script."""


def repeatable(seed: object) -> random.Random:
    """Return a source of choices that are the same in every run."""
    return random.Random(str(seed))  # noqa: S311  repeatable choices, no secrets


@functools.cache
def built_in_layer() -> Layer:
    """Return the texts of the built-in rules."""
    return Layer.of_folder("built-in", RULES)


@functools.cache
def built_in_pack(*, drafts: bool = False) -> Pack:
    """Return the built-in rules, parsed once in a test process."""
    return load_pack([built_in_layer()], drafts=drafts, cache=kept())


def keep_built_in_rules(folder: Path) -> None:
    """Leave in a folder what a command keeps there of the built-in rules."""
    load_pack([built_in_layer()], cache=LoadCache(folder))


@functools.cache
def hybrid_pack() -> Pack:
    """Return one algorithm with all safety rules and one shift: supports that add up by hand."""
    pack = built_in_pack()
    shifts = tuple(s for s in pack.policy.shifts if s.id == "branch_at_the_distal_cap")
    policy = replace(pack.policy, weights={"hybrid": Decimal(1)}, shifts=shifts)
    hybrid = tuple(algorithm for algorithm in pack.algorithms if algorithm.id == "hybrid")
    return replace(pack, algorithms=hybrid, policy=policy)


def leaves_of(pack: Pack) -> Iterator[Leaf]:
    """Yield every comparison of a pack."""
    for rule in pack.rules():
        for condition in conditions_of(rule):
            yield from leaves(condition)


@functools.cache
def built_in_limits() -> Limits:
    """Return every limit that a built-in rule compares a fact with, by the path of the fact."""
    found: dict[str, set[Decimal]] = {}
    for leaf in leaves_of(built_in_pack()):
        for path in leaf.subject.paths if leaf.limit is not None else ():
            found.setdefault(path, set()).add(leaf.limit.number)
    return {path: tuple(sorted(numbers)) for path, numbers in found.items()}


@functools.cache
def read_by_rules() -> frozenset[str]:
    """Return the paths that some built-in rule reads."""
    pack = built_in_pack()
    ratios = {path for finding in pack.findings for path in finding.ratio}
    compared = {path for leaf in leaves_of(pack) for path in leaf.subject.paths}
    return frozenset((ratios | compared) & pack.vocabulary.by_path.keys())


def numbers(fact: FactType, limits: tuple[Decimal, ...]) -> st.SearchStrategy[Quantity]:
    """Generate plausible numbers: the ends of the range, each limit, and just beside it."""
    assert fact.low is not None
    assert fact.high is not None
    step = STEP if fact.unit else Decimal(1)
    marked = {number + shift for number in limits for shift in (-step, Decimal(0), step)}
    near = sorted({n for n in marked if fact.low <= n <= fact.high} | {fact.low, fact.high})
    places = 1 if fact.unit else 0
    between = st.decimals(fact.low, fact.high, places=places)
    return (st.sampled_from(near) | between).map(lambda number: Quantity(number, fact.unit))


def values(fact: FactType, limits: tuple[Decimal, ...] = ()) -> st.SearchStrategy[Value]:
    """Generate every kind of value that the vocabulary allows for a fact."""
    if fact.list_of:
        return st.lists(st.sampled_from(fact.words), max_size=3, unique=True).map(tuple)
    choices: list[st.SearchStrategy[Value]] = []
    if fact.words:
        choices.append(st.sampled_from(fact.words))
    if fact.numeric:
        choices.append(numbers(fact, limits))
    return st.one_of(choices)


@st.composite
def readings(draw: st.DrawFn, path: str, vocabulary: Vocabulary, limits: Limits) -> Reading:
    """Generate one reading in the long form: some need review, some are said to be unknown."""
    fact = vocabulary.of(path)
    value = draw(values(fact, limits.get(path, ())))
    status = draw(st.sampled_from(["", "", "", *STATUSES]))
    known = draw(st.integers(0, 9)) > 0
    sd = draw(st.decimals(0, 5, places=2)) if fact.numeric and draw(st.booleans()) else None
    return Reading(
        path,
        value if known else None,
        sd=None if sd is None else Quantity(sd, fact.unit),
        source=draw(TEXTS),
        status=status,
        time=draw(st.sampled_from(["", "2024-05-01T10:30:00Z"])),
        confirmed_by=draw(TEXTS),
        note=draw(TEXTS),
    )


def _sheet(case: str, found: Mapping[str, Reading], vocabulary: Vocabulary) -> FactSheet:
    found = _possible(found, vocabulary)
    present = {path.partition(".")[0] for path in found}
    everything = {**found, **implied(found, present, vocabulary, "generated case")}
    ordered = {path: everything[path] for path in vocabulary.by_path if path in everything}
    return FactSheet(case, ordered)


def _possible(found: Mapping[str, Reading], vocabulary: Vocabulary) -> Mapping[str, Reading]:
    """Leave out numbers larger than the number that includes them, and readings of two lesions."""

    def fits(reading: Reading) -> bool:
        whole = found.get(f"{reading.group}.{vocabulary.of(reading.path).at_most}")
        mine, other = reading.known, whole.known if whole else None
        both = isinstance(mine, Quantity) and isinstance(other, Quantity)
        return not both or mine.number <= other.number

    def of_this_lesion(reading: Reading) -> bool:
        fact = vocabulary.of(reading.path)
        places = [found.get(f"{group}.{fact.name}") for group in fact.groups]
        first = next((place for place in places if place and place.known is not None), reading)
        return not fact.same_everywhere or reading.known in {None, first.known}

    return {
        path: reading
        for path, reading in found.items()
        if fits(reading) and of_this_lesion(reading)
    }


def sheets(
    vocabulary: Vocabulary,
    limits: Limits | None = None,
    *,
    only: frozenset[str] | None = None,
) -> st.SearchStrategy[FactSheet]:
    """Generate cases: few facts, half of them, or all; every fact may be missing.

    Args:
        vocabulary: The facts.
        limits: Numbers to hit exactly and just beside, by path.
        only: The facts that may be given; all unless given.
    """
    table = {
        path: values(fact, (limits or {}).get(path, ())).map(functools.partial(Reading, path))
        for path, fact in vocabulary.by_path.items()
        if only is None or path in only
    }
    some = st.fixed_dictionaries({}, optional=table)
    everything = st.fixed_dictionaries(table)
    return (some | everything).map(lambda found: _sheet("generated", found, vocabulary))


def long_sheets(vocabulary: Vocabulary, limits: Limits | None = None) -> st.SearchStrategy:
    """Generate cases of a few facts in the long form, with source, status, note and so on."""
    paths = st.lists(st.sampled_from(sorted(vocabulary.by_path)), max_size=12, unique=True)
    chosen = paths.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: readings(name, vocabulary, limits or {}) for name in names}
        )
    )
    return st.builds(
        lambda case, found: _sheet(case, found, vocabulary), TEXTS.filter(bool), chosen
    )


def built_in_sheets(*, read: bool = False) -> st.SearchStrategy[FactSheet]:
    """Generate cases of the built-in vocabulary; with ``read``, of facts that rules read."""
    return st.deferred(
        lambda: sheets(
            built_in_pack().vocabulary, built_in_limits(), only=read_by_rules() if read else None
        )
    )


LAB: Mapping[str, tuple[str, ...]] = {
    "procedure.phase": ("crossing",),
    "procedure.dual_injection_done": ("yes",),
    "procedure.complication": ("none",),
    "procedure.air_kerma": ("1 Gy",),
    "procedure.contrast": ("100 mL",),
    "procedure.duration": ("30 min",),
    "procedure.minutes_without_progress": ("2 min", "60 min"),
    "procedure.wire_position": ("in cap", "intraplaque"),
    "procedure.well_advanced": ("no", "yes"),
    "history.egfr": ("90 mL/min/1.73m2",),
    "angiography.occlusion": ("chronic total",),
    "angiography.proximal_cap": ("clear", "ambiguous"),
    "angiography.interventional_collaterals": ("no", "yes"),
    "angiography.in_stent": ("no", "yes"),
}
"""Facts of a procedure under way that gives no reason to stop: they lead deep into algorithms."""


def lab_sheets() -> st.SearchStrategy[FactSheet]:
    """Generate cases in the laboratory, with some strategies tried and some facts missing."""
    return st.deferred(_lab_sheets)


def _lab_sheets() -> st.SearchStrategy[FactSheet]:
    vocabulary = built_in_pack().vocabulary
    strategies = st.lists(st.sampled_from(built_in_pack().strategies[:6]), max_size=3, unique=True)
    table: dict[str, st.SearchStrategy[Value]] = {
        path: st.sampled_from([vocabulary.of(path).value_of(text) for text in texts])
        for path, texts in LAB.items()
    }
    given = st.fixed_dictionaries({**table, "procedure.strategies_tried": strategies.map(tuple)})
    return st.builds(
        lambda sheet, facts, left_out: _sheet(
            "in the laboratory",
            {
                **{path: r for path, r in sheet.readings.items() if r.name != left_out},
                **{p: Reading(p, value) for p, value in facts.items() if p != left_out},
            },
            vocabulary,
        ),
        built_in_sheets(read=True),
        given,
        st.sampled_from(["", "", "", *table]),
    )


def built_in_leaves() -> st.SearchStrategy[Leaf]:
    """Generate comparisons that the built-in rules make."""
    return st.deferred(
        lambda: st.sampled_from(sorted(set(leaves_of(built_in_pack())), key=lambda x: x.text))
    )


def conditions(of: st.SearchStrategy[Leaf]) -> st.SearchStrategy[Condition]:
    """Generate conditions of some depth over comparisons."""
    return st.recursive(
        of,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=6,
    )


def without(sheet: FactSheet, name: str) -> FactSheet:
    """Return a case in which one fact is unknown, in every place where it could be read.

    The phase is said to be unknown, because a case without the group would mean planning.
    """
    readings = {
        path: Reading(path, None) if name == "phase" and reading.name == name else reading
        for path, reading in sheet.readings.items()
        if reading.name != name or name == "phase"
    }
    return FactSheet(sheet.case, readings)


PLANNED: Mapping[str, str] = {
    "history.symptoms": "angina",
    "angiography.occlusion": "chronic total",
    "procedure.phase": "planning",
    "procedure.dual_injection_done": "yes",
    "procedure.complication": "none",
}
"""What a case in its planning always says here."""

BEGUN: Mapping[str, tuple[str, ...]] = {
    "angiography.occlusion": ("chronic total",),
    "procedure.phase": ("wire crossed", "lesion preparation", "stent optimisation"),
    "procedure.complication": ("none",),
    "procedure.reason_to_end": ("none",),
    "procedure.contrast": ("50 mL",),
    "history.egfr": ("90 mL/min/1.73m2",),
    "procedure.track": ("intraplaque", "intraplaque", "extraplaque"),
}
"""What a case whose wire has crossed always says here, so that it does not end at once."""


OPEN_ENDED: Mapping[str, tuple[str, ...]] = {
    **BEGUN,
    "procedure.phase": ("crossing", "wire crossed", "lesion preparation", "stent optimisation"),
    "procedure.contrast": ("50 mL", "500 mL"),
    "procedure.wire_position": ("distal true lumen",),
    "procedure.device_crosses": ("yes",),
    "procedure.balloon_expands": ("yes",),
    "procedure.air_kerma": ("1 Gy",),
    "procedure.duration": ("30 min",),
    "procedure.minutes_without_progress": ("2 min",),
}
"""Facts with which no strategy is needed, or the procedure ends."""


@st.composite
def open_ended_sheets(draw: st.DrawFn) -> FactSheet:
    """Generate cases in which little is needed any more, and a few facts say whether to stop."""
    sheet = draw(_given(OPEN_ENDED, ()))
    left_out = draw(st.sets(st.sampled_from(sorted(OPEN_ENDED)), max_size=3))
    readings = {path: r for path, r in sheet.readings.items() if path not in left_out}
    return FactSheet(sheet.case, readings)


def planned_sheets() -> st.SearchStrategy[FactSheet]:
    """Generate planned cases, each fact read in one place at most; about half is missing."""
    return st.deferred(lambda: _given({p: (text,) for p, text in PLANNED.items()}, ("procedure",)))


def begun_sheets() -> st.SearchStrategy[FactSheet]:
    """Generate cases whose wire has crossed, each fact read in one place at most."""
    return st.deferred(lambda: _given(BEGUN, ()))


def _given(
    always: Mapping[str, tuple[str, ...]], never: tuple[str, ...]
) -> st.SearchStrategy[FactSheet]:
    vocabulary, limits = built_in_pack().vocabulary, built_in_limits()
    names: dict[str, list[str]] = {}
    for path in sorted(read_by_rules()):
        if path not in always and path.partition(".")[0] not in never:
            names.setdefault(path.partition(".")[2], []).append(path)
    taken = {path.partition(".")[2] for path in always}

    @st.composite
    def sheet(draw: st.DrawFn) -> FactSheet:
        known = draw(st.sets(st.sampled_from(sorted(names.keys() - taken))))
        found = {}
        for name in sorted(known):
            path = draw(st.sampled_from(names[name]))
            found[path] = Reading(path, draw(values(vocabulary.of(path), limits.get(path, ()))))
        for path, texts in always.items():
            value = vocabulary.of(path).value_of(draw(st.sampled_from(texts)))
            found[path] = Reading(path, value)
        return _sheet("generated", found, vocabulary)

    return sheet()


@st.composite
def completed(draw: st.DrawFn, sheet: FactSheet) -> FactSheet:
    """Fill in every fact that a rule reads and that is known in no place of a case."""
    vocabulary, limits = built_in_pack().vocabulary, built_in_limits()
    known = {reading.name for reading in sheet.readings.values() if reading.known is not None}
    found = dict(sheet.readings)
    for path in sorted(read_by_rules()):
        name = path.partition(".")[2]
        if name not in known:
            known.add(name)
            found[path] = Reading(path, draw(values(vocabulary.of(path), limits.get(path, ()))))
    return FactSheet(sheet.case, _possible(found, vocabulary))
