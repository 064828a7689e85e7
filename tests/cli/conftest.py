"""A practice study that is drawn once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cto_cds.registry import Registry

DRAWN_WITHIN_S = 300


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a practice study of the plugin, got through its hook and drawn once for all tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "practice"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + DRAWN_WITHIN_S
        while not done.exists():
            assert time.monotonic() < deadline, "the other process did not draw the study"
            time.sleep(0.1)
    else:
        offered = {
            study.name: study
            for _, study in Registry(["cto-cds-ccta"]).collect("cto_cds_practice_studies")
        }
        offered["short-tapered-soft"].write(folder / "study", lambda _stage, _share: None)
        done.touch()
    return folder / "study"
