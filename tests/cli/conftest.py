"""An installation with warm caches, a case, and a practice study that is drawn once."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from cli.running import Home, case_file

from cto_cds.registry import Registry

DRAWN_WITHIN_S = 300


@pytest.fixture(scope="session")
def warm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder as the first command leaves it; parsing rules anew takes a second."""
    home = Home(tmp_path_factory.mktemp("warm"))
    home.run("schema", "case")
    return home.folder / "cache"


@pytest.fixture
def home(tmp_path: Path, warm_cache: Path) -> Home:
    """Return an installation that has recorded nothing yet."""
    shutil.copytree(warm_cache, tmp_path / "home" / "cache")
    return Home(tmp_path / "home")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return a case file without mistakes."""
    return case_file(tmp_path)


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """Return the writer of small series that the tests of the DICOM reader use."""
    path = Path(__file__).parent.parent / "dicom" / "making.py"
    spec = importlib.util.spec_from_file_location("making_for_commands", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


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
