"""What many tests share: the rules of this repository, an engine, and how Hypothesis runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from cli.running import Home, case_file
from dicom import making
from hypothesis import HealthCheck, settings
from strategies import built_in_pack

from cto_cds.engine.engine import Engine
from cto_cds.facts.vocabulary import Vocabulary
from cto_cds.rulefile.pack import Pack

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def rules_folder() -> Path:
    """Return the folder of the built-in rules."""
    return Path(__file__).parent.parent / "rules"


@pytest.fixture(scope="session")
def pack() -> Pack:
    """Return the built-in rules."""
    return built_in_pack()


@pytest.fixture(scope="session")
def vocabulary(pack: Pack) -> Vocabulary:
    """Return the names of all facts."""
    return pack.vocabulary


@pytest.fixture(scope="session")
def engine(pack: Pack) -> Iterator[Engine]:
    """Return an engine with the built-in rules; it refuses to answer when its channels differ."""
    with Engine(pack) as both:
        yield both


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
    """Return the writer of small CT series."""
    return making
