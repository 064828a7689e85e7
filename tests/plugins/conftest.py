"""A small CT series, as the tests of plugins read it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def series(make: ModuleType, tmp_path: Path) -> Path:
    """Return a folder with a small CT series."""
    return make.write(tmp_path / "series", make.datasets())
