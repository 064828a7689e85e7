"""``cto-cds phantom`` draws a study that the other commands can use."""

from __future__ import annotations

import json

import pytest

from cto_cds.dicom.series import read_series
from cto_cds.hookspecs import PracticeFiles
from cto_cds.testing import read_case


def told(ran) -> str:
    return " ".join(ran.err.replace("│", " ").split())


def test_a_seed_and_a_scanner_become_a_study_with_its_truth(home, tmp_path):
    out = tmp_path / "study"
    options = ("--blur", "1.0", "--noise", "30", "--kv", "100", "--slice", "1")
    words = home.run("phantom", "1004", "--out", out, *options).words
    for option, name in (("--centreline", "centreline.csv"), ("--seeds", "seeds.json")):
        assert f"cto-cds quantify {out / 'dicom'} {option} {out / name}" in words
    truth = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    assert (truth["psf_fwhm_mm"], truth["noise_hu"], truth["slice_mm"]) == (1.0, 30.0, 1.0)
    volume = read_series(out / "dicom")
    assert volume.info.tube_voltage_kv == 100
    assert volume.spacing_mm[0] == pytest.approx(1.0)
    files = PracticeFiles(
        out / "dicom", out / "centreline.csv", out / "truth.json", out / "seeds.json"
    )
    case = read_case(files, "1004")
    assert case.request.seeds is not None
    assert {fact.name for fact in case.expected} >= {"occlusion_length", "max_bend", "stump"}
    again = tmp_path / "again"
    written = home.run("phantom", "1004", "--out", again, *options, "--json").json
    assert {written[name] for name in ("dicom", "centreline", "seeds", "truth")} == {
        str(again / name) for name in ("dicom", "centreline.csv", "seeds.json", "truth.json")
    }
    names = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for name in names:
        assert (out / name).read_bytes() == (again / name).read_bytes(), name


def test_the_list_names_every_study_and_the_seeds(home):
    words = home.run("phantom", "--list").words
    for name in ("long-calcified-bend", "two-occlusions", "in-stent", "no-contrast"):
        assert name in words
    assert "9000 to 9799 are reserved for final figures" in words
    listed = home.run("phantom", "--list", "--json").json
    assert {"name", "description"} == set(listed["studies"][0])
    assert "9000 to 9799 are reserved for final figures" in " ".join(listed["sources"])


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ((), 2, "--list shows what there is"),
        (("1000",), 2, "--out FOLDER"),
        (("nobody", "--out", "{out}"), 2, "'nobody' is neither a study nor a seed"),
        (("1000", "--out", "{full}"), 2, "is not empty"),
        (("1000", "--out", "{out}", "--kv", "140"), 1, "140 is not 80 to 120"),
    ],
)
def test_a_wrong_wish_is_refused_and_nothing_is_written(home, tmp_path, words, status, message):
    out, full = tmp_path / "out", tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("keep", encoding="utf-8")
    asked = [word.format(out=out, full=full) for word in words]
    assert message in told(home.run("phantom", *asked, status=status))
    assert not out.exists()
    assert [path.name for path in full.iterdir()] == ["mine.txt"]
