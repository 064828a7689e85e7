"""What a plugin hands over, held to the type of its hook before anything uses it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

from cto_cds.hookspecs import HANDED_OVER

MOST_LETTERS = 400


def handed_over(hook: str, items: object) -> Iterator[tuple[object, str]]:
    """Yield each thing that a plugin handed over through a hook, and what is wrong with it.

    What is wrong is empty for a thing that can be used.

    Args:
        hook: The name of the hook.
        items: What the plugin returned.
    """
    if not isinstance(items, Iterable) or isinstance(items, (str, bytes)):
        yield items, f"it handed over {_kind(items)} instead of a list"
        return
    for item in items:
        yield item, _wrong_with(item, HANDED_OVER[hook])


def _wrong_with(item: object, wanted: type) -> str:
    """Return the first thing in which an object is not what is wanted, or nothing.

    A protocol wants its properties to be text that says something, and its methods to be there;
    any other type wants an object of its own.
    """
    handed = f"it handed over {_kind(item)}"
    if not getattr(wanted, "_is_protocol", False):
        return "" if isinstance(item, wanted) else f"{handed}, which is no {wanted.__name__}"
    handed = f"{handed}, which is no {wanted.__name__}"
    for name, member in vars(wanted).items():
        if name.startswith("_"):
            continue
        try:
            found = getattr(item, name)
        except AttributeError:
            return f"{handed}: it has no '{name}'"
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
            return f"{handed}: its '{name}' raised {told(fault)}"
        if isinstance(member, property):
            if not isinstance(found, str) or not found.strip():
                return f"{handed}: its '{name}' is {found!r:.60}, not a text"
        elif not callable(found) or inspect.isclass(item):
            return f"{handed}: its '{name}' cannot be called"
    return ""


def _kind(item: object) -> str:
    return f"the class {item.__name__}" if inspect.isclass(item) else f"a {type(item).__name__}"


def told(fault: BaseException) -> str:
    """Return what a plugin raised, in one line; a very long text is cut."""
    lines = (line.strip() for line in str(fault).splitlines())
    text = "; ".join(line for line in lines if line)
    if len(text) > MOST_LETTERS:
        text = f"{text[:MOST_LETTERS]} ..."
    return f"{type(fault).__name__}: {text}" if text else type(fault).__name__
