"""What was read and proved once is kept, and whatever is kept decides nothing by itself."""

from dataclasses import replace
from pathlib import Path

import pytest
from strategies import built_in_layer

from cto_cds.errors import RuleFileError
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.model import Algorithm, Rule
from cto_cds.rulefile.versions import VERSIONS

SCORE = (Path(__file__).parent / "good" / "scores" / "trial_score.yaml").read_text("utf-8")
PATH = "scores/trial_score.yaml"


def without_rows(rule: Rule) -> Rule:
    if isinstance(rule, Algorithm):
        rule = replace(rule, decisions=tuple(map(without_rows, rule.decisions)))
    return replace(rule, rows=())


@pytest.fixture
def kept_trees(warm_cache: Path) -> Path:
    """Return a cache folder that holds the trees of the built-in rules."""
    return warm_cache


def test_trees_that_were_kept_are_the_trees_that_were_parsed(pack, kept_trees):
    again = load_pack([built_in_layer()], cache=LoadCache(kept_trees))
    assert [rule.meaning for rule in again.rules()] == [rule.meaning for rule in pack.rules()]


def test_a_cache_in_which_a_word_was_changed_decides_nothing(pack, kept_trees, tmp_path: Path):
    (kept,) = kept_trees.iterdir()
    content = kept.read_text(encoding="utf-8")
    changed = content.replace('"reviewed"', '"retired"')
    assert changed != content
    (tmp_path / kept.name).write_text(changed, encoding="utf-8")
    again = load_pack([built_in_layer()], cache=LoadCache(tmp_path))
    assert [rule.id for rule in again.rules()] == [rule.id for rule in pack.rules()]


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "not json", "\x00"])
def test_a_damaged_cache_costs_time_and_nothing_else(tmp_path: Path, content):
    written = LoadCache(tmp_path)
    tree = written.parse(SCORE, PATH)
    written.keep()
    (kept,) = tmp_path.iterdir()
    kept.write_text(content, encoding="utf-8")
    assert LoadCache(tmp_path).parse(SCORE, PATH) == tree


def test_what_was_proved_is_proved_again_by_a_changed_program_and_for_changed_names(
    tmp_path: Path, monkeypatch
):
    cache = LoadCache(tmp_path)
    rules = cache.proof("names", "rule")
    cache.proved([rules])
    cache.keep()
    again = LoadCache(tmp_path)
    assert again.holds(again.proof("names", "rule"))
    assert not again.holds(again.proof("other names", "rule"))
    assert not again.holds(again.proof("names", "other rule"))
    monkeypatch.setattr("cto_cds.rulefile.cache.program_digest", lambda: "sha256:later")
    later = LoadCache(tmp_path)
    assert not later.holds(later.proof("names", "rule"))


def test_a_rule_that_was_never_proved_is_proved_though_all_others_were(kept_trees):
    texts = dict(built_in_layer().texts)
    path = "algorithms/hybrid/in_stent.yaml"
    texts[path] = texts[path].replace("when: in_stent is no", "when: in_stent is yes")
    layer = Layer("built-in", {k: text for k, text in texts.items() if k != VERSIONS})
    with pytest.raises(RuleFileError, match="there is a gap"):
        load_pack([layer], cache=LoadCache(kept_trees))


def test_rules_that_were_proved_are_the_same_rules_when_their_rows_are_left_out(pack, kept_trees):
    again = load_pack([built_in_layer()], rows=False, cache=LoadCache(kept_trees))
    assert list(again.rules()) == [without_rows(rule) for rule in pack.rules()]
    assert any(rule.rows for rule in pack.rules())


def test_a_mistake_in_a_row_of_a_changed_file_is_told_where_rows_are_not_wanted(kept_trees):
    texts = dict(built_in_layer().texts)
    path = "safety/crossboss_native.yaml"
    texts[path] = texts[path].replace("given: {", "given: {no_such_fact: 1, ", 1)
    with pytest.raises(RuleFileError, match="no_such_fact"):
        load_pack([Layer("built-in", texts)], rows=False, cache=LoadCache(kept_trees))


def test_a_cache_belongs_to_the_user_alone(kept_trees):
    (kept,) = kept_trees.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
