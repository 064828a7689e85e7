"""Local rules add to the built-in ones or take the place of parts of them, and it shows."""

from pathlib import Path

import pytest
from strategies import built_in_layer, built_in_pack

from cto_cds.rulefile.load import Layer, archive_of, layers_of, load_pack
from cto_cds.rulefile.versions import VERSIONS, recorded_text
from cto_cds.testing.kept import kept

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
    text = raised(SCORE.replace("id: trial_score", "id: j_cto\nreplaces: j_cto"))
    added = pack_with({}, local(text, "scores/j_cto.yaml"))
    assert names(added) == names(pack)
    score = next(score for score in added.scores if score.id == "j_cto")
    assert [criterion.id for criterion in score.criteria] == ["length", "stump"]
    (replaced,) = added.replaced
    assert (replaced.id, replaced.layer, replaced.by_layer) == ("j_cto", "built-in", "local")
    assert not replaced.safety


def test_a_local_rule_that_does_not_say_so_is_refused(refused):
    text = SCORE.replace("id: trial_score", "id: j_cto")
    (problem,) = refused({}, local(text, "scores/j_cto.yaml"))
    assert problem.place.source == "/local/scores/j_cto.yaml"
    assert problem.found == "the id 'j_cto' is already used by scores/j_cto.yaml"
    assert "'replaces: j_cto'" in problem.mend


def raised(text: str) -> str:
    return text.replace('version: "1.0.0"', 'version: "2.0.0-local"')


MH1 = "safety/mh1.yaml"
WEAKER = (
    built_in_layer()
    .texts[MH1]
    .replace("on: [orbital_atherectomy, laser_atherectomy]", "on: [laser_atherectomy]")
)
TODAY = next(rule.header.version for rule in built_in_pack().rules() if rule.id == "mh1")
RECORDS = recorded_text(built_in_pack().rules(), {})
RECORD = next(line for line in RECORDS.splitlines() if f'"mh1@{TODAY}"' in line)


def weaker(*, version: str, **files: str) -> Layer:
    text = WEAKER.replace("id: mh1", "id: mh1\nreplaces: mh1")
    text = text.replace(f'version: "{TODAY}"', f'version: "{version}"')
    return Layer("local", {MH1: text, **files}, "/local")


def test_a_safety_rule_that_is_replaced_is_told_apart(pack_with):
    (replaced,) = pack_with({}, weaker(version="2.0.0")).replaced
    assert (replaced.id, replaced.kind, replaced.safety) == ("mh1", "safety", True)


@pytest.mark.parametrize("recorded", [True, False])
def test_a_replacement_never_stands_under_the_version_of_what_it_replaces(refused, recorded):
    records = {VERSIONS: RECORDS} if recorded else {}
    (problem,) = refused(records, weaker(version=TODAY))
    assert str(problem.place).startswith("/local/safety/mh1.yaml:")
    assert problem.found == f"mh1 has another meaning than mh1@{TODAY} had when it was recorded"


def test_a_local_record_does_not_overrule_one_of_the_built_in_rules(refused):
    records = f"format: 1\nkind: versions\nmeanings:\n{RECORD[:-1]}x\n"
    layer = weaker(version=TODAY, **{VERSIONS: records})
    first, second = refused({VERSIONS: RECORDS}, layer)
    assert str(first.place).startswith("/local/safety/mh1.yaml:")
    assert str(second.place) == "/local/versions.yaml:4:3"
    told = f"'mh1@{TODAY}' is already recorded with another meaning by versions.yaml"
    assert second.found == told
    assert second.mend == "Take this record out; another meaning needs another version."


def test_a_local_record_may_repeat_and_add(pack_with):
    records = f'format: 1\nkind: versions\nmeanings:\n{RECORD}\n  "other@1.0.0": sha256:0\n'
    added = pack_with({VERSIONS: RECORDS}, local(SCORE), local(records, VERSIONS))
    assert "trial_score" in names(added)


def test_a_rule_takes_the_place_of_its_own_kind_only(refused):
    text = raised(SCORE.replace("id: trial_score", "id: mh1\nreplaces: mh1"))
    (problem,) = refused({}, local(text, "scores/mh1.yaml"))
    assert str(problem.place) == "/local/scores/mh1.yaml:2:1 (id)"
    assert problem.found == "'mh1' takes the place of a rule of another kind, safety"
    assert problem.mend == "Write 'kind: safety', or choose another id."


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
    lacking, strange = refused(
        {"policy/ranking.yaml": policy.replace("{id: hybrid,", "{id: hybird,")}
    )
    assert lacking.place.source == "algorithms/hybrid/index.yaml"
    assert lacking.found == "'hybrid' has no weight in the policy policy/ranking.yaml"
    assert lacking.mend.startswith("Write '- {id: hybrid, weight: 1}' under 'algorithms:' in it")
    assert (strange.place.source, strange.found) == (
        "policy/ranking.yaml",
        "'hybird' is no algorithm",
    )


def test_a_local_algorithm_without_weight_is_told_how_to_weigh_it_beside_the_built_in_ones(refused):
    files = {
        f"algorithms/trial/{path.name}": path.read_text("utf-8")
        for path in sorted((GOOD / "algorithms" / "trial").glob("*.yaml"))
    }
    (problem,) = refused({}, Layer("local", files, "/local"))
    assert problem.place.source == "/local/algorithms/trial/index.yaml"
    assert problem.mend == (
        "Copy that file to /local/policy/ranking.yaml, write '- {id: trial, weight: 1}' under "
        "'algorithms:' in it, with the weight it needs, add 'replaces: ranking' and give it a "
        "version of its own."
    )


