"""Loading plugins one by one, and calling each on its own, so that a broken one hurts nobody."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import pluggy

from cto_cds.errors import Place, PluginError, Problem
from cto_cds.facts.fields import nearest
from cto_cds.handed import handed_over, told
from cto_cds.hookspecs import GROUP, Backend, Hooks, Request, Support

_log = logging.getLogger(__name__)

PREFIX = "cto_cds_"
RULES = "cto_cds_rule_packs"
MOST_REASONS = 20
STOPPED = (
    "Stopped while the plugin %s loaded. If it stops again, leave the plugin out with "
    "CTO_CDS_PLUGINS, which names the plugins to load."
)
HOOK_NAMES = tuple(sorted(name for name in vars(Hooks) if name.startswith(PREFIX)))


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed plugin.

    Attributes:
        name: The name of its entry point.
        version: Name and version of its distribution.
        state: Whether it is in use: ``loaded``, all of it; ``partly``, all but what failed;
            ``failed`` and ``disabled``, nothing of it.
        hooks: The hooks it implements.
        failed_hooks: Those of them that are not in use because they failed.
        reasons: Why it is not in use, or what went wrong when it was called, the newest last.
    """

    name: str
    version: str
    state: Literal["loaded", "partly", "failed", "disabled"]
    hooks: tuple[str, ...] = ()
    failed_hooks: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def in_use(self) -> bool:
        """Whether anything of it is in use."""
        return self.state in {"loaded", "partly"}

    @property
    def reason(self) -> str:
        """Every reason in one line."""
        return "; ".join(self.reasons)

    @property
    def lacks_rules(self) -> bool:
        """Whether rules that it brings, or may bring, failed."""
        if not self.hooks:
            return self.state == "failed"
        told_of = any(reason.startswith(f"{RULES}: ") for reason in self.reasons)
        return told_of or RULES in self.failed_hooks

    def without(self, hook: str, reason: str) -> Plugin:
        """Return it with a failure noted; the hook, if one is named, is no longer in use."""
        failed = tuple(name for name in self.hooks if name in {hook, *self.failed_hooks})
        kept = (*(known for known in self.reasons if known != reason), reason)[-MOST_REASONS:]
        state: Literal["partly", "failed"] = "partly" if set(failed) < set(self.hooks) else "failed"
        return replace(self, state=state, failed_hooks=failed, reasons=kept)


