"""An installation, a case and a small series, as the tests of the commands have them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from cli.running import Home, case_file

MAKING = Path(__file__).parent.parent / "dicom" / "making.py"


@pytest.fixture(scope="session")
def warm_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose cache of parsed rules is filled."""
    home = Home(tmp_path_factory.mktemp("plugins") / "home")
    home.run("schema", "case")
    return home.folder


@pytest.fixture
def home(tmp_path: Path, warm_home: Path) -> Home:
    """Return an installation that has recorded nothing yet."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cache").symlink_to(warm_home / "cache")
    return Home(tmp_path / "home")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return a case file without mistakes."""
    return case_file(tmp_path)


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """Return the writer of small series that the tests of the DICOM reader use."""
    spec = importlib.util.spec_from_file_location("making_for_plugins", MAKING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def series(make: ModuleType, tmp_path: Path) -> Path:
    """Return a folder with a small CT series."""
    return make.write(tmp_path / "series", make.datasets())
