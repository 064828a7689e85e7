"""What an algorithm rests on and a safety rule forbids, told beside the reason it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cto_cds.advice.parting import Ending
from cto_cds.advice.safety import Guard
from cto_cds.advice.words import titles, unique
from cto_cds.rulefile.pack import Pack

Forbidden = Mapping[str, bool]
"""What is forbidden, and whether it is certain that it is."""


def forbidden_by(guards: Iterable[Guard]) -> Forbidden:
    """Return what these safety rules forbid, and whether that is certain."""
    found: dict[str, bool] = {}
    for guard in guards:
        if guard.effect == "veto":
            found |= {name: guard.certain or found.get(name, False) for name in guard.on}
    return found


def fallen(
    strategy: str, endings: Sequence[Ending], forbidden: Forbidden, pack: Pack
) -> Iterator[str]:
    """Yield what is forbidden of what an algorithm names before a strategy, and with it.

    Its reason may speak of that alone. Nothing is told of a list of techniques: each of its rungs
    stands for itself.

    Args:
        strategy: One that the algorithm names.
        endings: The ways through it that name the strategy.
        forbidden: What is forbidden.
        pack: The rules.
    """
    if any(pack.policy.is_ladder(ending.options) for ending in endings):
        return
    before = _on_all([e.order[: e.places[strategy]] for e in endings])
    own = _on_all([e.options[e.places[strategy]].techniques for e in endings])
    gone = titles(pack, (name for name in before if forbidden.get(name)))
    held = titles(pack, (name for name in before if forbidden.get(name) is False))
    without = titles(pack, (name for name in own if forbidden.get(name)))
    if gone:
        yield f"Not to be used here, though named before it: {gone}."
    if held:
        yield f"Held back here, though named before it: {held}."
    if without:
        yield f"Not to be used here, though named with it: {without}."


def _on_all(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names that stand on every way, in the order of the first."""
    return unique(name for name in names[0] if all(name in others for others in names[1:]))
