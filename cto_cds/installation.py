"""What an installation chooses, and the rules that it has in force."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cto_cds.engine.engine import unfit
from cto_cds.errors import AuditError, CtoCdsError, Place, Problem, RuleFileError
from cto_cds.handed import told
from cto_cds.hookspecs import RulePack
from cto_cds.registry import RULES, Registry
from cto_cds.rulefile.builtin import builtin_layer
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.pack import Pack

DEADLINE_S = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation chooses.

    Attributes:
        home: The folder for audit store and caches.
        plugins: The names of the plugins to load; None for all that are installed.
        drafts: Whether rules with ``status: draft`` are in force.
        in_worker: Whether the rule engine runs in a process of its own with a deadline, as a
            host that runs for a long time needs it.
        deadline_s: How long that process may take for one case.
    """

    home: Path
    plugins: tuple[str, ...] | None = None
    drafts: bool = False
    in_worker: bool = False
    deadline_s: float = DEADLINE_S

    @classmethod
    def from_environment(cls, *, drafts: bool = False) -> Settings:
        """Return the settings of the environment: ``CTO_CDS_HOME`` and ``CTO_CDS_PLUGINS``.

        Raises:
            AuditError: ``CTO_CDS_HOME`` names something that is not a folder.
        """
        home = os.environ.get("CTO_CDS_HOME")
        if not home:
            from platformdirs import user_data_dir  # noqa: PLC0415  needed only without the variable

            home = user_data_dir("cto_cds", appauthor=False)
        named = os.environ.get("CTO_CDS_PLUGINS")
        plugins = None
        if named is not None:
            plugins = tuple(name.strip() for name in named.split(",") if name.strip())
        folder = Path(home).expanduser()
        standing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not standing.is_dir():
            mend = "Name a folder; it is made when it does not exist."
            raise AuditError(Problem(Place("CTO_CDS_HOME"), f"{standing} is not a folder", mend))
        return cls(folder, plugins, drafts)

    @property
    def audit_folder(self) -> Path:
        """Where the audit store is."""
        return self.home / "audit"

    @property
    def cache_folder(self) -> Path:
        """Where caches are; losing them costs time only."""
        return self.home / "cache"


def rules_in_force(
    settings: Settings,
    registry: Registry,
    *layers: Layer,
    rows: bool = False,
    progress: Callable[[str, float], None] = lambda _stage, _share: None,
) -> Pack:
    """Load the built-in rules, those of plugins, and further layers.

    A plugin whose rules cannot be used is noted as failed, and the others stay in force.

    Args:
        settings: What the installation chooses.
        registry: The plugins.
        layers: What is put on the rules of the installation.
        rows: Whether their test rows are wanted; see :func:`cto_cds.rulefile.load.load_pack`.
        progress: Called with what is being done and how much of it is done, from 0 to 1.

    Raises:
        RuleFileError: The built-in rules or the further layers cannot be used.
    """
    cache = LoadCache(settings.cache_folder)
    base = [builtin_layer()]
    local: list[tuple[str, RulePack]] = registry.collect(RULES)
    for plugin, found in local:
        try:
            layer = Layer.of_folder(found.name, found.folder)
            _fitting_pack([*base, layer], settings, cache, progress, rows=rows)
            base.append(layer)
        except CtoCdsError as fault:
            registry.note_failure(plugin, f"its rules are not in force: {fault}", RULES)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may hand over anything
            registry.note_failure(plugin, f"its rules are not in force: {told(fault)}", RULES)
    return _fitting_pack([*base, *layers], settings, cache, progress, rows=rows)


def _fitting_pack(
    layers: list[Layer],
    settings: Settings,
    cache: LoadCache,
    progress: Callable[[str, float], None],
    *,
    rows: bool,
) -> Pack:
    pack = load_pack(layers, drafts=settings.drafts, rows=rows, cache=cache, progress=progress)
    problems = unfit(pack)
    if problems:
        raise RuleFileError.of(problems)
    return pack
