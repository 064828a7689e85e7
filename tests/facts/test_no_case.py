"""A file that is no case file at all is refused as a whole, with what is missing or in the way."""

from pathlib import Path

import pytest

from cto_cds.errors import CaseError
from cto_cds.facts.case import LARGEST_BYTES, read_case


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "the case file must be a mapping of keys to values, not nothing"),
        ("# only a comment\n", "must be a mapping of keys to values, not nothing"),
        ("[]", "must be a mapping of keys to values, not a list"),
        ("a word", "must be a mapping of keys to values, not 'a word'"),
        ("case: a\n", "the case file has no 'format'"),
        ("format: 1\n", "the case file has no 'case'"),
        ("format: 2\ncase: a\n", "format 2 is not known to this version"),
        ("format: 1\ncase: ''\n", "'case' must be a text"),
        ("format: 1\ncase: [a]\n", "'case' must be a text, not a list"),
    ],
)
def test_a_file_that_is_no_case_says_what_is_missing(mistakes, text, found):
    problems = mistakes(text)
    assert len(problems) == 1
    assert problems[0].place.line == (2 if "case: '" in text or "case: [" in text else 1)
    assert found in problems[0].found


def test_half_a_character_is_refused_because_it_can_never_be_written_again(mistakes):
    problems = mistakes('{"format": 1, "case": "a \\ud83d"}')
    assert "half a character" in problems[0].found
    assert problems[0].place.column == 23


def test_deep_nesting_is_refused_and_not_followed(mistakes):
    problems = mistakes("[" * 200 + "]" * 200)
    assert "nested too deep" in problems[0].found


def test_a_control_character_is_refused(mistakes):
    assert "special characters are not allowed" in str(mistakes("format: 1\ncase: a\x00\n")[0])


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path, vocabulary):
    path = tmp_path / "case.yaml"
    path.write_bytes("format: 1\ncase: Müller\n".encode("latin-1"))
    with pytest.raises(CaseError, match="not UTF-8") as caught:
        read_case(path, vocabulary)
    assert caught.value.problems[0].place.source == str(path)
    assert caught.value.problems[0].mend == "Save the file as UTF-8 text."


def test_a_directory_instead_of_a_file_says_so(tmp_path: Path, vocabulary):
    with pytest.raises(CaseError, match="cannot be read: Is a directory") as caught:
        read_case(tmp_path, vocabulary)
    assert "Give the path of a case file" in caught.value.problems[0].mend


def test_a_missing_file_says_so(tmp_path: Path, vocabulary):
    with pytest.raises(CaseError, match="No such file"):
        read_case(tmp_path / "none.yaml", vocabulary)


def test_a_huge_file_is_refused_unread(tmp_path: Path, vocabulary):
    path = tmp_path / "case.yaml"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_BYTES + 1)
    with pytest.raises(CaseError, match="larger than"):
        read_case(path, vocabulary)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"format": 1, "case": "a",}', (1, 27)),
        ('{"format": 1,\n "case": "a"\n "history": {}}', (3, 2)),
        ("format: 1\ncase: a\n", (1, 1)),
    ],
    ids=["a comma too many", "a comma too few", "YAML"],
)
def test_a_file_that_calls_itself_json_and_is_not_is_refused(tmp_path, vocabulary, text, place):
    path = tmp_path / "case.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match="this is not JSON") as caught:
        read_case(path, vocabulary)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.column) == place
    assert problem.mend == "Mend it there, or name the file .yaml if it is YAML."
