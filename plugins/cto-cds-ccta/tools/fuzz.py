"""Damage the DICOM files of a phantom in many ways; each must be measured or refused, quickly.

    python plugins/cto-cds-ccta/tools/fuzz.py --mutations 1000

A mutation changes bytes, attributes, pixels or whole files of a small study: single images or one
multi-frame object, plain, compressed or zipped. Whatever happens, the answer must be a measurement
or an error with words for a person. The mutations follow from the seed. They run in a process of
their own, so that a crash of a decoder or a hang is seen and told with the number of the mutation.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
from cto_cds.dicom.series import read_series
from cto_cds.errors import CtoCdsError
from cto_cds.hookspecs import Request, Seeds
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.design import Design
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.phantom.write import write_phantom

LONGEST_S = 120
PREAMBLE_BYTES = 132
SYNTAXES = (RLELossless, JPEGLSLossless, JPEG2000Lossless)
DESIGN = Design(
    name="fuzz", seed=9, entry_mm=12.0, length_mm=8.0, exit_mm=12.0, heart_radius_mm=60.0
)
NUMBERS = ("0", "-1", "1e-30", "1e30", "nan", "inf", "65536", "99999999999", "", "a", "1\\2\\3\\4")
TEXTS = ("", "\x1b[31m", "x" * 5000, "75%\\75%", "\x00\x00", "../../a", "é" * 20, "0%", "70 keV")
WORDS = (0, 1, 2, 7, 8, 12, 15, 16, 17, 32, 64, 512, 4096, 32767, 32768, 65535)


def main() -> int:
    """Run the mutations and print what became of them; 1 when one was neither of the two."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside is not None:
        return fuzz(asked.inside, asked.mutations, asked.seed)
    with tempfile.TemporaryDirectory(prefix="cto-cds-fuzz-") as folder:
        command = [sys.executable, __file__, "--inside", folder]
        command += ["--mutations", str(asked.mutations), "--seed", str(asked.seed)]
        done = subprocess.run(command, check=False)  # noqa: S603 - this very program
    if done.returncode not in {0, 1}:
        print(f"The process ended with status {done.returncode} at the mutation told last.")
        return 1
    return done.returncode


def fuzz(folder: Path, mutations: int, seed: int) -> int:
    """Damage studies below a folder, one after the other."""
    phantom = make_phantom(DESIGN)
    study = write_phantom(phantom, folder / "phantom", silent)
    kinds = _studies(study.dicom, folder)
    seeds = replace(phantom.seeds, waypoints_lps_mm=())
    chance = random.Random(seed)  # noqa: S311 - the same mutations in every run
    outcomes: collections.Counter[str] = collections.Counter()
    for number in range(mutations):
        damage = chance.choice(DAMAGES)
        kind = chance.choice(sorted(kinds))
        told = f"\r{number + 1} of {mutations}: {kind}, {damage.__name__:12s}"
        print(told, end="", file=sys.stderr, flush=True)
        faulthandler.dump_traceback_later(LONGEST_S, exit=True)
        outcomes[_outcome(kinds[kind], folder / "damaged", damage, chance, seeds)] += 1
        faulthandler.cancel_dump_traceback_later()
    print(file=sys.stderr)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:5d} {outcome}")
    return int(any(outcome.startswith("FAULT") for outcome in outcomes))


def _studies(source: Path, folder: Path) -> dict[str, Path]:
    """Write the study in each form, and return their folders."""
    kinds = {"plain": source}
    for syntax in SYNTAXES:
        name = syntax.name.split(" ")[0] + syntax.name.split(" ")[1]
        kinds[name] = folder / name
        kinds[name].mkdir()
        for path in sorted(source.iterdir()):
            image = pydicom.dcmread(path)
            image.compress(syntax, generate_instance_uid=False)
            image.save_as(kinds[name] / path.name)
    kinds["multi-frame"] = folder / "multi-frame"
    kinds["multi-frame"].mkdir()
    _enhanced(source).save_as(kinds["multi-frame"] / "all.dcm", enforce_file_format=True)
    return kinds


def _enhanced(source: Path) -> Dataset:
    """Return the study as one multi-frame object."""
    images = [pydicom.dcmread(path) for path in sorted(source.iterdir())]
    data = images[0]
    frames, shared = [], Dataset()
    for image in images:
        place, frame = Dataset(), Dataset()
        place.ImagePositionPatient = image.ImagePositionPatient
        frame.PlanePositionSequence = [place]
        frames.append(frame)
    groups = {
        "PlaneOrientationSequence": ("ImageOrientationPatient",),
        "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
        "PixelValueTransformationSequence": (
            "RescaleSlope",
            "RescaleIntercept",
            "RescaleType",
        ),
        "CTXRayDetailsSequence": ("KVP",),
    }
    for group, names in groups.items():
        item = Dataset()
        for name in names:
            setattr(item, name, data[name].value)
        setattr(shared, group, [item])
    for name in (*(n for names in groups.values() for n in names), "ImagePositionPatient"):
        delattr(data, name)
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    data.NumberOfFrames = len(images)
    data.SharedFunctionalGroupsSequence = [shared]
    data.PerFrameFunctionalGroupsSequence = frames
    data.PixelData = b"".join([data.PixelData, *(image.PixelData for image in images[1:])])
    return data


