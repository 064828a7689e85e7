"""``cto-cds new``: a case file to fill in."""

from __future__ import annotations

from cto_cds.facts.case import read_case


def test_a_new_case_names_every_fact_with_its_unit_or_words_and_reads_back(
    home, tmp_path, vocabulary
):
    file = tmp_path / "case.yaml"
    assert str(file) in home.run("new", file).err
    sheet = read_case(file, vocabulary)
    assert set(sheet.readings) == set(vocabulary.by_path)
    text = file.read_text(encoding="utf-8")
    assert "occlusion_length: unknown  # Occlusion length: a number from 0.5 to 200 mm" in text
    assert "stump: unknown  # " in text
    assert "one of: tapered, blunt, invisible" in text


def test_a_new_case_says_no_more_and_no_less_than_an_empty_one(home, tmp_path):
    file, empty = tmp_path / "case.yaml", tmp_path / "empty.yaml"
    assert home.run("new", file, "--json").json == {"case": str(file)}
    empty.write_text("format: 1\ncase: my-case\n")
    filled, bare = (home.run("assess", path, "--json").json for path in (file, empty))
    assert filled["recommendation"]["phase"] == "planning"
    for part in ("scores", "algorithms", "findings", "recommendation", "warnings"):
        assert filled[part] == bare[part], part
    assert filled["provenance"]["facts"] == bare["provenance"]["facts"]


def test_what_is_not_entered_is_unknown_once_the_procedure_has_begun(home, tmp_path, vocabulary):
    file = tmp_path / "case.yaml"
    home.run("new", file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("phase: planning", "phase: crossing"), encoding="utf-8")
    readings = read_case(file, vocabulary).readings.values()
    assert [reading.path for reading in readings if reading.known] == ["procedure.phase"]


def test_only_the_groups_that_were_asked_for_are_written(home, tmp_path, vocabulary):
    file = tmp_path / "case.yaml"
    home.run("new", file, "--group", "history", "--group", "operator")
    text = file.read_text(encoding="utf-8")
    written = [group for group in vocabulary.groups if f"\n{group}:\n" in text]
    assert written == ["history", "operator"]
    home.run("assess", file)


def test_the_definition_of_each_fact_stands_above_it_when_asked_for(home, tmp_path, vocabulary):
    bare, told = tmp_path / "bare.yaml", tmp_path / "told.yaml"
    home.run("new", bare, "--group", "procedure")
    home.run("new", told, "--group", "procedure", "--definitions")
    text = " ".join(told.read_text(encoding="utf-8").replace("#", "").split())
    for name in vocabulary.names_in("procedure"):
        meaning = " ".join(vocabulary.facts[name].definition.split())
        assert f"{meaning} {name}: " in text
    assert read_case(told, vocabulary).digest() == read_case(bare, vocabulary).digest()


def test_a_group_that_does_not_exist_is_wrong_use_and_nothing_is_written(home, tmp_path):
    file = tmp_path / "case.yaml"
    ran = home.run("new", file, "--group", "angiographie", status=2, COLUMNS="200")
    assert "'angiographie' is not a group. Did you mean 'angiography'?" in ran.err
    assert not file.exists()


def test_a_file_that_exists_is_never_overwritten(home, case, tmp_path):
    before = case.read_text()
    for path in (case, tmp_path):
        ran = home.run("new", path, status=1)
        assert f"{path}: this file exists already" in ran.err
    assert case.read_text() == before


def test_a_case_with_remarks_is_not_written_under_the_name_of_json(home, tmp_path):
    file = tmp_path / "case.json"
    assert "name it case.yaml" in home.run("new", file, status=2, COLUMNS="200").err
    assert not file.exists()


def test_no_command_that_writes_one_file_makes_a_folder_for_it(home, case, tmp_path):
    home.run("assess", case, "--json")
    target = tmp_path / "typo" / "file.yaml"
    given = [
        ("new", target),
        ("assess", case, "--report", target),
        ("import", case, "--mapping", case, "--out", target),
        ("audit", "export", target),
    ]
    for command in given:
        ran = home.run(*command, status=2, COLUMNS="300")
        assert f"there is no folder {target.parent}; make it first" in ran.err
    assert not target.parent.exists()
