"""``cto-cds quantify``: folders that are no series say so, and a real study goes all the way."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
from cli.running import case_file
from pydicom.uid import HTJ2KLossless, JPEG2000Lossless

JPEG_XL = "1.2.840.10008.1.2.4.110"
NEVER_HEARD_OF = "1.2.840.10008.1.2.4.999"
LINE = "x_lps_mm,y_lps_mm,z_lps_mm,outer_radius_mm\n" + "".join(
    f"14,-15,{30 + step},1.5\n" for step in range(4)
)


@pytest.fixture
def refused(home, tmp_path):
    """Run quantify and assess on a folder that is no usable series; return the message."""
    line = tmp_path / "line.csv"
    line.write_text(LINE)

    def run(folder, *words: object, **environment: str) -> str:
        ran = home.run(
            "quantify", folder, "--centreline", line, "--json", *words, status=1, **environment
        )
        assert ran.shows_no_result
        assert not home.audit.exists()
        return ran.err

    return run


@pytest.fixture
def series(make, tmp_path):
    folder = tmp_path / "series"
    return make.write(folder, make.datasets())


def written_as(syntax, make, folder):
    """Write a series whose header says that it is compressed in this way."""
    images = make.datasets()
    for image in images:
        make.transcode(image, JPEG2000Lossless)
        image.file_meta.TransferSyntaxUID = syntax
    return make.write(folder, images)


def test_an_empty_folder_and_a_folder_of_texts_are_refused_by_name(refused, tmp_path):
    empty, texts = tmp_path / "empty", tmp_path / "texts"
    empty.mkdir()
    texts.mkdir()
    (texts / "notes.txt").write_text("nothing to see")
    assert str(empty) in refused(empty)
    told = refused(texts)
    assert str(texts) in told
    assert "notes.txt" in told
    assert str(tmp_path / "gone") in refused(tmp_path / "gone")


def test_a_missing_slice_is_refused_and_its_neighbours_are_named(refused, series):
    (series / "ct03.dcm").unlink()
    told = refused(series)
    assert "ct02.dcm" in told
    assert "ct04.dcm" in told


def test_two_phases_in_one_series_are_refused(refused, make, tmp_path):
    systole = make.datasets(SeriesDescription="Coronary 40%")
    diastole = make.datasets(SeriesDescription="Coronary 55%")
    for phase, images in (("40", systole), ("55", diastole)):
        for image in images:
            image.ContentTime = f"10{phase}00"
            image.NominalPercentageOfCardiacPhase = float(phase)
            image.ImageComments = phase
    folder = make.write(tmp_path / "phases", systole, "early")
    make.write(folder, diastole, "late")
    told = refused(folder)
    assert str(folder) in told
    assert "phase" in told


def test_a_scout_inside_the_series_is_refused_by_name(refused, series, make):
    scout = make.datasets(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])[0]
    make.save(scout, series / "scout.dcm")
    assert "scout.dcm: is a scout" in refused(series)


def test_a_file_that_was_cut_off_is_refused_by_name(refused, series):
    path = series / "ct05.dcm"
    path.write_bytes(path.read_bytes()[:-700])
    assert "ct05.dcm" in refused(series)


@pytest.mark.parametrize("syntax", [JPEG_XL, NEVER_HEARD_OF])
def test_a_compression_that_nothing_decodes_is_refused_by_its_name(refused, make, tmp_path, syntax):
    folder = written_as(HTJ2KLossless, make, tmp_path / "series")
    for path in folder.iterdir():
        content = path.read_bytes()
        path.write_bytes(content.replace(HTJ2KLossless.encode(), syntax.encode(), 1))
    told = refused(folder)
    assert "ct00.dcm" in told
    assert "Export the series uncompressed" in told


def test_a_missing_decoder_is_named_with_what_to_install(refused, make, tmp_path):
    folder = written_as(HTJ2KLossless, make, tmp_path / "series")
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    for name in ("openjpeg", "gdcm", "PIL", "pylibjpeg"):
        (blocked / f"{name}.py").write_text("raise ImportError('not installed here')\n")
    told = refused(folder, PYTHONPATH=str(blocked))
    assert "no decoder for it is installed" in told
    assert "'pip install pylibjpeg pylibjpeg-openjpeg'" in told


def test_without_a_line_the_user_is_told_what_is_missing(home, series):
    ran = home.run("quantify", series, "--json", status=1)
    assert "There are neither seeds nor a line" in ran.err
    assert ran.shows_no_result


def test_seed_points_outside_the_series_are_refused_by_name(home, practice, tmp_path):
    seeds = tmp_path / "seeds.json"
    points = {"coordinates": "LPS mm", "proximal": [900, 2, 3], "distal": [4, 5, 6]}
    seeds.write_text(json.dumps(points))
    told = home.run("quantify", practice / "dicom", "--seeds", seeds, status=1).err
    assert (
        f"{seeds} (proximal): (900.0, 2.0, 3.0) mm lies outside the volume, which goes from x "
        in told
    )
    assert "coordinates are DICOM patient coordinates (LPS) in mm" in told
    taught = home.run("quantify", "--help", COLUMNS="200").words
    assert "Mark the vessel by --seeds" in taught


def test_a_bad_line_names_its_file(home, series, tmp_path):
    line = tmp_path / "line.csv"
    line.write_text("x,y\n1,2\n")
    ran = home.run("quantify", series, "--centreline", line, status=1)
    assert str(line) in ran.err


def test_an_unknown_backend_is_told_with_where_to_look(home, series):
    ran = home.run("quantify", series, "--backend", "magic", status=1)
    assert "no backend is called 'magic'" in ran.err
    assert "cto-cds plugins" in ran.err


def test_an_unusable_study_stops_an_assessment_before_it_is_recorded(home, case, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = home.run("assess", case, "--study", empty, "--json", status=1)
    assert str(empty) in ran.err
    assert ran.shows_no_result
    assert not home.audit.exists()


def test_a_study_measured_on_the_way_gives_the_same_facts_as_one_measured_before(
    home, tmp_path, practice
):
    study, line = practice / "dicom", practice / "centreline.csv"
    case = case_file(tmp_path, occlusion_length="", max_bend="")
    out = tmp_path / "measured"
    shown = home.run("quantify", study, "--centreline", line, "--out", out)
    assert "Occlusion length" in shown.words
    assert str(out) in shown.err
    written = out / "measurements.json"
    document = json.loads(written.read_text(encoding="utf-8"))
    assert len(document["figures"]) >= 1
    assert all((out / figure).is_file() for figure in document["figures"])
    jsonschema_rs.validator_for(home.run("schema", "measurements").json).validate(document)
    assert not home.audit.exists()
    moved = tmp_path / "moved"
    out.rename(moved)
    written = moved / "measurements.json"
    page = tmp_path / "apart.html"
    apart = home.run("assess", case, "--ccta", written, "--json", "--report", page).json
    assert "data:image/" in page.read_text(encoding="utf-8")
    page = tmp_path / "plan.html"
    on_the_way = home.run(
        "assess", case, "--study", study, "--centreline", line, "--json", "--report", page
    ).json
    for name in ("facts", "scores", "algorithms", "findings", "recommendation", "warnings"):
        assert apart[name] == on_the_way[name], name
    length = apart["facts"]["ccta.occlusion_length"]
    (truth,) = json.loads((practice / "truth.json").read_text())["occlusions"]
    measured, spread = (float(length[key].split()[0]) for key in ("value", "sd"))
    assert abs(measured - truth["occlusion_length_mm"]) <= 3 * spread
    assert length["source"].startswith("cto-cds-ccta ")
    assert "data:image/" in page.read_text(encoding="utf-8")


def test_measurements_are_replaced_when_told_to_and_a_lost_picture_is_told(
    home, tmp_path, practice
):
    study, line = practice / "dicom", practice / "centreline.csv"
    out = tmp_path / "measured"
    home.run("quantify", study, "--centreline", line, "--out", out)
    again = ("quantify", study, "--centreline", line, "--out", out)
    edited = (out / "measurements.json").read_text(encoding="utf-8") + "\n"
    (out / "measurements.json").write_text(edited, encoding="utf-8")
    assert "exists already" in home.run(*again, status=1).err
    assert (out / "measurements.json").read_text(encoding="utf-8") == edited
    home.run(*again, "--force")
    picture, *_ = out.glob("*.png")
    picture.unlink()
    page = tmp_path / "plan.html"
    case = case_file(tmp_path, occlusion_length="", max_bend="")
    ran = home.run("assess", case, "--ccta", out / "measurements.json", "--report", page)
    assert ran.status == 0
    assert f"{picture}: the picture is left out" in ran.err
    assert page.exists()
