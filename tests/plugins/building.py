"""Real distributions without pip: a module and a dist-info folder on the path."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

IMPORT = "from cto_cds.hookspecs import *\nfrom cto_cds.hookspecs import hookimpl\n"
HEALTHY = """
class Study:
    name, description = "cube", "A cube."
    def write(self, folder, progress):
        raise RuntimeError("nobody asked for it")

@hookimpl
def cto_cds_practice_studies():
    return [Study()]
"""


def distribution(site: Path, name: str, source: str, *, object_name: str = "") -> None:
    """Install a distribution with one plugin: entry point, module and distribution share a name.

    Args:
        site: The folder that stands on the path.
        name: With hyphens or not.
        source: The text of the module.
        object_name: What in the module is the plugin; the module itself unless given.
    """
    module = name.replace("-", "_")
    site.mkdir(parents=True, exist_ok=True)
    (site / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    info = site / f"{module}-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    target = f"{module}:{object_name}" if object_name else module
    (info / "entry_points.txt").write_text(f"[cto_cds]\n{name} = {target}\n")


def rule_pack_plugin(site: Path, name: str, files: Mapping[str, str]) -> None:
    """Install a distribution that hands over a folder of rule files."""
    folder = site / f"{name}_rules"
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    distribution(
        site,
        name,
        f"""
        from pathlib import Path
        from cto_cds.hookspecs import RulePack, hookimpl

        @hookimpl
        def cto_cds_rule_packs():
            return [RulePack("rules of {name}", Path({str(folder)!r}))]
        """,
    )
