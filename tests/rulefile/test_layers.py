"""Local rules add to the built-in ones or take the place of parts of them, and it shows."""

from pathlib import Path

import pytest

from cto_cds.errors import RuleFileError
from cto_cds.rulefile.load import Layer, archive_of, layers_of, load_pack
from cto_cds.rulefile.parsed import ParseCache

GOOD = Path(__file__).parent / "good"
SCORE = (GOOD / "scores" / "trial_score.yaml").read_text("utf-8")
PATH = "scores/trial_score.yaml"


def local(text: str, path: str = PATH) -> Layer:
    return Layer("local", {path: text}, "/local")


def names(pack) -> set[str]:
    return {rule.id for rule in pack.rules()}


def test_a_local_layer_adds_a_score(pack_with, pack):
    added = pack_with({}, local(SCORE))
    assert names(added) == names(pack) | {"trial_score"}
    assert added.replaced == ()


def test_a_local_rule_that_says_so_takes_the_place_of_a_built_in_one(pack_with, pack):
    text = SCORE.replace("id: trial_score", "id: j_cto\nreplaces: j_cto")
    added = pack_with({}, local(text, "scores/j_cto.yaml"))
    assert names(added) == names(pack)
    score = next(score for score in added.scores if score.id == "j_cto")
    assert [criterion.id for criterion in score.criteria] == ["length", "stump"]
    (replaced,) = added.replaced
    assert (replaced.id, replaced.layer, replaced.by_layer) == ("j_cto", "built-in", "local")


def test_a_local_rule_that_does_not_say_so_is_refused(refused):
    text = SCORE.replace("id: trial_score", "id: j_cto")
    (problem,) = refused({}, local(text, "scores/j_cto.yaml"))
    assert problem.place.source == "/local/scores/j_cto.yaml"
    assert problem.found == "the id 'j_cto' is already used by scores/j_cto.yaml"
    assert "'replaces: j_cto'" in problem.mend


def test_a_draft_is_in_force_only_when_asked_for(pack_with):
    draft = {PATH: SCORE.replace("status: reviewed", "status: draft")}
    assert "trial_score" not in names(pack_with(draft))
    assert "trial_score" in names(pack_with(draft, drafts=True))


def test_a_retired_rule_is_never_in_force(pack_with):
    retired = {PATH: SCORE.replace("status: reviewed", "status: retired")}
    assert "trial_score" not in names(pack_with(retired, drafts=True))


def test_a_pack_without_vocabulary_is_refused(refused):
    (problem,) = refused({"vocabulary.yaml": None})
    assert (problem.place.source, problem.found) == ("vocabulary.yaml", "this file is missing")


def test_a_pack_without_policy_is_refused(refused):
    (problem,) = refused({"policy/ranking.yaml": None})
    assert problem.found == "the pack has 0 ranking policies in force"


def test_an_algorithm_without_weight_is_refused(refused, rules_folder: Path):
    policy = (rules_folder / "policy" / "ranking.yaml").read_text("utf-8")
    (problem,) = refused({"policy/ranking.yaml": policy.replace("{id: hybrid,", "{id: hybird,")})[
        :1
    ]
    assert "has no weight in the policy" in problem.found or "is no algorithm" in problem.found


def test_an_archive_gives_the_same_pack_again(pack):
    again = load_pack(layers_of(pack.archive), cache=ParseCache(None))
    assert again.digest == pack.digest
    assert [rule.meaning for rule in again.rules()] == [rule.meaning for rule in pack.rules()]
    assert archive_of(layers_of(pack.archive)) == pack.archive


def test_the_digest_changes_with_one_letter_of_one_file(pack_with):
    assert pack_with({PATH: SCORE}).digest != pack_with({PATH: SCORE + "# more\n"}).digest


def test_trees_that_were_kept_are_the_trees_that_were_parsed(pack, tmp_path: Path, rules_folder):
    layer = Layer.of_folder("built-in", rules_folder)
    for _ in range(2):  # the first writes the cache, the second reads it
        again = load_pack([layer], cache=ParseCache(tmp_path))
        assert [rule.meaning for rule in again.rules()] == [rule.meaning for rule in pack.rules()]
        assert list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "not json", "\x00"])
def test_a_damaged_cache_costs_time_and_nothing_else(pack, tmp_path: Path, rules_folder, content):
    layer = Layer.of_folder("built-in", rules_folder)
    load_pack([layer], cache=ParseCache(tmp_path))
    (kept,) = tmp_path.iterdir()
    kept.write_text(content, encoding="utf-8")
    again = load_pack([layer], cache=ParseCache(tmp_path))
    assert [rule.meaning for rule in again.rules()] == [rule.meaning for rule in pack.rules()]


def test_a_folder_that_does_not_exist_or_is_empty_is_refused(tmp_path: Path):
    with pytest.raises(RuleFileError, match="there is no such folder of rules"):
        Layer.of_folder("local", tmp_path / "none")
    with pytest.raises(RuleFileError, match="holds no rule files"):
        Layer.of_folder("local", tmp_path)


def test_a_rule_file_that_is_not_utf_8_is_refused(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"title: M\xfcller")
    with pytest.raises(RuleFileError, match=r"a\.yaml: cannot be read"):
        Layer.of_folder("local", tmp_path)
