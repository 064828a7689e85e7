"""Lines and seeds that other programs wrote, with their coordinates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cto_cds.dicom.lines import read_line
from cto_cds.dicom.seeds import read_seeds
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.errors import StudyError

VTP = Path(__file__).with_name("vtp")
STEPS = np.arange(60)
LINE_LPS = np.c_[10 + 0.5 * STEPS, -20 + 0.25 * STEPS, 30 + 0.125 * STEPS]
RAS = np.array([-1.0, -1.0, 1.0])


def volume(affine=None) -> Volume:
    placed = np.diag([0.5, 0.4, 0.3, 1.0])[[2, 1, 0, 3]] if affine is None else affine
    return Volume(np.zeros((40, 64, 128), np.int16), placed, SeriesInfo("1", "2"))


def refusal(work, *arguments: object) -> str:
    with pytest.raises(StudyError) as caught:
        work(*arguments)
    assert all(problem.found and problem.mend for problem in caught.value.problems)
    return str(caught.value)


def in_lps(path, asked=None):
    return read_line(path, asked).points_lps_mm(volume())


# VTP: the files were written by VTK 9.7


@pytest.mark.parametrize(
    "name",
    [
        "ascii-lps",
        "binary-ras",
        "binary-zlib-64",
        "binary-lzma",
        "appended-zlib",
        "appended-raw-64",
        "appended-raw-zlib",
        "segments",
    ],
)
def test_every_way_in_which_vtk_writes_a_line_gives_the_same_points(name):
    np.testing.assert_allclose(in_lps(VTP / f"{name}.vtp"), LINE_LPS, atol=1e-9)


def test_a_vtp_file_that_does_not_say_its_coordinates_is_never_guessed():
    path = VTP / "unsaid.vtp"
    told = refusal(read_line, path)
    assert "does not say in which coordinates" in told
    assert "--coordinates LPS, RAS or image" in told
    np.testing.assert_allclose(in_lps(path, "LPS"), LINE_LPS, atol=1e-5)
    np.testing.assert_allclose(in_lps(path, "RAS"), LINE_LPS * RAS, atol=1e-5)


def test_coordinates_that_contradict_the_file_are_refused():
    told = refusal(read_line, VTP / "binary-ras.vtp", "LPS")
    assert "says that its points are in RAS, and --coordinates says LPS" in told


def test_only_an_outer_radius_is_taken_for_the_outer_wall():
    np.testing.assert_allclose(
        read_line(VTP / "radius.vtp").outer_radius_mm, 1.5 + 0.01 * STEPS, atol=1e-9
    )
    inscribed = read_line(VTP / "unsaid.vtp", "LPS")
    assert inscribed.outer_radius_mm is None
    assert "MaximumInscribedSphereRadius" in inscribed.notes[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("two-lines", "holds 2 lines"),
        ("surface", "holds no line"),
        ("binary-lz4", "vtkLZ4DataCompressor"),
    ],
)
def test_a_vtp_file_without_one_line_is_refused(name, words):
    assert words in refusal(read_line, VTP / f"{name}.vtp")


@pytest.mark.parametrize("name", ["ascii-lps", "binary-zlib-64", "appended-raw-64"])
def test_a_vtp_file_that_is_cut_off_anywhere_is_refused(tmp_path, name):
    content = (VTP / f"{name}.vtp").read_bytes()
    path = tmp_path / "line.vtp"
    for kept in range(0, len(content) - 20, 97):
        path.write_bytes(content[:kept])
        assert "VTP" in refusal(read_line, path)


def test_entities_in_xml_are_refused(tmp_path):
    path = tmp_path / "line.vtp"
    path.write_text('<!DOCTYPE a [<!ENTITY b "cc">]><VTKFile type="PolyData">&b;</VTKFile>')
    assert "declares entities" in refusal(read_line, path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_entities_hide_behind_no_other_encoding(tmp_path, encoding):
    bomb = '<!DOCTYPE a [<!ENTITY b "cc">]><VTKFile type="PolyData">&b;</VTKFile>'
    path = tmp_path / "line.vtp"
    path.write_bytes(bomb.encode(encoding))
    told = refusal(read_line, path)
    assert "cannot be read as VTP" in told
    assert "PolyData" not in told  # it was not parsed, which would expand the entity


def test_an_array_that_unpacks_without_end_is_refused(tmp_path):
    header = np.array([1 << 30, 1 << 30, 1 << 30], "<u4").tobytes()
    path = tmp_path / "line.vtp"
    content = (VTP / "appended-raw-zlib.vtp").read_bytes()
    at = content.find(b"_", content.find(b"<AppendedData")) + 1
    path.write_bytes(content[:at] + header * 40 + b"\n</AppendedData></VTKFile>")
    assert "cannot be read as VTP" in refusal(read_line, path)


# markups of Slicer


def markup(path, points, system="LPS", kind="Curve", labels=None, **more: object):
    names = labels or [f"F-{k + 1}" for k in range(len(points))]
    node = {
        "type": kind,
        "coordinateSystem": system,
        "coordinateUnits": "mm",
        "controlPoints": [
            {"id": str(k), "label": label, "position": list(point), "positionStatus": "defined"}
            for k, (label, point) in enumerate(zip(names, points, strict=True))
        ],
    }
    if system is None:
        del node["coordinateSystem"]
    path.write_text(
        json.dumps({"@schema": "markups-schema-v1.0.3.json#", "markups": [node | more]})
    )
    return path


@pytest.mark.parametrize(("system", "sign"), [("LPS", 1.0), ("RAS", RAS)])
def test_a_curve_of_slicer_is_read_in_its_own_coordinates(tmp_path, system, sign):
    path = markup(tmp_path / "C.mrk.json", (LINE_LPS * sign).tolist(), system)
    np.testing.assert_allclose(in_lps(path), LINE_LPS)


def test_a_curve_without_coordinates_is_never_guessed(tmp_path):
    path = markup(tmp_path / "C.mrk.json", (LINE_LPS * RAS).tolist(), None)
    assert "does not say in which coordinates" in refusal(read_line, path)
    np.testing.assert_allclose(in_lps(path, "RAS"), LINE_LPS)


def test_points_that_were_not_placed_are_left_out(tmp_path):
    path = markup(tmp_path / "C.mrk.json", LINE_LPS.tolist())
    content = json.loads(path.read_text())
    control = {"label": "F-61", "position": [0, 0, 0], "positionStatus": "undefined"}
    content["markups"][0]["controlPoints"].append(control)
    path.write_text(json.dumps(content))
    np.testing.assert_allclose(in_lps(path), LINE_LPS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"coordinateSystem": "scanner"}, "'scanner' is not known"),
        ({"coordinateUnits": "cm"}, "in cm"),
        ({"type": "ClosedCurve"}, "type ClosedCurve"),
        ({"controlPoints": [{"position": [1, 2]}]}, "three finite numbers"),
        ({"controlPoints": [{"position": [1, 2, 1e300]}]}, "three finite numbers"),
        ({"controlPoints": []}, "has 0 points"),
        ({"controlPoints": None}, "is missing"),
    ],
)
def test_markups_that_are_no_line_are_refused(tmp_path, change, words):
    path = markup(tmp_path / "C.mrk.json", LINE_LPS.tolist(), **change)
    assert words in refusal(read_line, path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"markups": [{}, {}]}', '{"markups": 3}', "[" * 9999]
)
def test_json_that_is_no_markup_is_refused(tmp_path, text):
    path = tmp_path / "C.mrk.json"
    path.write_text(text)
    refusal(read_line, path)


def test_seeds_of_slicer_are_taken_in_their_order(tmp_path):
    points = [(1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0)]
    path = markup(tmp_path / "F.mrk.json", points, "RAS", "Fiducial")
    assert read_seeds(path)[:3] == ((-1.0, -2.0, 3.0), (-7.0, -8.0, 9.0), ((-4.0, -5.0, 6.0),))


def test_seeds_of_slicer_are_taken_by_their_labels(tmp_path):
    points = [(1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0)]
    labels = ["Distal", "way", "proximal"]
    path = markup(tmp_path / "F.mrk.json", points, "LPS", "Fiducial", labels)
    assert read_seeds(path) == (points[2], points[0], (points[1],), None, None)


def test_reference_points_of_slicer_are_taken_by_their_labels_and_are_no_waypoints(tmp_path):
    points = [(1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0), (2.0, 2.0, 2.0)]
    labels = ["Proximal reference", "F-1", "F-2", "distal-reference"]
    path = markup(tmp_path / "F.mrk.json", points, "RAS", "Fiducial", labels)
    expected = ((-4.0, -5.0, 6.0), (-7.0, -8.0, 9.0), (), (-1.0, -2.0, 3.0), (-2.0, -2.0, 2.0))
    assert read_seeds(path) == expected


@pytest.mark.parametrize(
    ("labels", "points", "words"),
    [
        (["proximal", "x"], [(1, 2, 3), (4, 5, 6)], "does not label one point proximal and one"),
        (["distal", "distal"], [(1, 2, 3), (4, 5, 6)], "does not label one point"),
        (["a"], [(1, 2, 3)], "holds 1 point"),
        (["a", "distal_reference"], [(1, 2, 3), (4, 5, 6)], "holds 1 point beside references"),
        (["distal_reference"] * 2, [(1, 2, 3), (4, 5, 6)], "labels 2 points distal_reference"),
        (["a", "b"], [(1, 2, 3), (1, 2, 3)], "are the same"),
    ],
)
def test_seeds_of_slicer_that_are_not_clear_are_refused(tmp_path, labels, points, words):
    path = markup(tmp_path / "F.mrk.json", points, "LPS", "Fiducial", labels)
    assert words in refusal(read_seeds, path)


# CAT08


def cat08(path, points):
    path.write_text("".join(f"{x} {y} {z} 1.5 0.6\n" for x, y, z in points))
    return path


def test_a_reference_of_cat08_counts_from_the_first_voxel_of_the_image(tmp_path):
    affine = np.array(
        [[0, 0, 0.3, 10.0], [0, 0.4, 0, -20.0], [0.5, 0, 0, 30.0], [0, 0, 0, 1.0]], np.float64
    )
    along_columns_rows_slices = LINE_LPS - (10.0, -20.0, 30.0)
    line = read_line(cat08(tmp_path / "reference.txt", along_columns_rows_slices))
    np.testing.assert_allclose(line.points_lps_mm(volume(affine)), LINE_LPS, atol=1e-9)
    assert line.outer_radius_mm is None
    assert "CAT08" in line.notes[0]


def test_a_reference_of_cat08_follows_an_oblique_image(make, tmp_path):
    row, column, normal = make.turned_axes()
    affine = np.eye(4)
    affine[:3, :3] = np.c_[normal * 0.5, column * 0.4, row * 0.3]
    affine[:3, 3] = (5.0, 6.0, 7.0)
    line = read_line(cat08(tmp_path / "reference.txt", [(3, 0, 0), (0, 4, 0), (0, 0, 5)]))
    expected = np.array([5.0, 6.0, 7.0]) + np.array([3 * row, 4 * column, 5 * normal])
    np.testing.assert_allclose(line.points_lps_mm(volume(affine)), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (LINE_LPS, "Say --coordinates LPS, with which they lie in it."),
        (LINE_LPS * RAS, "Say --coordinates RAS, with which they lie in it."),
        (LINE_LPS + 900.0, "Say --coordinates LPS or --coordinates RAS, if they are patient"),
    ],
)
def test_text_in_other_coordinates_is_refused_with_what_was_assumed_and_the_option(
    tmp_path, points, said
):
    affine = np.eye(4)[[2, 1, 0, 3]]
    affine[:3, 3] = LINE_LPS.min(axis=0) - 5.0
    size = np.ceil(np.ptp(LINE_LPS, axis=0)).astype(int) + 11
    here = replace(volume(affine), hu=np.zeros(size[::-1], np.int16))
    with pytest.raises(StudyError) as caught:
        read_line(cat08(tmp_path / "line.txt", points)).points_lps_mm(here)
    (problem,) = caught.value.problems
    x, y, z = points[0]
    assert "millimetres from the first voxel" in problem.found
    assert f"written as ({x:.1f}, {y:.1f}, {z:.1f})" in problem.found
    assert said in problem.mend


def test_points_as_text_may_also_be_patient_coordinates(tmp_path):
    path = cat08(tmp_path / "line.txt", LINE_LPS * RAS)
    np.testing.assert_allclose(in_lps(path, "RAS"), LINE_LPS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2\n", ":1:1: '1 2' is not a point"),
        ("1 2 3\n1,2,3\n", ":2:1"),
        ("1 2 3\n4 5 6\nnan 1 2\n", "not a finite number"),
        ("1 2 3\n1 2 3\n4 5 6\n", "point 2 is the same"),
        ("1 2 3 4 5 6\n", "is not a point"),
        ("", "has 0 points"),
    ],
)
def test_text_that_is_no_line_is_refused(tmp_path, text, words):
    path = tmp_path / "reference.txt"
    path.write_text(text)
    assert words in refusal(read_line, path)


def test_csv_is_always_lps(tmp_path):
    path = tmp_path / "line.csv"
    path.write_text("x_lps_mm,y_lps_mm,z_lps_mm\n1,2,3\n4,5,6\n7,8,9\n")
    np.testing.assert_array_equal(in_lps(path), [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert "says RAS" in refusal(read_line, path, "RAS")
