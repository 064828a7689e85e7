"""The enumeration of the algorithms, which stands among the benchmarks."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def algorithms_enumerated() -> ModuleType:
    """Return the module that enumerates the algorithms."""
    folder = str(Path(__file__).parent.parent.parent / "benchmarks")
    sys.path.insert(0, folder)
    try:
        import enumerate_algorithms
    finally:
        sys.path.remove(folder)
    return enumerate_algorithms
