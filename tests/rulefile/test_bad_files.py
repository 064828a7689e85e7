"""Each file or folder in ``bad`` holds one mistake, and says in its head how it must be told.

``# at:`` file, line and column; ``# others:`` how many problems follow from the same mistake;
``# found:`` what is said to be wrong; ``# mend:`` how the advice to mend it begins.
"""

from pathlib import Path

import pytest

BAD = Path(__file__).parent / "bad"
GOOD = Path(__file__).parent / "good"


def files_of(folder: Path) -> dict[str, str]:
    found = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def head_of(text: str) -> dict[str, str]:
    pairs = (line[2:].partition(":") for line in text.splitlines()[:4] if line.startswith("# "))
    return {key: value.strip() for key, _, value in pairs}


def expectation(texts: dict[str, str]) -> dict[str, str]:
    return next(head for text in texts.values() if "at" in (head := head_of(text)))


@pytest.mark.parametrize("name", sorted(path.stem for path in BAD.iterdir()))
def test_a_mistake_is_refused_with_its_place_and_how_to_mend_it(refused, name):
    path = BAD / f"{name}.yaml"
    if path.is_file():
        text = path.read_text("utf-8")
        expected = head_of(text)
        files = {expected["at"].split(":")[0]: text}
    else:
        files = files_of(BAD / name)
        expected = expectation(files)
    problems = refused(files)
    told = [
        problem
        for problem in problems
        if f"{problem.place.source}:{problem.place.line}:{problem.place.column}" == expected["at"]
        and problem.found == expected["found"]
    ]
    assert len(told) == 1, "\n".join(map(str, problems))
    assert " ".join(told[0].mend.split()).startswith(expected["mend"])
    assert len(problems) == 1 + int(expected["others"]), "\n".join(map(str, problems))


def test_the_same_files_without_a_mistake_are_accepted(pack_with):
    pack = pack_with(files_of(GOOD))
    ids = {rule.id for rule in pack.rules()}
    assert {"trial", "trial.start", "trial_length", "trial_score", "trial_veto"} <= ids


def test_all_mistakes_of_all_files_are_told_at_once(refused):
    names = ("unknown_fact", "finding_gap", "unknown_effect", "no_tests")
    texts = [(BAD / f"{name}.yaml").read_text("utf-8") for name in names]
    texts[3] = texts[3].replace("id: trial", "id: trial_two")
    places = ["scores/trial.yaml", "findings/trial_f.yaml", "safety/trial_s.yaml"]
    texts[1] = texts[1].replace("id: trial", "id: trial_f")
    texts[2] = texts[2].replace("id: trial", "id: trial_s")
    problems = refused(dict(zip([*places, "scores/trial_two.yaml"], texts, strict=True)))
    assert [problem.place.source for problem in problems] == [
        "safety/trial_s.yaml",
        "scores/trial.yaml",
        "scores/trial_two.yaml",
    ]


def test_what_only_the_whole_shows_is_told_once_each_file_is_right(refused):
    text = (BAD / "finding_gap.yaml").read_text("utf-8")
    (problem,) = refused({"findings/trial.yaml": text})
    assert "there is a gap" in problem.found
