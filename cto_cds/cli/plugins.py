"""``cto-cds plugins``: what is installed, what it offers, and what failed and why."""

from __future__ import annotations

from cto_cds.cli.options import AsJson


def run(as_json: AsJson = False) -> None:
    """List the installed plugins with their hooks, failures and reasons.

    CTO_CDS_PLUGINS=name,name loads only those; empty loads none.
    """
    from dataclasses import asdict

    from cto_cds.cli.output import print_json, show
    from cto_cds.hookspecs import Backend
    from cto_cds.installation import Settings, rules_in_force
    from cto_cds.registry import Registry

    settings = Settings.from_environment()
    registry = Registry(settings.plugins)
    rules_in_force(settings, registry)
    for hook in (
        "cto_cds_rule_checks",
        "cto_cds_audit_sinks",
        "cto_cds_practice_studies",
        "cto_cds_phantom_sources",
    ):
        registry.collect(hook)
    offered: list[tuple[str, Backend]] = registry.collect("cto_cds_backends")
    backends = {name: f"{backend.name} {backend.version}" for name, backend in offered}
    if as_json:
        print_json(
            [
                asdict(plugin) | {"backend": backends.get(plugin.name, "")}
                for plugin in registry.plugins
            ]
        )
        return
    from rich.table import Table

    table = Table("Plugin", "Distribution", "State", "Offers")
    for plugin in registry.plugins:
        table.add_row(
            plugin.name, plugin.version, plugin.state, plugin.reason or ", ".join(plugin.hooks)
        )
    show(table if registry.plugins else "No plugins are installed.")
