"""What a rule may say although it looks like nothing, and what the rows of a rule must show."""

from pathlib import Path

import pytest

from cto_cds.engine.rowtest import run_rows
from cto_cds.errors import NOWHERE
from cto_cds.rulefile.comparison import parse_comparison
from cto_cds.rulefile.condition import All, Any, Not, wording
from cto_cds.rulefile.names import Names
from cto_cds.rulefile.proof import truths
from cto_cds.rulefile.truth import Truth

GOOD = Path(__file__).parent / "good"
SCORE = (GOOD / "scores" / "trial_score.yaml").read_text("utf-8")
VETO = (GOOD / "safety" / "trial_veto.yaml").read_text("utf-8")
OUTCOME = """\
outcomes:
  - {endpoint: Success, population: All, unit: UNIT, values: {easy: VALUE}}
if_unknown"""


def test_a_score_may_be_for_every_case(pack_with):
    text = SCORE.replace("criteria:", "applies_to: occlusion is chronic total or other\ncriteria:")
    pack = pack_with({"scores/trial_score.yaml": text})
    assert any(score.id == "trial_score" for score in pack.scores)


@pytest.mark.parametrize(
    ("value", "unit"),
    [("92.5", '"%"'), ("0.4 to 9.4", '"%"'), ("< 1", '"%"'), ("'>= 99'", '"%"'), ("140", "min")],
)
def test_an_outcome_is_a_figure(pack_with, value, unit):
    outcome = OUTCOME.replace("UNIT", unit).replace("VALUE", value)
    text = SCORE.replace("if_unknown", outcome, 1)
    assert pack_with({"scores/trial_score.yaml": text})


def test_a_silent_veto_keeps_its_reason(pack_with):
    text = VETO.replace("if_unknown: veto", "if_unknown: name what is missing")
    text = text.replace("tests:", "because_silent: The track is read at once.\ntests:")
    pack = pack_with({"safety/trial_veto.yaml": text})
    rule = next(rule for rule in pack.safety if rule.id == "trial_veto")
    assert rule.because_silent == "The track is read at once."


def test_what_a_condition_may_be_and_how_it_is_worded(pack):
    names = Names(pack.vocabulary, {})
    blunt, tapered, ever = (
        parse_comparison(text, names, ("ccta",), NOWHERE)
        for text in ("stump is blunt", "stump is tapered", "occlusion_duration >= 0 months")
    )
    both, either = {Truth.TRUE, Truth.FALSE}, Any((blunt, Not(tapered)))
    assert truths(blunt, names) == truths(either, names) == both
    assert truths(All((blunt, tapered)), names) == {Truth.FALSE}
    assert truths(Any((blunt, Not(blunt))), names) == {Truth.TRUE}
    assert truths(ever, names) == {Truth.TRUE}
    assert wording(All((either, ever))) == (
        "('stump is blunt' or not 'stump is tapered') and 'occlusion_duration >= 0 months'"
    )


def missing(pack, name: str) -> list[str]:
    rule = next(rule for rule in pack.rules() if rule.id == name)
    ((results, coverage),) = run_rows(pack, [rule])
    assert all(result.passed for result in results), results
    return coverage.missing()


def rows(*entries: tuple[str, str]) -> str:
    lines = [
        f"  - {{case: row {number}, given: {{{given}}}, expect: {{{expect}}}}}"
        for number, (given, expect) in enumerate(entries)
    ]
    return "tests:\n" + "\n".join(lines) + "\n"


def test_rows_show_each_whole_condition_true_and_false(pack_with):
    when = "    when:\n      all: [stump is blunt, in_stent is yes]\n"
    text = SCORE.replace("    when: stump is blunt\n", when)
    text = text[: text.index("tests:")] + rows(
        ("occlusion_length: 12 mm, stump: blunt, in_stent: no", "score: 0, grade: easy"),
        ("occlusion_length: 30 mm, stump: tapered, in_stent: yes", "score: 1, grade: hard"),
        ("occlusion_length: unknown, stump: unknown, in_stent: unknown", "score: 0 to 2"),
    )
    pack = pack_with({"scores/trial_score.yaml": text})
    told = "'stump is blunt' and 'in_stent is yes' as a whole is never true"
    assert missing(pack, "trial_score") == [told]


def test_rows_show_every_effect_of_a_safety_rule(pack_with):
    text = VETO.replace("read_unknown_as: {procedure.track: extraplaque}\n", "")
    text = text.replace("if_unknown: veto", "if_unknown: caution")
    start = text[: text.index("tests:")]
    shown = [
        ("track: extraplaque", "effect: veto"),
        ("track: intraplaque", "effect: none"),
        ("track: unknown", "effect: caution"),
    ]
    told = [
        ["'none' is never reached", "'track is extraplaque' is never false"],
        ["'caution' is never reached", "'track is extraplaque' is never unknown"],
        [],
    ]
    kept = [[shown[0], shown[2]], shown[:2], shown]
    for some, lacking in zip(kept, told, strict=True):
        pack = pack_with({"safety/trial_veto.yaml": start + rows(*some)})
        assert missing(pack, "trial_veto") == lacking


def test_rows_show_what_a_safety_rule_does_while_it_is_unknown_as_a_whole(pack_with):
    text = VETO.replace("read_unknown_as: {procedure.track: extraplaque}\n", "")
    text = text.replace(
        "when: track is extraplaque\n",
        "when:\n  all: [track is extraplaque, device_crosses is no]\n",
    )
    text = text[: text.index("tests:")] + rows(
        ("track: extraplaque, device_crosses: no", "effect: veto"),
        ("track: intraplaque, device_crosses: unknown", "effect: none"),
        ("track: unknown, device_crosses: yes", "effect: none"),
    )
    pack = pack_with({"safety/trial_veto.yaml": text})
    told = "'track is extraplaque' and 'device_crosses is no' as a whole is never unknown"
    assert missing(pack, "trial_veto") == [told]
