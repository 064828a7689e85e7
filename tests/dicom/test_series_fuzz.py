"""Whatever stands in the files: a volume or a StudyError, nothing else."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from cto_cds.dicom.series import read_series
from cto_cds.errors import StudyError

PREAMBLE_BYTES = 132


def mutate(content: bytes, chance: random.Random, last: int) -> bytes:
    """Return content with one to four mutations after the DICOM mark and before ``last``."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(PREAMBLE_BYTES, min(last, len(changed)))
        kind = chance.randrange(6)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at : at + 4] = chance.randbytes(4)
        elif kind == 2:
            del changed[at : at + chance.randint(1, 40)]
        elif kind == 3:
            changed[at:at] = chance.randbytes(chance.randint(1, 40))
        elif kind == 4:
            changed[at : at + 2] = chance.choice([b"\xff\xff", b"\x00\x00", b"\x00\x80"])
        elif chance.random() < 0.3:
            del changed[at:]
        last = min(last, len(changed))
        if last <= PREAMBLE_BYTES + 1:
            break
    return bytes(changed)


@pytest.mark.parametrize(
    "syntax",
    [
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
        JPEGLSLossless,
        JPEG2000Lossless,
    ],
    ids=lambda uid: uid.name,
)
def test_only_a_study_error_ever_leaves(make, tmp_path, syntax, capfd):
    images = make.datasets(make.pattern_hu(4))
    for image in images:
        make.transcode(image, syntax)
    make.write(tmp_path, images)
    sound = {path: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    chance = random.Random(20240229)  # noqa: S311 - the same mutations in every run
    for turn in range(150):
        path = chance.choice(list(sound))
        last = len(sound[path]) if turn % 2 else 1400
        path.write_bytes(mutate(sound[path], chance, last))
        with contextlib.suppress(StudyError):
            volume = read_series(tmp_path)
            assert volume.hu.dtype == np.int16
            assert np.isfinite(volume.affine_lps_mm).all()
        path.write_bytes(sound[path])
    captured = capfd.readouterr()
    assert captured.out == captured.err == "", "nothing may be printed behind the user's back"


def test_files_of_chance_bytes_behind_a_dicom_mark(tmp_path):
    chance = random.Random(5)  # noqa: S311 - the same bytes in every run
    for size in (0, 1, 7, 8, 60, 500):
        for _ in range(10):
            content = bytes(128) + b"DICM" + chance.randbytes(size)
            (tmp_path / "a.dcm").write_bytes(content)
            with pytest.raises(StudyError):
                read_series(tmp_path)
