"""``cto-cds quantify --edits``: what a person changed is kept, or it is said that it is not."""

from __future__ import annotations

import json

import pytest
from cli.running import Home


@pytest.fixture(scope="module")
def measured(tmp_path_factory, practice, warm_cache):
    """A folder with the review of a study."""
    base = tmp_path_factory.mktemp("review")
    home = Home(base / "home")
    study, line = practice / "dicom", practice / "centreline.csv"
    home.run("quantify", study, "--centreline", line, "--out", base / "measured", "--review")
    return base / "measured"


def edited(measured, tmp_path, change):
    """Return an edited review in a folder of its own."""
    folder = tmp_path / "round one"
    folder.mkdir()
    for name in ("review.state", "measurements.json"):
        (folder / name).write_bytes((measured / name).read_bytes())
    document = json.loads((measured / "review.json").read_text(encoding="utf-8"))
    change(document)
    (folder / "review.json").write_text(json.dumps(document), encoding="utf-8")
    return folder / "review.json"


def move_p(document) -> None:
    document["caps_mm"]["P"] += 1.0
    document["confirmed"]["line"] = True


def test_without_out_it_is_said_that_nothing_was_written_and_how_to_write(home, measured, tmp_path):
    review = edited(measured, tmp_path, move_p)
    before = {path.name: path.read_bytes() for path in review.parent.iterdir()}
    ran = home.run("quantify", "--edits", review)
    assert {path.name: path.read_bytes() for path in review.parent.iterdir()} == before
    assert "NOTHING WAS WRITTEN" in ran.err
    assert f"--edits '{review}' --out" in ran.err
    assert "edited" in ran.words
    assert "NOTHING WAS WRITTEN" not in ran.out


def test_the_file_to_edit_says_that_the_result_needs_a_folder(measured):
    told = json.loads((measured / "review.json").read_text(encoding="utf-8"))["help"]
    assert "--edits" in told
    assert "--out" in told


def test_the_help_of_the_command_shows_where_edits_are_written(home):
    taught = home.run("quantify", "--help", COLUMNS="200").words
    assert "cto-cds quantify --edits measured/review.json --out edited" in taught


def test_the_folder_of_a_second_run_holds_the_review_of_the_next_round(home, measured, tmp_path):
    review, out = edited(measured, tmp_path, move_p), tmp_path / "second"
    ran = home.run("quantify", "--edits", review, "--out", out)
    assert "NOTHING WAS WRITTEN" not in ran.err
    assert str(out / "review.json") in ran.err
    next_round = json.loads((out / "review.json").read_text(encoding="utf-8"))
    assert next_round == json.loads(review.read_text(encoding="utf-8"))
    again = tmp_path / "third"
    home.run("quantify", "--edits", out / "review.json", "--out", again)
    third, second = (folder / "measurements.json" for folder in (again, out))
    assert third.read_bytes() == second.read_bytes()
    document = json.loads(third.read_text(encoding="utf-8"))
    assert document["ccta"]["occlusion_length"]["status"] == "edited"


def test_earlier_measurements_are_replaced_by_edited_ones_only_when_told_to(
    home, measured, tmp_path
):
    review = edited(measured, tmp_path, move_p)
    folder = review.parent
    before = (folder / "measurements.json").read_bytes()
    refused = home.run("quantify", "--edits", review, "--out", folder, status=1)
    assert "exists already" in refused.err
    assert "--force" in refused.err
    assert (folder / "measurements.json").read_bytes() == before
    home.run("quantify", "--edits", review, "--out", folder, "--force")
    assert (folder / "measurements.json").read_bytes() != before


def test_an_edit_that_cannot_be_names_the_file_and_changes_nothing(home, measured, tmp_path):
    def into_open_vessel(document) -> None:
        document["caps_mm"]["P"] = 2.0

    review, out = edited(measured, tmp_path, into_open_vessel), tmp_path / "second"
    ran = home.run("quantify", "--edits", review, "--out", out, status=1)
    assert f"{review} (caps_mm)" in ran.err
    assert "filled with contrast" in ran.err
    assert not out.exists()


def test_the_table_begins_with_the_lesion_tells_its_standing_and_repeats_no_remark(
    home, measured, tmp_path
):
    review = edited(measured, tmp_path, move_p)
    told = home.run("quantify", "--edits", review, COLUMNS="200").out
    heads = ["Stump", "Occlusion length", "Sharpest bend", "Calcification", "Plaque volume"]
    places = [told.index(head) for head in heads]
    assert places == sorted(places)
    assert told.count("As the classes appear in the image") == 1
    assert "As for: Fibrous plaque volume." in told
    length = next(line for line in told.splitlines() if line.startswith("Occlusion length"))
    voltage = next(line for line in told.splitlines() if line.startswith("Tube voltage"))
    assert "edited" in length
    assert "auto" in voltage
