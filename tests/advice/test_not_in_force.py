"""A safety rule that is a draft, retired or gone is told of, loudest where it would speak."""

from collections.abc import Callable, Mapping

import pytest
from advice.conftest import KNOWN
from rulefile.conftest import Remembered
from strategies import built_in_layer

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.versions import VERSIONS

PATH = "safety/mh3.yaml"
MH3 = built_in_layer().texts[PATH]
OUTSIDE = KNOWN.replace("phase: planning", "phase: lesion preparation").replace(
    "track: intraplaque", "track: extraplaque, balloon_expands: no"
)


def assessed(case: str, changes: Mapping[str, str | None], *local: Layer) -> Result:
    texts = {**built_in_layer().texts, **changes}
    kept = {path: text for path, text in texts.items() if text is not None}
    with Engine(load_pack([Layer("built-in", kept), *local], cache=Remembered())) as engine:
        sheet = read_case_text(case, "case.yaml", engine.pack.vocabulary)
        return compose(sheet, engine.decide(sheet), engine.pack)


def with_status(status: str) -> str:
    return MH3.replace("status: reviewed", f"status: {status}")


def forbidden(result: Result) -> set[str]:
    return {entry.rule for entry in result.recommendation.vetoed}


@pytest.mark.parametrize(("status", "told"), [("draft", "a draft"), ("retired", "retired")])
def test_a_safety_rule_out_of_force_tells_above_all_what_it_would_forbid_here(status, told):
    assert "mh3" in forbidden(assessed(OUTSIDE, {}))
    result = assessed(OUTSIDE, {PATH: with_status(status)})
    assert "mh3" not in forbidden(result)
    (alert,) = result.provenance.alerts
    assert alert == (
        f"The safety rule mh3 of built-in is {told} and not in force. "
        "Here it would forbid: Rotational atherectomy."
    )
    assert alert in result.warnings
    assert result.provenance.not_in_force == (alert,)


def test_where_it_would_say_nothing_it_is_a_warning_alone():
    result = assessed(KNOWN, {PATH: with_status("draft")})
    assert result.provenance.alerts == ()
    assert "The safety rule mh3 of built-in is a draft and not in force." in result.warnings


def local(text: str) -> Layer:
    text = text.replace("id: mh3", "id: mh3\nreplaces: mh3", 1)
    return Layer("hospital", {PATH: text.replace('version: "1', 'version: "9')}, "/hospital")


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_what_should_replace_a_rule_and_is_not_in_force_leaves_the_other_and_is_told(status):
    result = assessed(OUTSIDE, {}, local(with_status(status)))
    assert "mh3" in forbidden(result)
    assert result.provenance.alerts == ()
    (told,) = [warning for warning in result.warnings if "hospital" in warning]
    assert told.endswith("not in force; that of built-in is.")


def test_a_draft_that_would_forbid_more_than_the_rule_in_force_says_what():
    more = with_status("draft").replace("on: [rotational", "on: [stingray, rotational")
    (alert,) = assessed(OUTSIDE, {}, local(more)).provenance.alerts
    assert alert.endswith("that of built-in is. Here it would forbid: Stingray re-entry.")


def test_a_draft_that_cannot_be_read_stops_nothing_and_nobody_knows_what_it_would_say():
    broken = with_status("draft").replace("effect: veto", "effect: vetto")
    (alert,) = assessed(KNOWN, {PATH: broken}).provenance.alerts
    assert "is a draft and not in force. It cannot be read" in alert


def test_a_recorded_rule_without_a_file_is_told_in_every_result():
    (alert,) = assessed(KNOWN, {PATH: None}).provenance.alerts
    assert alert.startswith("The rule mh3 is recorded by built-in, but its file is gone:")


def test_a_rule_that_was_given_up_on_purpose_is_not_told_of():
    records = built_in_layer().texts[VERSIONS]
    withdrawn = records.replace("withdrawn:\n", "withdrawn:\n  mh3: Covered by mh1.\n", 1)
    assert assessed(KNOWN, {PATH: None, VERSIONS: withdrawn}).provenance.alerts == ()


def test_with_all_rules_in_force_nothing_is_told(known_but: Callable[..., Result]):
    result = known_but()
    assert result.provenance.not_in_force is None
    assert "not_in_force" not in result.to_json()