class Registry:
    """The plugins of this run.

    Args:
        allowed: The names of the plugins to load; None for all that are installed.
        found: The entry points; those of the environment unless given.
        around: What every piece of a plugin's code runs in. Nothing in a program that embeds
            this package, whose threads and streams are its own; a command keeps its standard
            output free of what plugins print.
    """

    def __init__(
        self,
        allowed: Iterable[str] | None = None,
        found: Iterable[EntryPoint] | None = None,
        around: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.around = around
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(Hooks)
        self._plugins: dict[str, Plugin] = {}
        names = None if allowed is None else set(allowed)
        points = entry_points(group=GROUP) if found is None else found
        for point in sorted(points, key=lambda point: (point.name, _version(point))):
            self._add(point, names)
        for name in sorted((names or set()) - set(self._plugins)):
            reason = "CTO_CDS_PLUGINS names it, but it is not installed"
            self._plugins[name] = Plugin(name, "not installed", "failed", reasons=(reason,))

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """Every plugin that is installed, with what became of it so far."""
        return tuple(self._plugins.values())

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence for each plugin that failed, or is installed and left out."""
        words = {"failed": "failed", "partly": "failed in part", "disabled": "is left out"}
        return tuple(
            f"The plugin {plugin.name} ({plugin.version}) {words[plugin.state]}: {plugin.reason}"
            for plugin in self.plugins
            if plugin.state in words
        )

    @property
    def without_rules(self) -> tuple[str, ...]:
        """One sentence for each plugin of which rules are not in force, or perhaps are not.

        What a plugin that could not be loaded would have brought nobody knows.
        """
        lost = "not in force, its safety rules included."
        return tuple(
            f"Rules of the plugin {plugin.name} ({plugin.version}) are {lost}"
            if plugin.hooks
            else f"The plugin {plugin.name} ({plugin.version}) could not be loaded: if it brings "
            f"rules, they are {lost}"
            for plugin in self.plugins
            if plugin.lacks_rules
        )

    def collect(self, hook: str) -> list[tuple[str, Any]]:
        """Return everything usable that the plugins hand over through a hook, with its plugin.

        What is not of the type that the hook declares is noted as a failure of its plugin.
        """
        found = []
        for name, items in self._call(hook, lambda items: [*handed_over(hook, items)]):
            wrong = [reason for _, reason in items if reason]
            for reason in wrong:
                lost = hook if len(wrong) == len(items) else ""
                self.note_failure(name, f"{hook}: {reason}", lost)
            found += [(name, item) for item, reason in items if not reason]
        return found

    def tell(self, hook: str, **arguments: object) -> None:
        """Call a hook that returns nothing in every plugin."""
        for _ in self._call(hook, lambda _: None, **arguments):
            pass

    def note_failure(self, name: str, reason: str, hook: str = "") -> None:
        """Note that a plugin, or something it handed over, failed.

        Args:
            name: The name of the plugin.
            reason: What went wrong.
            hook: The hook of which nothing is in use any more; empty when the rest of it is.
        """
        if name in self._plugins:
            self._plugins[name] = self._plugins[name].without(hook, reason)

    def backend(self, request: Request, name: str | None) -> Backend:
        """Return the backend of a name, or the only one that supports the request.

        Raises:
            PluginError: There is none, or several, or it cannot; says which and why.
        """
        backends: list[Backend] = [item for _, item in self.collect("cto_cds_backends")]
        if name is not None:
            backends = [backend for backend in backends if backend.name == name]
        answers = [(backend, self._answer(backend, request)) for backend in backends]
        able = [backend for backend, support in answers if support.possible]
        if len(able) == 1:
            return able[0]
        if able:
            names = ", ".join(backend.name for backend in able)
            raise _backend_problem(f"several can measure this: {names}", "Choose with --backend.")
        if answers:
            said = " ".join(f"{backend.name}: {support.because}" for backend, support in answers)
            mend = "Give it what it takes, or install a backend that takes what you have."
            raise _backend_problem(f"none can measure {_given(request)}. {said}", mend)
        wanted = f"no backend is called '{name}'" if name else "no backend is installed"
        raise _backend_problem(wanted, "Run 'cto-cds plugins' to see what is installed.")

    def _answer(self, backend: Backend, request: Request) -> Support:
        """Ask a backend; one that raises cannot measure, and the others still can."""
        try:
            with self.around():
                support = backend.supports(request)
            if isinstance(support, Support):
                return support
            wrong = f"it broke: it returned {type(support).__name__} instead of Support"
            return Support(possible=False, because=wrong)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
            return Support(possible=False, because=f"it broke: {told(fault)}")

    def _add(self, point: EntryPoint, allowed: set[str] | None) -> None:
        name, version = point.name, _version(point)
        if name not in self._plugins:
            self._plugins[name] = self._load(point, allowed)
        elif self._plugins[name].version != version:
            reason = f"{self._plugins[name].version} offers a plugin of the same name"
            double = f"{name} of {version}"
            self._plugins[double] = Plugin(double, version, "failed", reasons=(reason,))

    def _load(self, point: EntryPoint, allowed: set[str] | None) -> Plugin:
        version = _version(point)
        if allowed is not None and point.name not in allowed:
            return Plugin(point.name, version, "disabled", reasons=("not in CTO_CDS_PLUGINS",))
        try:
            with self.around():
                plugin = point.load()
                wrong = _misspelt(plugin)
            if wrong:
                return Plugin(point.name, version, "failed", reasons=(wrong,))
            self._manager.register(plugin, name=point.name)
        except KeyboardInterrupt:
            _log.warning(STOPPED, point.name)
            raise
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
            return Plugin(point.name, version, "failed", reasons=(told(fault),))
        hooks = tuple(caller.name for caller in self._manager.get_hookcallers(plugin) or ())
        return Plugin(point.name, version, "loaded", hooks=tuple(sorted(hooks)))

    def _call(
        self, hook: str, taken: Callable[[Any], Any], **arguments: object
    ) -> Iterator[tuple[str, Any]]:
        """Call each implementation on its own, in the order of the plugins' names.

        Each gets copies of its own, so that no plugin changes what the others or the user see.
        """
        found = getattr(self._manager.hook, hook).get_hookimpls()
        for implementation in sorted(found, key=lambda one: one.plugin_name):
            given = {name: deepcopy(arguments[name]) for name in implementation.argnames}
            try:
                with self.around():
                    handed = taken(implementation.function(**given))
                yield implementation.plugin_name, handed
            except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
                self.note_failure(implementation.plugin_name, f"{hook}: {told(fault)}", hook)


def _misspelt(plugin: object) -> str:
    """Return what is wrong with the names of a plugin's hooks, or nothing."""
    for name, member in inspect.getmembers(plugin):
        marked = getattr(member, f"{GROUP}_impl", None) is not None
        if not callable(member) or name in HOOK_NAMES:
            if callable(member) and name in HOOK_NAMES and not marked:
                return f"{name} is not marked with @hookimpl"
            continue
        if marked or (name.startswith(PREFIX) and inspect.isfunction(member)):
            return f"'{name}' is not a hook. {nearest(name, HOOK_NAMES)}"
    return ""


def _version(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown version"


def _given(request: Request) -> str:
    """Say what a backend was asked to measure."""
    parts = {
        "a line along the vessel": request.centreline,
        "seed points": request.seeds,
        "a mask of the vessel": request.mask,
    }
    given = " and ".join(name for name, part in parts.items() if part is not None)
    return f"a CT series with {given}" if given else "a CT series alone"


def _backend_problem(found: str, mend: str) -> PluginError:
    return PluginError(Problem(Place("quantification backend"), found, mend))
