"""What many tests share: the rules of this repository, an engine, and how Hypothesis runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from cli.running import CASE, Home, case_file
from dicom import making
from hypothesis import HealthCheck, settings
from parsing import parse_once
from strategies import built_in_pack, keep_built_in_rules

from cto_cds.assess import Settings
from cto_cds.engine.engine import Engine
from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
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
parse_once()


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
    """Return a cache folder as the first command leaves it; reading rules anew takes seconds."""
    folder = tmp_path_factory.mktemp("warm") / "cache"
    keep_built_in_rules(folder)
    return folder


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


@pytest.fixture(name="settings")
def host_settings(home: Home) -> Settings:
    """Return the settings of a host without plugins that has recorded nothing yet."""
    return Settings(home.folder, plugins=())


@pytest.fixture(name="sheet")
def case_sheet(vocabulary: Vocabulary) -> Callable[..., FactSheet]:
    """Return what reads the case of the commands, with the facts that are given changed."""

    def read(name: str = "case-17", **changes: str) -> FactSheet:
        text = CASE.format(name=name)
        for fact, value in changes.items():
            lines = [line for line in text.splitlines() if line.strip().startswith(f"{fact}:")]
            assert len(lines) == 1
            text = text.replace(lines[0], f"{lines[0].partition(':')[0]}: {value}")
        return read_case_text(text, "case.yaml", vocabulary)

    return read
