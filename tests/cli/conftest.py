"""What tests of commands share: a practice study, measurements, and a store with records."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
from cli.running import NAMES, Home, case_file

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


@pytest.fixture
def measured(tmp_path):
    def write(**facts: str) -> Path:
        path = tmp_path / "measured.json"
        table = {
            name: {"value": value, "status": "auto", "source": "reader 1"}
            for name, value in facts.items()
        }
        path.write_text(json.dumps({"format": 1, "ccta": table}))
        return path

    return write


@pytest.fixture(scope="session")
def recorded(tmp_path_factory, warm_cache) -> Path:
    """Return a home with three records, each of another patient, from files named after them."""
    folder = tmp_path_factory.mktemp("recorded")
    home = Home(folder / "home")
    for name in NAMES:
        case = case_file(folder, name)
        own = case.rename(folder / f"{name}.yaml")
        (folder / f"{name}.json").write_text(home.run("assess", own, "--json").out)
    return folder


@pytest.fixture
def three(recorded, tmp_path) -> Home:
    """Return a copy of it to do things to."""
    return Home(Path(shutil.copytree(recorded / "home", tmp_path / "three")))
