"""Zip files: the same volume as the folder, and nothing that does harm."""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cto_cds.dicom.archive import Limits, unpacked
from cto_cds.dicom.series import read_series
from cto_cds.errors import StudyError


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Let temporary files go where the test sees what is left of them."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == [], "unpacked patient data must not stay behind"


def refusal(path) -> str:
    with pytest.raises(StudyError) as caught:
        read_series(path)
    assert all(problem.found and problem.mend for problem in caught.value.problems)
    assert str(path) in str(caught.value)
    return str(caught.value)


def zipped(folder, path, method=zipfile.ZIP_DEFLATED, prefix=""):
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, prefix + file.relative_to(folder).as_posix())
    return path


def silent(stage: str, share: float) -> None:
    """Say nothing."""


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_zip_file_gives_the_same_volume_as_its_folder(make, tmp_path, method):
    folder = make.write(tmp_path / "study" / "a", make.datasets()).parent
    (folder / "README.txt").write_text("hello")
    packed = read_series(zipped(folder, tmp_path / "study.zip", method))
    plain = read_series(folder)
    np.testing.assert_array_equal(packed.hu, plain.hu)
    np.testing.assert_array_equal(packed.affine_lps_mm, plain.affine_lps_mm)
    assert packed.info == plain.info


def test_a_zip_file_needs_no_ending_and_may_have_backslashes(make, tmp_path):
    folder = make.write(tmp_path / "study", make.datasets())
    path = zipped(folder, tmp_path / "export", prefix="a\\b\\")
    np.testing.assert_array_equal(read_series(path).hu, make.pattern_hu())


def test_problems_name_the_files_as_they_are_in_the_zip_file(make, tmp_path):
    images = make.datasets()
    del images[3]
    path = zipped(make.write(tmp_path / "study", images), tmp_path / "study.zip")
    told = refusal(path)
    assert "1 slice missing between ct02.dcm" in told
    assert "temporary" not in told


@pytest.mark.parametrize(
    "name",
    ["../ct.dcm", "a/../../ct.dcm", "/ct.dcm", "C:/ct.dcm", "..\\ct.dcm", "\\ct.dcm", "a/\x01.dcm"],
)
def test_a_path_that_leads_out_is_refused_and_nothing_is_written(make, tmp_path, name):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    before = sorted(tmp_path.rglob("*"))
    assert "leads out of the zip file" in refusal(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_is_refused(tmp_path):
    path = tmp_path / "study.zip"
    link = zipfile.ZipInfo("ct.dcm")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in refusal(path)


def test_a_zip_file_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(3):
            archive.writestr(f"{k}.dcm", bytes(100 << 20))
    assert "times its own size, as no CT study does" in refusal(path)


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(members=2), "at most 2"), (Limits(total_bytes=2 << 20), "at most 2 MiB")],
)
def test_too_many_files_or_bytes_are_refused(tmp_path, limits, words):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(3):
            archive.writestr(f"{k}.dcm", os.urandom(1 << 20))
    with pytest.raises(StudyError, match=words), unpacked(path, silent, limits):
        pytest.fail("it must not be unpacked")


def test_a_member_that_is_larger_than_it_says_is_refused(tmp_path):
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.dcm", b"x" * 1000)
    content = path.read_bytes().replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(content)
    assert "a.dcm" in refusal(path)


def test_a_name_that_stands_there_twice_is_refused(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b.dcm", b"x")
        archive.writestr("a\\b.dcm", b"y")
    assert "twice" in refusal(path)


def test_a_protected_zip_file_is_refused(make, tmp_path):
    path = zipped(make.write(tmp_path / "study", make.datasets()), tmp_path / "study.zip")
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(content)
    assert "protected with a password" in refusal(path)


@pytest.mark.parametrize("kept", [0, 10, 2000])
def test_a_zip_file_that_is_cut_off_is_refused(make, tmp_path, kept):
    path = zipped(make.write(tmp_path / "study", make.datasets()), tmp_path / "study.zip")
    path.write_bytes(path.read_bytes()[:kept])
    assert "is not a zip file that can be opened" in refusal(path)


def test_a_damaged_member_is_named(make, tmp_path):
    path = zipped(make.write(tmp_path / "study", make.datasets()), tmp_path / "study.zip")
    content = bytearray(path.read_bytes())
    content[3000] ^= 0xFF
    path.write_bytes(content)
    assert "cannot be unpacked" in refusal(path)


def test_an_empty_zip_file_is_refused(tmp_path):
    zipfile.ZipFile(tmp_path / "none.zip", "w").close()
    assert "the zip file is empty" in refusal(Path(tmp_path / "none.zip"))


def test_paths_that_lead_out_are_told_together(tmp_path):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50):
            archive.writestr(f"../{number:02}.dcm", b"x")
    told = refusal(path)
    assert told.count("leads out of the zip file") == 1
    assert "(also in ../01.dcm, ../02.dcm, ../03.dcm and 46 more)" in told
