"""The writer of small DICOM series, as a fixture."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """Return the module ``making.py`` of this folder."""
    path = Path(__file__).with_name("making.py")
    spec = importlib.util.spec_from_file_location("dicom_making", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
