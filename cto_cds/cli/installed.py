"""The plugins as commands load them: what they print stays apart from results."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, redirect_stdout
from typing import TYPE_CHECKING

from cto_cds.registry import Registry

if TYPE_CHECKING:
    from cto_cds.installation import Settings


def installed_plugins(settings: Settings) -> Registry:
    """Return the plugins; what they print goes to standard error, as output is for results."""
    return Registry(settings.plugins, around=off_standard_output)


def off_standard_output() -> AbstractContextManager[object]:
    """Send what is printed inside to standard error."""
    return redirect_stdout(sys.stderr)
