"""What a result tells of the plugins of the installation that it came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installed:
    """The plugins of an installation, as far as a reader must know of them.

    Attributes:
        plugins: Name and version of every plugin that took part.
        failures: One sentence for each that could not take part.
        rules_missing: One sentence for each whose rules should be in force and are not.
    """

    plugins: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    rules_missing: tuple[str, ...] = ()


NOTHING_INSTALLED = Installed()