def _outcome(
    study: Path,
    damaged: Path,
    damage: Callable[[Path, random.Random], None],
    chance: random.Random,
    seeds: Seeds,
) -> str:
    shutil.rmtree(damaged, ignore_errors=True)
    shutil.copytree(study, damaged)
    given = damaged
    for _ in range(chance.randint(1, 2)):
        damage(damaged, chance)
    if chance.random() < 0.1:
        given = _zipped(damaged, chance)
    try:
        volume = read_series(given)
    except CtoCdsError as error:
        return _told("refused on reading", error)
    except BaseException as error:  # noqa: BLE001 - any other exception is what is looked for
        return f"FAULT on reading: {type(error).__name__}: {error}"
    try:
        CctaBackend().measure(Request(volume, None, seeds), silent)
    except CtoCdsError as error:
        return _told("refused on measuring", error)
    except BaseException as error:  # noqa: BLE001 - as above
        return f"FAULT on measuring: {type(error).__name__}: {error}"
    return "measured"


def _told(outcome: str, error: CtoCdsError) -> str:
    text = str(error)
    if not error.problems or not all(one.found and one.mend for one in error.problems):
        return f"FAULT: an error without words: {text}"
    if any(not (c.isprintable() or c == "\n") for c in text):
        return f"FAULT: control characters in a message: {text!r}"
    return outcome


def _zipped(folder: Path, chance: random.Random) -> Path:
    path = folder / "study.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file != path:
                archive.write(file, file.name)
    content = bytearray(path.read_bytes())
    for _ in range(chance.randint(0, 2)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return path


def _one(folder: Path, chance: random.Random) -> Path:
    return chance.choice([path for path in sorted(folder.iterdir()) if path.is_file()])


def some_bytes(folder: Path, chance: random.Random) -> None:
    """Change, remove or insert bytes anywhere behind the mark, mostly in the header."""
    path = _one(folder, chance)
    content = bytearray(path.read_bytes())
    last = len(content) if chance.random() < 0.4 else min(len(content), 2000)
    if last <= PREAMBLE_BYTES + 1:
        return
    at = chance.randrange(PREAMBLE_BYTES, last)
    kind = chance.randrange(5)
    if kind == 0:
        content[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        content[at : at + 4] = chance.randbytes(4)
    elif kind == 2:
        del content[at : at + chance.randint(1, 60)]
    elif kind == 3:
        content[at:at] = chance.randbytes(chance.randint(1, 60))
    else:
        content[at : at + 4] = chance.choice([b"\xff" * 4, b"\x00" * 4, b"\x00\x00\x00\x80"])
    path.write_bytes(content)


def an_attribute(folder: Path, chance: random.Random) -> None:
    """Set or remove an attribute in one image or in all."""
    paths = [path for path in sorted(folder.iterdir()) if path.suffix == ".dcm"]
    everywhere = chance.random() < 0.5
    first = _parsed(chance.choice(paths))
    if first is None or not len(first):
        return
    keyword = chance.choice([element.keyword for element in first if element.keyword])
    value = chance.choice([*NUMBERS, *TEXTS])
    number = chance.choice(WORDS)
    for path in paths if everywhere else [chance.choice(paths)]:
        data = _parsed(path)
        if data is not None and keyword in data:
            _set(data, keyword, value, number)
            _save(data, path)


def _set(data: Dataset, keyword: str, value: str, number: int) -> None:
    element = data[keyword]
    if element.VR == "SQ":
        data[keyword].value = element.value[: number % (len(element.value) + 1)]
    elif keyword != "PixelData" and element.VR == "US":
        element.value = number
    elif value == "" or keyword == "PixelData":
        del data[keyword]
    else:
        element.validation_mode = 0
        data.add(pydicom.DataElement(element.tag, "LO", value, validation_mode=0))


def _parsed(path: Path) -> Dataset | None:
    try:
        return pydicom.dcmread(path)
    except Exception:  # noqa: BLE001 - an earlier mutation made it unreadable
        return None


def _save(data: Dataset, path: Path) -> None:
    """Write a data set that may hold values that no program should write."""
    try:
        data.save_as(path)
    except Exception:  # noqa: BLE001 - what pydicom refuses to write is no test of reading
        return


def the_pixels(folder: Path, chance: random.Random) -> None:
    """Change pixels of uncompressed images: noise, extremes, blocks, or the order of rows."""
    path = _one(folder, chance)
    data = _parsed(path)
    if data is None or "PixelData" not in data or data.file_meta.TransferSyntaxUID.is_encapsulated:
        return
    raw = np.frombuffer(data.PixelData, "<u2").copy()
    noise = np.random.default_rng(chance.randrange(1 << 30))
    kind = chance.randrange(5)
    if kind == 0:
        raw[:] = noise.integers(0, 4096, raw.size)
    elif kind == 1:
        raw[:] = chance.choice([0, 1, 4095, 1024])
    elif kind == 2:
        start = chance.randrange(raw.size)
        raw[start : start + chance.randint(1, 5000)] = chance.choice([0, 4095, 65535])
    elif kind == 3:
        at = noise.integers(0, raw.size, raw.size // 50)
        raw[at] = noise.integers(0, 4096, at.size)
    else:
        raw = raw[::-1].copy()
    data.PixelData = raw.tobytes()
    _save(data, path)


def a_file(folder: Path, chance: random.Random) -> None:
    """Cut, empty, remove, double or exchange a file, or add one that is none."""
    path, other = _one(folder, chance), _one(folder, chance)
    kind = chance.randrange(6)
    if kind == 0:
        path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size + 1)])
    elif kind == 1:
        path.write_bytes(b"")
    elif kind == 2 and path != other:
        path.unlink()
    elif kind == 3:
        shutil.copy(path, folder / "copy.dcm")
    elif kind == 4:
        path.write_bytes(other.read_bytes())
    else:
        (folder / "other").write_bytes(bytes(128) + b"DICM" + chance.randbytes(300))


DAMAGES = (some_bytes, an_attribute, an_attribute, the_pixels, a_file)


if __name__ == "__main__":
    sys.exit(main())
