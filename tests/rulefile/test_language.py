"""The laws of the language: three truth values, layout without meaning, proofs that hold."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    built_in_layer,
    built_in_leaves,
    built_in_pack,
    conditions,
    repeatable,
    values,
)

from cto_cds.errors import NOWHERE
from cto_cds.facts.document import ListNode, MapNode, Node, TextNode, parse
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile import truth
from cto_cds.rulefile.comparison import parse_comparison
from cto_cds.rulefile.condition import (
    ALWAYS,
    All,
    Any,
    Condition,
    Leaf,
    Not,
    Subject,
    leaves,
)
from cto_cds.rulefile.names import Names
from cto_cds.rulefile.parts import meaning_digest
from cto_cds.rulefile.proof import Named, cells, exactly_one
from cto_cds.rulefile.truth import Truth

TRUTHS = st.sampled_from(list(Truth))
LEAVES = built_in_leaves().filter(lambda leaf: not leaf.subject.finding)
CONDITIONS = conditions(LEAVES)


def joined(kind: type[All | Any], truths: list[Truth]) -> Truth:
    """Return the truth of comparisons with these truths, joined."""
    named = {f"fact {number} is word": found for number, found in enumerate(truths)}
    parts = [Leaf(Subject("fact", ()), "is", text) for text in named]
    return kind(tuple(parts)).truth_in({p.key: named[p.text] for p in parts})


def all_of(*truths: Truth) -> Truth:
    return joined(All, [*truths])


def any_of(*truths: Truth) -> Truth:
    return joined(Any, [*truths])


# Kleene's laws


@given(TRUTHS, TRUTHS, TRUTHS)
def test_all_and_any_do_not_care_about_order_or_grouping(a, b, c):
    for law in (all_of, any_of):
        assert law(a, b) is law(b, a)
        assert law(a, law(b, c)) is law(law(a, b), c) is law(a, b, c)
        assert law(a, a) is a


@given(TRUTHS, TRUTHS)
def test_not_turns_all_into_any(a, b):
    assert truth.negation(truth.negation(a)) is a
    assert truth.negation(all_of(a, b)) is any_of(truth.negation(a), truth.negation(b))
    assert truth.negation(any_of(a, b)) is all_of(truth.negation(a), truth.negation(b))


def test_one_false_part_settles_all_and_one_true_part_settles_any():
    assert all_of(Truth.UNKNOWN, Truth.FALSE) is Truth.FALSE
    assert any_of(Truth.UNKNOWN, Truth.TRUE) is Truth.TRUE
    assert all_of(Truth.UNKNOWN, Truth.TRUE) is Truth.UNKNOWN
    assert any_of(Truth.UNKNOWN, Truth.FALSE) is Truth.UNKNOWN
    assert truth.negation(Truth.UNKNOWN) is Truth.UNKNOWN
    assert all_of() is Truth.TRUE
    assert any_of() is Truth.FALSE


# Unknown facts


def subjects_of(condition: Condition) -> list[Subject]:
    return list(dict.fromkeys(leaf.subject for leaf in leaves(condition)))


def limits_of(condition: Condition, subject: Subject) -> tuple[Decimal, ...]:
    found = {
        leaf.limit.number for leaf in leaves(condition) if leaf.subject == subject and leaf.limit
    }
    return tuple(sorted(found))


@st.composite
def full_cases(draw: st.DrawFn) -> tuple[Condition, dict[Subject, Value]]:
    """A condition, and a known value for everything that it reads."""
    condition = draw(CONDITIONS)
    facts = built_in_pack().vocabulary
    return condition, {
        subject: draw(values(facts.of(subject.paths[0]), limits_of(condition, subject)))
        for subject in subjects_of(condition)
    }


def outcome(condition: Condition, known: dict[Subject, Value]) -> Truth:
    possible = {subject: (value,) for subject, value in known.items()}
    return condition.truth_in(
        {leaf.key: leaf.decide(possible.get(leaf.subject)) for leaf in leaves(condition)}
    )


@settings(max_examples=200)
@given(full_cases(), st.data())
def test_learning_a_fact_never_turns_true_into_false_or_back(case, data):
    condition, known = case
    full = outcome(condition, known)
    for size in range(len(known)):
        kept = data.draw(st.lists(st.sampled_from(list(known)), max_size=size, unique=True))
        partial = outcome(condition, {subject: known[subject] for subject in kept})
        assert partial in {full, Truth.UNKNOWN}


@settings(max_examples=200)
@given(full_cases(), st.data())
def test_what_may_be_one_of_several_values_contains_each_of_them(case, data):
    condition, known = case
    facts = built_in_pack().vocabulary
    several = {
        subject: (value, data.draw(values(facts.of(subject.paths[0]))))
        for subject, value in known.items()
    }
    truths = {leaf.key: leaf.decide(several[leaf.subject]) for leaf in leaves(condition)}
    wide = condition.truth_in(truths)
    assert wide in {outcome(condition, known), Truth.UNKNOWN}


@given(LEAVES)
def test_a_comparison_with_an_unknown_fact_is_unknown(leaf):
    assert leaf.decide(None) is Truth.UNKNOWN
    assert Not(leaf).truth_in({leaf.key: leaf.decide(None)}) is Truth.UNKNOWN


def test_a_word_in_place_of_a_number_is_on_neither_side_of_a_limit(pack):
    names = Names(pack.vocabulary, {})
    for comparison in ("occlusion_duration >= 12 months", "occlusion_duration < 12 months"):
        leaf = parse_comparison(comparison, names, (), NOWHERE)
        assert leaf.decide(("indeterminate",)) is Truth.UNKNOWN
    leaf = parse_comparison("occlusion_duration is indeterminate", names, (), NOWHERE)
    assert leaf.decide(("indeterminate",)) is Truth.TRUE
    assert leaf.decide((Quantity(Decimal(12), "months"),)) is Truth.FALSE


@pytest.mark.parametrize(
    ("comparison", "below", "on", "above"),
    [
        ("occlusion_length < 20 mm", "true", "false", "false"),
        ("occlusion_length <= 20 mm", "true", "true", "false"),
        ("occlusion_length = 20 mm", "false", "true", "false"),
        ("occlusion_length >= 20 mm", "false", "true", "true"),
        ("occlusion_length > 20 mm", "false", "false", "true"),
    ],
)
def test_a_limit_is_exact(pack, comparison, below, on, above):
    leaf = parse_comparison(comparison, Names(pack.vocabulary, {}), ("ccta",), NOWHERE)
    for number, expected in (("19.999", below), ("20", on), ("20.000", on), ("20.001", above)):
        assert leaf.decide((Quantity(Decimal(number), "mm"),)) == expected


def test_a_list_ends_with_its_last_word_alone(pack):
    names = Names(pack.vocabulary, {})
    last = parse_comparison("strategies_tried ends with stop or parallel_wire", names, (), NOWHERE)
    assert last.decide((("stop",),)) is Truth.TRUE
    assert last.decide((("stop", "parallel_wire"),)) is Truth.TRUE
    assert last.decide((("parallel_wire", "antegrade_wire_escalation"),)) is Truth.FALSE
    assert last.decide(((),)) is Truth.FALSE
    assert last.decide(None) is Truth.UNKNOWN
    assert last.decide((("stop",), ("antegrade_wire_escalation",))) is Truth.UNKNOWN


def test_an_empty_list_includes_nothing_and_is_empty(pack):
    names = Names(pack.vocabulary, {})
    includes = parse_comparison("strategies_tried includes stop", names, (), NOWHERE)
    empty = parse_comparison("strategies_tried is empty", names, (), NOWHERE)
    assert (includes.decide(((),)), empty.decide(((),))) == (Truth.FALSE, Truth.TRUE)
    assert (includes.decide((("stop",),)), empty.decide((("stop",),))) == (Truth.TRUE, Truth.FALSE)
    assert (includes.decide(None), empty.decide(None)) == (Truth.UNKNOWN, Truth.UNKNOWN)


# Comparisons are printed as they are read


@given(LEAVES, st.sampled_from([" ", "  ", "\n   "]))
def test_a_comparison_reads_back_from_its_own_text(leaf, space):
    names = Names(built_in_pack().vocabulary, {})
    groups = tuple(path.partition(".")[0] for path in leaf.subject.paths)
    again = parse_comparison(leaf.text.replace(" ", space), names, groups, leaf.place)
    assert again == leaf


# Layout and comments have no meaning


def rewritten(node: Node, chance: random.Random, indent: str = "") -> str:
    """Write a tree as YAML again, in another layout, order of keys and with other comments."""
    comment = f"  # {chance.random()}" if chance.random() < 0.3 else ""
    inner = indent + " " * chance.choice([1, 2, 4])
    if isinstance(node, TextNode):
        if chance.random() < 0.5 and "\\" not in node.text and node.text.isprintable():
            return " '" + node.text.replace("'", "''") + f"'{comment}\n"
        folded = f"\n{inner}".join(" ".join(node.text.split()).split(" "))
        return f" >-\n{inner}{folded}\n" if node.text.strip() else " ''\n"
    if isinstance(node, ListNode):
        items = [f"{inner}-{rewritten(item, chance, inner)}" for item in node.items]
        return f"{comment}\n" + "".join(items) if items else f" []{comment}\n"
    entries = list(node.entries)
    chance.shuffle(entries)
    lines = [f"{inner}{key.text}:{rewritten(value, chance, inner)}" for key, value in entries]
    return f"{comment}\n" + "".join(lines) if lines else f" {{}}{comment}\n"


RULE_FILES = sorted({*built_in_layer().texts} - {"vocabulary.yaml", "techniques.yaml"})


@pytest.mark.parametrize("path", RULE_FILES)
def test_layout_comments_and_order_of_keys_do_not_change_the_meaning(path):
    node = parse(built_in_layer().texts[path], path)
    text = f"# comment\n{rewritten(node, repeatable(path))}"
    assert meaning_digest(parse(text, "rewritten")) == meaning_digest(node), text


def test_tests_have_no_part_in_the_meaning_but_every_other_word_has(pack):
    text = built_in_layer().texts["scores/j_cto.yaml"]
    meaning = meaning_digest(parse(text, "a"))
    without_tests = text[: text.index("\ntests:")]
    assert meaning_digest(parse(without_tests, "a")) == meaning
    for change in (
        ("occlusion_length >= 20 mm", "occlusion_length > 20 mm"),
        ("easy: 87.7", "easy: 87.8"),
        ("title: Blunt stump", "title: Stump"),
        ("version: ", "version: 9"),
    ):
        assert change[0] in text
        assert meaning_digest(parse(text.replace(*change, 1), "a")) != meaning


def test_the_order_of_a_list_is_part_of_the_meaning():
    one, two = (parse(f"recommend: [{order}]", "a") for order in ("x, y", "y, x"))
    assert isinstance(one, MapNode)
    assert meaning_digest(one) != meaning_digest(two)


# The proof that exactly one branch fits


@st.composite
def branch_sets(draw: st.DrawFn) -> list[Condition]:
    """Sets of branches over few facts; many of them fit exactly once, and many do not."""
    names = Names(built_in_pack().vocabulary, {})
    texts = [
        "occlusion_length >= 20 mm",
        "occlusion_length < 20 mm",
        "occlusion_length < 20.0005 mm",
        "occlusion_length > 20 mm",
        "stump is blunt",
        "stump is tapered or invisible",
        "bends_over_90 <= 1",
        "bends_over_90 >= 2",
        "strategies_tried is empty",
        "strategies_tried includes parallel_wire",
        "strategies_tried includes stop or parallel_wire",
        "strategies_tried ends with stop",
        "strategies_tried ends with stop or parallel_wire",
        "occlusion_duration >= 12 months",
        "occlusion_duration < 12 months",
        "occlusion_duration is indeterminate",
    ]
    some = draw(st.lists(st.sampled_from(texts), min_size=1, max_size=3, unique=True))
    parsed = [parse_comparison(text, names, ("ccta",), NOWHERE) for text in some]
    found: list[Condition] = []
    for leaf in parsed:
        negated: list[Condition] = [Not(part) for part in found]
        chained = draw(st.booleans())
        found.append(All((*negated, leaf)) if chained and negated else leaf)
    if draw(st.booleans()):
        found.append(Not(Any(tuple(found))))
    return found


def some_value(subject: Subject, chance: random.Random) -> Value:
    fact = built_in_pack().vocabulary.of(subject.paths[0])
    if fact.list_of:
        return tuple(chance.sample(["parallel_wire", "stop", "star"], chance.randint(0, 3)))
    if fact.words and (not fact.numeric or chance.random() < 0.3):
        return chance.choice(fact.words)
    near = {"mm": ["19", "20", "20.0001", "20.0004", "20.0005", "21"], "": ["0", "1", "2", "3"]}
    return Quantity(Decimal(chance.choice(near.get(fact.unit, ["11", "12", "13"]))), fact.unit)


@settings(max_examples=200)
@given(branch_sets(), st.integers(0, 10**6))
def test_the_proof_agrees_with_trying_many_cases(branches, seed):
    names = Names(built_in_pack().vocabulary, {})
    named = [Named(str(i), condition, NOWHERE) for i, condition in enumerate(branches)]
    problem = exactly_one(named, names)
    chance = repeatable(seed)
    subjects = list(dict.fromkeys(s for condition in branches for s in subjects_of(condition)))
    wrong = None
    for _ in range(300):
        known = {subject: some_value(subject, chance) for subject in subjects}
        fitting = sum(outcome(condition, known) is Truth.TRUE for condition in branches)
        wrong = known if fitting != 1 else wrong
    assert (problem is not None) == (wrong is not None), (problem, wrong)


def test_the_proof_tries_every_word_every_list_and_both_sides_of_a_limit(pack):
    names = Names(pack.vocabulary, {})

    def tried(*texts: str) -> list[str]:
        parsed = [parse_comparison(text, names, ("ccta",), NOWHERE) for text in texts]
        return [" ".join(map(str, cell.values())) for cell in cells(parsed, names)]

    assert tried("stump is blunt") == ["tapered", "blunt", "invisible"]
    assert tried("occlusion_length < 20 mm") == ["19.999 mm", "20 mm", "20.001 mm"]
    assert tried("bends_over_90 >= 1") == ["0", "1", "2"]
    assert tried("bends_over_90 >= 0") == ["0", "1"]
    assert len(tried("strategies_tried includes stop")) == 4
    assert len(tried("strategies_tried ends with stop")) == 5
    assert "indeterminate" in tried("occlusion_duration < 12 months")


def test_always_is_true_and_reads_nothing():
    assert ALWAYS.truth_in({}) is Truth.TRUE
    assert not list(leaves(ALWAYS))
