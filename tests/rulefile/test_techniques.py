"""The page of techniques is checked like a rule: every name and every reason in it."""

from __future__ import annotations

import pytest
from strategies import built_in_layer

from cto_cds.facts.document import parse
from cto_cds.rulefile.techniques_file import read_techniques

PAGE = "techniques.yaml"
TEXT = built_in_layer().texts[PAGE]
PLACED = "  - for: [parallel_wire, ivus_guided_wiring]\n"
LEVEL = "    counts_as: antegrade_wire_escalation\n"


def test_what_shares_a_place_among_the_risks_shares_its_reason():
    found = read_techniques(parse(TEXT, PAGE), PAGE)
    assert found["parallel_wire"].risk == found["ivus_guided_wiring"].risk
    assert found["antegrade_wire_escalation"].risk is None


@pytest.mark.parametrize(
    ("change", "to", "found", "mend"),
    [
        (
            PLACED,
            "  - for: [paralel_wire, ivus_guided_wiring]\n",
            "'paralel_wire' is not the id of a strategy or technique",
            "Did you mean 'parallel_wire'?",
        ),
        (
            PLACED,
            "  - for: [parallel_wire, microcatheter]\n",
            "'microcatheter' is not the id of a strategy or technique",
            "Did you mean",
        ),
        (
            PLACED,
            "  - for: [parallel_wire, stop]\n",
            "'stop' is placed twice, or as itself",
            "Name it in one entry",
        ),
        (
            PLACED,
            "  - for: [parallel_wire, antegrade_wire_escalation]\n",
            "'antegrade_wire_escalation' is placed twice, or as itself",
            "Name it in one entry",
        ),
        (
            LEVEL,
            "    counts_as: knuckle\n",
            "'knuckle' is not a possible counts_as",
            "Allowed: antegrade_wire_escalation,",
        ),
        (
            LEVEL,
            "    counts_for: antegrade_wire_escalation\n",
            "'counts_for' is not a key of an entry of published_risks",
            "Did you mean 'counts_as'?",
        ),
    ],
)
def test_a_mistake_among_the_published_risks_is_refused(refused, change, to, found, mend):
    assert TEXT.count(change) == 1
    (problem, *_) = refused({PAGE: TEXT.replace(change, to)})
    assert problem.found == found
    assert problem.mend.startswith(mend)
    assert problem.place.source.endswith(PAGE)
    assert problem.place.line


@pytest.mark.parametrize("key", ["because", "source", "verified"])
def test_a_place_among_the_risks_needs_a_reason_a_source_and_a_level(refused, key):
    whole = "  - for: [stop, do_not_attempt]\n"
    head, _, rest = TEXT.partition(whole)
    rest = rest.replace(f"    {key}:", f"    x_{key}:", 1)
    problems = refused({PAGE: head + whole + rest})
    assert f"an entry of published_risks has no '{key}'" in [p.found for p in problems]


ONE_OF = "    one_of: [soft_tapered_wire, intermediate_polymer_wire]\n"


def test_a_class_that_can_stand_in_for_another_is_checked_like_any_equipment(refused):
    text = TEXT.replace(ONE_OF, ONE_OF.replace("soft_tapered", "soft_taperd"), 1)
    (problem, *_) = refused({PAGE: text})
    assert problem.found == "'soft_taperd_wire' is not the id of a class of equipment"
    assert problem.mend == "Did you mean 'soft_tapered_wire'?"


def test_one_of_the_classes_that_can_stand_in_for_each_other_is_enough():
    knuckle = read_techniques(parse(TEXT, PAGE), PAGE)["knuckle"]
    either = ("soft_tapered_wire", "intermediate_polymer_wire")
    assert knuckle.needs(()) == either
    assert knuckle.needs(either[:1]) == either[1:]
    assert knuckle.needs(either) == either
