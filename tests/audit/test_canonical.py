from __future__ import annotations

import json
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cto_cds.audit.canonical import canonical, digest
from cto_cds.audit.record import decode, encode
from cto_cds.errors import AuditError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_comes_back_from_its_canonical_bytes(value):
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_any_body_comes_back_from_a_record(body):
    content = encode(1, "assessment", body, "sha256:0", ("sha256:b", "sha256:a"))
    record = decode(content)
    assert record.body == body
    assert record.blobs == ("sha256:a", "sha256:b")
    assert record.hash == digest(content)


def test_the_order_of_keys_makes_no_difference():
    assert canonical({"b": 1, "a": [True, None]}) == canonical({"a": [True, None], "b": 1})
    assert canonical({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'


def test_keys_are_ordered_by_utf_16_as_the_standard_says():
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


def test_a_digest_names_its_algorithm():
    assert digest(b"") == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({"a": [1, {"b": 2.5}]}, "$.a[1].b", "is a float"),
        ({"a": float("nan")}, "$.a", "is a float"),
        ({"a": {1: "x"}}, "$.a", "a key of type int"),
        ({"a": Decimal("2.5")}, "$.a", "of type Decimal"),
        ({"a": {"x"}}, "$.a", "of type set"),
        ({"a": 2**53}, "$.a", "beyond 2^53"),
        ({"a": "\ud800"}, "$.a", "not valid Unicode"),
        ({"\ud800": "a"}, "$ (a key)", "not valid Unicode"),
    ],
)
def test_what_json_cannot_carry_is_refused_and_its_place_is_named(value, path, reason):
    with pytest.raises(AuditError, match="this value") as refused:
        canonical(value)
    problem = refused.value.problems[0]
    assert problem.place.key == path
    assert reason in problem.found
    assert problem.mend


def test_a_value_without_end_is_refused():
    value: list[object] = []
    value.append(value)
    with pytest.raises(AuditError, match="nested deeper"):
        canonical(value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b"[" * 100_000,
        encode(1, "k", {}, "p", ()).replace(b'"kind"', b' "kind"'),
        encode(1, "k", {}, "p", ()).replace(b'"kind"', b'"more":1,"kind"'),
        encode(1, "k", {}, "p", ()).replace(b'"kind"', b'"kind":"x","kind"'),
        encode(1, "k", {}, "p", ()).replace(b'"record":1', b'"record":1.0'),
    ],
    ids=count(),
)
def test_bytes_that_we_would_not_have_written_are_not_a_record(content):
    with pytest.raises(ValueError, match=r".+"):
        decode(content)
