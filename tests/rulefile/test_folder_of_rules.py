"""A folder of rules: what of it counts, and what in it cannot be read and is refused by name."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cto_cds.errors import Problem, RuleFileError
from cto_cds.rulefile.load import Layer

SCORE = (Path(__file__).parent / "good" / "scores" / "trial_score.yaml").read_text("utf-8")
PATH = "scores/trial_score.yaml"


def test_a_folder_that_does_not_exist_or_is_empty_is_refused(tmp_path: Path):
    with pytest.raises(RuleFileError, match="there is no such folder of rules"):
        Layer.of_folder("local", tmp_path / "none")
    with pytest.raises(RuleFileError, match="holds no rule files") as caught:
        Layer.of_folder("local", tmp_path)
    assert "Give the folder that holds the rule files" in str(caught.value)
    (tmp_path / "a.yaml").touch()
    with pytest.raises(RuleFileError, match="this is a file, not a folder of rules") as caught:
        Layer.of_folder("local", tmp_path / "a.yaml")
    assert "Give the folder that holds the rule files" in str(caught.value)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a folder with one good rule."""
    (tmp_path / "rules" / "scores").mkdir(parents=True)
    (tmp_path / "rules" / PATH).write_text(SCORE, "utf-8")
    return tmp_path / "rules"


def refusal(folder: Path) -> Problem:
    with pytest.raises(RuleFileError) as caught:
        Layer.of_folder("local", folder)
    (problem,) = caught.value.problems
    return problem


def test_a_rule_file_that_is_not_utf_8_is_refused(rules: Path):
    (rules / "scores" / "a.yaml").write_bytes(b"title: M\xfcller")
    problem = refusal(rules)
    assert str(problem.place) == str(rules / "scores" / "a.yaml")
    assert problem.found == "cannot be read: it is not UTF-8 text"
    assert problem.mend == "Save it as UTF-8 text."


@pytest.mark.parametrize("ending", [".yml", ".YAML", ".Yml"])
def test_a_rule_that_would_not_count_for_its_ending_is_refused(rules: Path, ending: str):
    (rules / "safety").mkdir()
    (rules / "safety" / f"no_bam{ending}").write_text(SCORE, "utf-8")
    problem = refusal(rules)
    assert str(problem.place) == str(rules / "safety" / f"no_bam{ending}")
    assert problem.found == f"cannot be read: it ends in '{ending}', and rule files end in '.yaml'"
    assert problem.mend == "Rename it to 'no_bam.yaml', or move it out of the folder."


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_what_may_not_be_read_is_refused_by_name_all_at_once():
    with TemporaryDirectory() as name:
        rules = Path(name)
        for folder in ("scores", "safety", "advice", "safety/inner"):
            (rules / folder).mkdir(mode=0o755)
        for path in (PATH, "scores/other.yaml", "safety/veto.yaml", "advice/word.yaml"):
            (rules / path).write_text(SCORE, "utf-8")
        rules.chmod(0o755)
        (rules / "scores" / "other.yaml").chmod(0)
        (rules / "safety").chmod(0)
        (rules / "advice").chmod(0o444)
        nobody = 65534
        os.seteuid(nobody)
        try:
            with pytest.raises(RuleFileError) as caught:
                Layer.of_folder("local", rules)
        finally:
            os.seteuid(0)
    told = [(str(problem.place), problem.found) for problem in caught.value.problems]
    found = "cannot be read: Permission denied"
    refused = ("advice/word.yaml", "safety", "scores/other.yaml")
    assert told == [(str(rules / path), found) for path in refused]
    assert all(problem.mend.startswith("Give yourself") for problem in caught.value.problems)


def test_links_that_lead_to_no_rule_file_are_refused(rules: Path, tmp_path: Path):
    (tmp_path / "shared").mkdir()
    (rules / "safety").symlink_to(tmp_path / "shared")
    assert refusal(rules).found == "cannot be read: links to folders are not followed"
    (tmp_path / "shared").rmdir()
    assert refusal(rules).found == "cannot be read: No such file or directory"


def test_a_link_to_a_rule_file_counts_and_what_is_hidden_or_something_else_does_not(rules: Path):
    (rules / "scores" / "copy.yaml").symlink_to(rules / PATH)
    (rules / ".github").mkdir()
    for path in (".github/check.yml", "scores/._trial_score.yaml", "README.md", "scores/a.yaml~"):
        (rules / path).write_text("not a rule", "utf-8")
    assert list(Layer.of_folder("local", rules).texts) == ["scores/copy.yaml", PATH]


def test_something_that_is_no_file_is_not_waited_for(rules: Path):
    os.mkfifo(rules / "scores" / "pipe.yaml")
    assert refusal(rules).found == "cannot be read: it is not a file"
