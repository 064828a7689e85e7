"""Files are written whole or not at all, and what goes wrong is told by their name."""

import resource
import signal

import pytest

from cto_cds.wholefile import write_whole


@pytest.fixture
def a_disk_with_room_for_ten_bytes():
    """A limit on the size of files stands for a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_file_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "folder" / "plan.html"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["plan.html"]


def test_what_does_not_fit_changes_nothing_and_leaves_nothing(
    tmp_path, a_disk_with_room_for_ten_bytes
):
    path = tmp_path / "plan.html"
    write_whole(path, b"old")
    with pytest.raises(OSError, match=r"plan\.html") as told:
        write_whole(path, b"much more than fits")
    assert told.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.html"]


def test_a_folder_that_is_a_file_is_told_by_the_name_of_the_file_to_write(tmp_path):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "plan.html"
    with pytest.raises(OSError, match=r"plan\.html"):
        write_whole(path, b"new")
