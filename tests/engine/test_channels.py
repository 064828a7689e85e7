"""Two channels decide every case; they agree, or there is no answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from strategies import built_in_sheets, lab_sheets, long_sheets

from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.engine import DisagreementError, Engine, unfit
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.remote import RemoteChannel
from cto_cds.engine.verdict import Verdict
from cto_cds.errors import EngineError, Place, Problem, RuleFileError
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading
from cto_cds.rulefile.condition import All, Any, leaves
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.score import Score

NOTHING = FactSheet("nothing is known")


def sheet(**facts: str | Decimal) -> FactSheet:
    """A case of angiographic readings; numbers are millimetres."""
    found = {}
    for name, value in facts.items():
        known = Quantity(value, "mm") if isinstance(value, Decimal) else value
        found[f"angiography.{name}"] = Reading(f"angiography.{name}", known)
    return FactSheet("a", found)


@settings(max_examples=80)
@example(NOTHING)
@given(built_in_sheets())
def test_both_channels_agree_on_any_case(engine, case):
    engine.decide(case)


@settings(max_examples=80)
@given(lab_sheets())
def test_both_channels_agree_in_the_laboratory(engine, case):
    engine.decide(case)


@settings(max_examples=30)
@given(built_in_sheets(read=True))
def test_the_same_case_gives_the_same_verdict_whatever_came_before(pack, engine, case):
    first = engine.decide(case).verdict
    engine.decide(NOTHING)
    assert engine.decide(case).verdict == first
    with Engine(pack) as fresh:
        assert fresh.decide(case).verdict == first


@settings(max_examples=30)
@given(built_in_sheets(read=True))
def test_a_verdict_survives_the_way_between_processes(engine, case):
    verdict = engine.decide(case).verdict
    assert Verdict.from_bytes(verdict.to_bytes()) == verdict
    assert verdict.differences(verdict) == []


def test_a_case_that_needs_review_is_decided_as_if_nothing_were_known(engine, vocabulary):
    known = sheet(stump="blunt", occlusion_length=Decimal(30))
    review = FactSheet(
        "a", {path: replace(r, status="needs_review") for path, r in known.readings.items()}
    )
    assert engine.decide(review).verdict == engine.decide(NOTHING).verdict
    assert engine.decide(known).verdict != engine.decide(NOTHING).verdict


def test_source_note_and_uncertainty_decide_nothing(engine):
    known = sheet(stump="blunt")
    remarked = FactSheet(
        "b", {path: replace(r, note="x", source="y") for path, r in known.readings.items()}
    )
    assert engine.decide(known).verdict == engine.decide(remarked).verdict


@pytest.fixture(scope="module")
def remote(pack: Pack) -> Iterator[RemoteChannel]:
    channel = RemoteChannel(pack, deadline_s=30)
    yield channel
    channel.close()


@settings(max_examples=15)
@given(built_in_sheets(read=True))
def test_the_channel_in_another_process_gives_the_same_verdict(pack, remote, case):
    here = CagedChannel(pack)
    try:
        assert remote.decide(Lookup(case)) == here.decide(Lookup(case))
    finally:
        here.close()


def test_an_engine_may_have_its_first_channel_in_another_process(pack, remote):
    here = Engine(pack)
    known = sheet(stump="blunt", occlusion_length=Decimal("20.000"))
    assert Engine(pack, remote).decide(known).verdict == here.decide(known).verdict
    here.close()


# A channel that is wrong


class Broken:
    """The plain channel with one thing put wrong."""

    def __init__(self, pack: Pack, **wrong: object) -> None:
        self._right = PlainChannel(pack)
        self._wrong = wrong

    def decide(self, lookup: Lookup) -> Verdict:
        verdict = self._right.decide(lookup)
        tables = {
            table: {**getattr(verdict, table), name: value}
            for table, (name, value) in self._wrong.items()
        }
        return replace(verdict, **tables)

    def close(self) -> None:
        pass


WRONG = {
    "one point more": {"totals": ("j_cto", ("6",))},
    "another grade": {"grades": ("j_cto", ("easy",))},
    "a rule that did not fire": {"fired": ("safety:cutting_outside_plaque", ())},
    "another finding": {"findings": ("distal_target", ("good",))},
    "another way through an algorithm": {"paths": ("hybrid", ())},
    "an algorithm that does not exist": {"paths": ("hydrid", ())},
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_disagreement_is_an_error_and_never_an_answer(pack, kind):
    engine = Engine(pack, Broken(pack, **WRONG[kind]))
    with pytest.raises(DisagreementError) as caught:
        engine.decide(NOTHING)
    (table, (name, _)) = next(iter(WRONG[kind].items()))
    assert isinstance(caught.value, EngineError)
    assert len(caught.value.differences) == 1
    assert caught.value.differences[0].startswith(f"{table} of {name}:")
    assert "there is no answer" in str(caught.value)
    assert caught.value.differences[0] in caught.value.problems[0].mend


def test_the_order_in_which_rules_fire_is_compared_too(pack):
    blocks = PlainChannel(pack).decide(Lookup(NOTHING)).fired
    known = sheet(stump="blunt", occlusion_length=Decimal(30))
    fired = PlainChannel(pack).decide(Lookup(known)).fired["score:j_cto"]
    assert blocks["score:j_cto"] != fired
    assert len(fired) > 1
    engine = Engine(pack, Broken(pack, fired=("score:j_cto", fired[::-1])))
    with pytest.raises(DisagreementError):
        engine.decide(known)


def test_an_engine_that_gives_no_answer_is_an_error(pack):
    class Silent:
        def decide(self, lookup: Lookup) -> Verdict:
            raise EngineError(Problem(Place(lookup.sheet.case), "no answer in time"))

        def close(self) -> None:
            pass

    with pytest.raises(EngineError, match="no answer in time"):
        Engine(pack, Silent()).decide(NOTHING)


# Rules that do not fit the cage


def with_condition(pack: Pack, condition) -> Pack:
    """The pack with another condition in the first item of its first score."""
    score = pack.scores[0]
    assert isinstance(score, Score)
    item = replace(score.criteria[0], when=condition)
    changed = replace(score, criteria=(item, *score.criteria[1:]))
    return replace(pack, scores=(changed, *pack.scores[1:]))


def test_a_condition_with_too_many_ways_is_refused_with_its_file(pack):
    leaf = leaves(pack.scores[0].criteria[0].when)[0]
    pairs = tuple(
        Any((replace(leaf, text=f"a{i}"), replace(leaf, text=f"b{i}"))) for i in range(10)
    )
    large = with_condition(pack, All(pairs))
    with pytest.raises(RuleFileError) as caught:
        Engine(large)
    (problem,) = caught.value.problems
    assert problem.place == pack.scores[0].header.place
    assert problem.place.source.endswith(f"scores/{pack.scores[0].id}.yaml")
    assert problem.found == "a condition can hold in too many ways"
    assert problem.mend == "Move a part of it into a finding."


def test_a_rule_with_too_many_comparisons_is_refused_with_its_file(pack):
    leaf = leaves(pack.scores[0].criteria[0].when)[0]
    many = All(tuple(replace(leaf, text=f"comparison {i}") for i in range(201)))
    problems = unfit(with_condition(pack, many))
    assert {problem.place for problem in problems} == {pack.scores[0].header.place}
    assert any("atoms; at most 60 fit" in problem.found for problem in problems)


def test_a_comparison_that_the_cage_cannot_spell_is_still_decided(pack_of_words, vocabulary):
    """Texts of comparisons become atoms; only their letters T, F and U reach the engine."""
    for words in ('stump is "blunt"', "stump is blünt", "x" * 300):
        pack = pack_of_words(words)
        with Engine(pack) as engine:
            known = engine.decide(sheet(stump="blunt", occlusion="chronic total"))
            assert f"{pack.scores[0].criteria[0].id}/T" in str(known.verdict.fired)


@pytest.fixture
def pack_of_words(pack: Pack):
    stump = next(
        leaf
        for score in pack.scores
        for criterion in score.criteria
        for leaf in leaves(criterion.when)
        if leaf.text == "stump is blunt"
    )
    return lambda text: with_condition(pack, replace(stump, text=text))


def test_long_forms_are_decided_like_short_ones(engine, vocabulary):
    @settings(max_examples=25)
    @given(long_sheets(vocabulary))
    def check(case: FactSheet) -> None:
        short = FactSheet(
            case.case,
            {p: Reading(p, r.known) for p, r in case.readings.items() if r.known is not None},
        )
        assert engine.decide(case).verdict == engine.decide(short).verdict

    check()