def test_what_the_message_says_to_do_lets_the_local_algorithm_in(pack_with):
    files = {
        f"algorithms/trial/{path.name}": path.read_text("utf-8")
        for path in sorted((GOOD / "algorithms" / "trial").glob("*.yaml"))
    }
    policy = built_in_layer().texts["policy/ranking.yaml"]
    version = next(line for line in policy.splitlines() if line.startswith("version:"))
    policy = policy.replace(version, 'version: "99.0.0-local"\nreplaces: ranking', 1)
    weighed = "\nalgorithms:\n  - {id: trial, weight: 1}\n"
    files["policy/ranking.yaml"] = policy.replace("\nalgorithms:\n", weighed, 1)
    pack = pack_with({}, Layer("local", files, "/local"))
    assert "trial" in pack.policy.weights


def test_gaps_and_circles_are_told_beside_missing_test_rows(refused):
    bad = Path(__file__).parent / "bad"
    untested = (bad / "no_tests.yaml").read_text("utf-8")
    gap = (bad / "finding_gap.yaml").read_text("utf-8")
    found = [problem.found for problem in refused({"scores/trial.yaml": untested})]
    assert found == ["the file has no test rows"]
    name = gap.splitlines()[0].removeprefix("# at: ").split(":")[0]
    both = [p.found for p in refused({name: gap.partition("\ntests:")[0] + "\n"})]
    assert "the file has no test rows" in both
    assert any(one.startswith("there is a gap") for one in both)


def test_an_archive_gives_the_same_pack_again(pack):
    again = load_pack(layers_of(pack.archive), cache=kept())
    assert again.digest == pack.digest
    assert [rule.meaning for rule in again.rules()] == [rule.meaning for rule in pack.rules()]
    assert archive_of(layers_of(pack.archive)) == pack.archive


def test_the_digest_changes_with_one_letter_of_one_file(pack_with):
    assert pack_with({PATH: SCORE}).digest != pack_with({PATH: SCORE + "# more\n"}).digest


@pytest.mark.parametrize(
    ("path", "found", "mend"),
    [
        ("foo/trial_score.yaml", "no rules stand in 'foo'", "Move it to 'scores'."),
        ("Scores/trial_score.yaml", "no rules stand in 'Scores'", "Move it to 'scores'."),
        (
            "safety/trial_score.yaml",
            "a rule of kind score does not stand in 'safety'",
            "Move it to 'scores'.",
        ),
    ],
)
@pytest.mark.parametrize("status", ["reviewed", "draft"])
def test_a_rule_in_a_folder_that_is_not_of_its_kind_is_refused(refused, path, found, mend, status):
    text = SCORE.replace("status: reviewed", f"status: {status}")
    (problem,) = refused({}, local(text, path))
    assert (str(problem.place), problem.found) == (f"/local/{path}", found)
    assert problem.mend.startswith(mend)
    assert "findings, safety, advice, policy" in problem.mend


def test_a_rule_at_the_top_is_refused(refused):
    (problem,) = refused({}, local(SCORE, "trial_score.yaml"))
    assert problem.found == "no rules stand at the top of a pack"
    assert problem.mend.startswith("Move it to 'scores'.")


def test_decisions_without_an_index_are_told_once_with_what_is_missing(refused):
    (problem,) = refused({"algorithms/hybrid/index.yaml": None})
    assert problem.place.source.startswith("algorithms/hybrid/")
    assert problem.found.startswith("the algorithm 'hybrid' has decisions (hybrid.")
    assert problem.found.endswith(" and no algorithms/hybrid/index.yaml")
    assert problem.mend == (
        "Add algorithms/hybrid/index.yaml with 'kind: algorithm', 'id: hybrid' and 'first:'."
    )


def test_an_index_that_is_a_draft_is_told_from_one_that_is_missing(refused, rules_folder: Path):
    index = (rules_folder / "algorithms" / "hybrid" / "index.yaml").read_text("utf-8")
    draft = index.replace("status: reviewed", "status: draft")
    (problem,) = refused({"algorithms/hybrid/index.yaml": draft})
    assert problem.found.startswith("algorithms/hybrid/index.yaml is not in force, but decisions")
    assert problem.mend == "Give all files of an algorithm the same status."


def test_a_misspelt_place_to_read_from_is_told_once(refused):
    text = SCORE.replace("reads: [angiography, ccta]", "reads: [angiografy]")
    assert text != SCORE
    (problem,) = refused({}, local(text))
    assert problem.found == "'angiografy' is not a place to read from"
    assert problem.mend == "Did you mean 'angiography'?"


def test_a_rule_that_replaces_another_id_is_refused(refused):
    text = WEAKER.replace("id: mh1", "id: our_mh1\nreplaces: mh1")
    (problem,) = refused({}, local(text, "safety/our_mh1.yaml"))
    assert problem.found == "the rule 'our_mh1' says that it replaces 'mh1', which has another id"


def test_a_rule_that_replaces_nothing_is_refused(refused):
    text = WEAKER.replace("id: mh1", "id: mh111\nreplaces: mh111")
    (problem,) = refused({}, local(text, "safety/mh111.yaml"))
    assert problem.found == "there is no rule 'mh111' to replace"
