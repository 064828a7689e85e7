"""What does not fit the cage is told in plain words before durable_rules sees it."""

import itertools

import pytest

from cto_cds.engine import limits
from cto_cds.engine.cage import Block, Cage, FlatRule
from cto_cds.engine.dialect import SENTINEL, SENTINEL_PRIORITY, field_name
from cto_cds.engine.limits import check_block, is_letter, names_collide
from cto_cds.errors import EngineError


def block_of(*needs: tuple[tuple[str, str], ...], ids=None):
    ids = ids or [f"rule {index}" for index in range(len(needs))]
    return Block("b", tuple(map(FlatRule, ids, needs)))


def many_conditions(number):
    return block_of(*[(("p", f"letter {index}"),) for index in range(number)])


def equal_rules(number):
    return block_of(*[(("p", "T"),)] * number)


def many_rules(number):
    pairs = [((f"atom {a}", x), (f"bond {b}", "T")) for a in range(20) for x in "TF" for b in "ab"]
    return block_of(*itertools.islice(itertools.cycle(pairs), number))


def many_atoms(number):
    return block_of(tuple((f"atom {index:03}", "T") for index in range(number)))


@pytest.mark.parametrize(
    "block",
    [
        block_of((("p", "T"),)),
        block_of((("p", "T"), ("q", "F"))),
        block_of(),
        many_atoms(60),
        many_conditions(180),
        equal_rules(200),
        many_rules(4000),
    ],
)
def test_a_block_within_the_limits_fits_and_is_taken(block):
    assert check_block(block) == ()
    with Cage([block]) as cage:
        atoms = dict.fromkeys(block.atoms(), "T")
        assert len(cage.fire("b", atoms)) <= len(block.rules)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (many_conditions(181), "it has 181 different conditions; at most 180 fit"),
        (many_atoms(61), "it has 61 atoms; at most 60 fit"),
        (equal_rules(201), "it has 201 rules with the same conditions; at most 200 fit"),
        (many_rules(4001), "it has 4001 rules; at most 4000 fit"),
        (block_of((("p", "T"),), (("q", "T"),), ids="xx"), "the rule id 'x' is used 2 times"),
        (block_of(()), "rule 'rule 0' has no condition"),
        (block_of((("p", "F"), ("p", "T"))), "rule 'rule 0' names an atom more than once"),
        (block_of((("q", "T"), ("p", "T"))), "rule 'rule 0' has its conditions out of order"),
        (
            block_of((("p", ""),)),
            "rule 'rule 0' needs '' of atom 'p', which is not a letter the cage takes",
        ),
    ],
)
def test_a_block_beyond_a_limit_is_refused_with_the_reason(block, reason):
    assert reason in check_block(block)
    with pytest.raises(EngineError, match="does not fit"):
        Cage([block])


def test_all_reasons_are_told_at_once():
    block = block_of((), (("p", "ä"),), ids="xx")
    assert len(check_block(block)) == 3


@pytest.mark.parametrize("text", ["T", "unknown", "a b", "%s {} [1], 'x': $m", "x" * 100])
def test_printable_ascii_is_a_letter(text):
    assert is_letter(text)


@pytest.mark.parametrize(
    "text", ["", "x" * 101, "ä", '"', "\\", "\n", "T\n", "\x7f", None, 1, True]
)
def test_anything_else_is_not_a_letter(text):
    assert not is_letter(text)


def test_no_two_generated_names_have_the_same_hash():
    fields = map(field_name, range(limits.MAX_ATOMS))
    assert not names_collide((*fields, *SENTINEL, *limits._NAMES_OF_DURABLE_RULES))


def test_a_collision_would_be_seen(monkeypatch):
    assert names_collide(("fld169809", "fld1324616"))
    monkeypatch.setattr(limits, "_NAMES_OF_DURABLE_RULES", ("fld169809", "fld1324616"))
    assert check_block(block_of((("p", "T"),))) == (
        "two of its generated names have the same hash",
    )


def test_every_priority_is_less_than_the_sentinels():
    assert limits.MAX_RULES <= SENTINEL_PRIORITY
