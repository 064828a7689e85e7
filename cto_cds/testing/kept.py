"""What a process has read of the built-in rules, so that many checks read them once."""

from __future__ import annotations

import functools

from cto_cds.rulefile.cache import LoadCache


@functools.cache
def kept() -> LoadCache:
    """Return the cache of this process."""
    return LoadCache(None)
