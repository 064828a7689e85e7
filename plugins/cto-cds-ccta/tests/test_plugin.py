from __future__ import annotations

import subprocess
import sys

import pluggy
from cto_cds import hookspecs

import cto_cds_ccta.plugin

HEAVY = ("numpy", "scipy", "matplotlib", "pydicom")


def test_importing_the_plugin_imports_nothing_heavy():
    code = f"import sys, cto_cds_ccta.plugin; print([m for m in {HEAVY!r} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_hooks_are_those_of_the_core():
    manager = pluggy.PluginManager(hookspecs.GROUP)
    manager.add_hookspecs(hookspecs.Hooks)
    manager.register(cto_cds_ccta.plugin)
    manager.check_pending()
    (backends,) = manager.hook.cto_cds_backends()
    (studies,) = manager.hook.cto_cds_practice_studies()
    assert [backend.name for backend in backends] == ["cto-cds-ccta"]
    assert len(studies) == len({study.name for study in studies}) >= 1
