"""A pipe given as a file is read to its end, and not waited for when nobody writes into it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from cto_cds.dicom.textfile import read_text
from cto_cds.errors import CaseError, StudyError
from cto_cds.facts.case import read_case, read_measurements
from cto_cds.facts.mapping import read_mapping
from cto_cds.facts.opening import content_of
from cto_cds.facts.pictures import Beside, read_beside

CASE = "format: 1\ncase: a\nangiography: {stump: blunt}\n"
MEASURED = "format: 1\nccta: {occlusion_length: 12 mm}\nfigures: [vessel.png]\n"


@pytest.fixture
def pipe(tmp_path):
    """A named pipe that nobody has opened."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.fixture
def written(pipe):
    """What writes a text into the pipe once somebody reads it."""
    writers = []

    def begin(text: str) -> None:
        writers.append(threading.Thread(target=pipe.write_text, args=(text,)))
        writers[-1].start()

    yield begin
    for writer in writers:
        writer.join()


def test_a_case_comes_through_a_named_pipe(pipe, written, vocabulary):
    written(CASE)
    assert read_case(pipe, vocabulary).known("angiography.stump") == "blunt"


def test_a_case_comes_through_a_pipe_without_a_name(vocabulary):
    reading, writing = os.pipe()
    os.write(writing, CASE.encode())
    os.close(writing)
    sheet = read_case(Path(f"/dev/fd/{reading}"), vocabulary)
    os.close(reading)
    assert sheet.known("angiography.stump") == "blunt"


def test_a_writer_that_has_not_written_yet_is_waited_for(vocabulary):
    reading, writing = os.pipe()
    looked = threading.Event()

    def write() -> None:
        looked.wait()
        os.write(writing, CASE.encode())
        os.close(writing)

    writer = threading.Thread(target=write)
    writer.start()
    threading.Timer(0.1, looked.set).start()
    sheet = read_case(Path(f"/dev/fd/{reading}"), vocabulary)
    writer.join()
    os.close(reading)
    assert sheet.known("angiography.stump") == "blunt"


def test_a_long_text_comes_whole(pipe, written):
    written("a" * 300_000)
    assert len(content_of(pipe)) == 300_000


def test_no_more_is_taken_than_asked_for():
    reading, writing = os.pipe()
    os.write(writing, b"abcdef")
    assert content_of(Path(f"/dev/fd/{reading}"), 3) == b"abc"
    os.close(writing)
    os.close(reading)


@pytest.mark.parametrize("read", [read_case, read_measurements, read_mapping])
def test_a_pipe_into_which_nobody_writes_is_refused_by_name(pipe, vocabulary, read):
    with pytest.raises(CaseError) as caught:
        read(pipe, vocabulary)
    (problem,) = caught.value.problems
    assert problem.place.source == str(pipe)
    assert problem.found.endswith("it is a pipe, and nothing is written into it")
    assert problem.mend


def test_so_is_one_in_place_of_a_line_or_of_seeds(pipe):
    with pytest.raises(StudyError, match="it is a pipe, and nothing is written into it"):
        read_text(pipe)


def test_measurements_from_a_pipe_have_no_pictures_beside_them(pipe, written, vocabulary):
    written(MEASURED)
    assert read_measurements(pipe, vocabulary).known("ccta.occlusion_length")
    assert read_beside(pipe) == Beside()
