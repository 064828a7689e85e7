"""``cto-cds plugins``: what is installed, what it offers, and what failed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.cli.options import AsJson

if TYPE_CHECKING:
    from cto_cds.registry import Plugin


def run(as_json: AsJson = False) -> None:
    """List the installed plugins with their hooks, failures and reasons.

    CTO_CDS_PLUGINS=name,name loads only those; empty loads none.
    """
    from dataclasses import asdict

    from cto_cds.cli.installed import installed_plugins
    from cto_cds.cli.output import print_json, show
    from cto_cds.hookspecs import HANDED_OVER
    from cto_cds.installation import Settings, rules_in_force
    from cto_cds.registry import RULES

    settings = Settings.from_environment()
    registry = installed_plugins(settings)
    rules_in_force(settings, registry)
    offered = {hook: registry.collect(hook) for hook in HANDED_OVER if hook != RULES}
    backends: dict[str, list[str]] = {}
    for name, backend in offered["cto_cds_backends"]:
        backends.setdefault(name, []).append(f"{backend.name} {backend.version}")
    if as_json:
        print_json(
            [
                asdict(plugin)
                | {"reason": plugin.reason, "backend": ", ".join(backends.get(plugin.name, []))}
                for plugin in registry.plugins
            ]
        )
        return
    from rich.table import Table

    table = Table("Plugin", "Distribution", "State", "Offers")
    for plugin in registry.plugins:
        table.add_row(plugin.name, plugin.version, plugin.state, _offers(plugin))
    show(table if registry.plugins else "No plugins are installed.")


def _offers(plugin: Plugin) -> str:
    """Every reason why it is not in use, a line each, and the hooks that are."""
    hooks = [hook for hook in plugin.hooks if hook not in plugin.failed_hooks]
    return "\n".join([*plugin.reasons, ", ".join(hooks if plugin.in_use else [])]).strip()
