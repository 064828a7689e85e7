"""The published algorithms, written down a third time, from the tables of the specification.

Nothing here is taken from the rule files or shares code with the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crossing_by_hand import asia_pacific, china, eurocto, global_algorithm, heavy_calcium, hybrid
from devices_by_hand import indication, scai_calcium, stop_limits, uncrossable, undilatable
from told_by_hand import INVEST, NOT_AT_ALL, NOTHING, STOP, Case, Options, Told, tried, wire

ALGORITHMS: Mapping[str, Callable[[Case], Told]] = {
    "hybrid": hybrid,
    "asia_pacific": asia_pacific,
    "eurocto": eurocto,
    "global": global_algorithm,
    "china": china,
    "heavy_calcium": heavy_calcium,
    "uncrossable": uncrossable,
    "undilatable": undilatable,
    "scai_calcium": scai_calcium,
    "stop_limits": stop_limits,
    "indication": indication,
}


ENDS = {STOP, INVEST, NOT_AT_ALL}


def complaints(told: Told, options: Options, case: Case) -> list[str]:
    """Return in what a list of options, best first, is not what the table says."""
    names = [name for name, _ in options]
    found = []
    if told.moves and tried(case):
        found += _moved(told, names, case)
    else:
        first = names[0] if names else NOTHING
        if told.first and first not in told.first:
            found.append(f"{first} comes first instead of {' or '.join(sorted(told.first))}")
        found += [
            f"{one} does not stand before {other}"
            for one, other in told.before
            if one in names and other in names and names.index(one) > names.index(other)
        ]
    found += [f"{name} is missing" for name in sorted(told.offers.difference(names))]
    never = told.never.difference(_in_use(case) if told.moves == "front" else ())
    found += [f"{name} is on the list" for name in sorted(never.intersection(names))]
    for name, techniques in options:
        wanted = told.by.get(name, ())
        places = [techniques.index(t) for t in wanted if t in techniques]
        if len(places) < len(wanted) or places != sorted(places):
            found.append(f"{name} goes by {techniques} and not by {wanted}")
        found += [f"{name} goes by {t}" for t in told.not_by.get(name, ()) if t in techniques]
    missing = set(told.by).difference(names)
    return found + [f"{name} is missing" for name in sorted(missing)]


def _in_use(case: Case) -> list[str]:
    """The strategy in use: the last that goes on."""
    return [name for name in tried(case) if name not in ENDS][-1:]


def _moved(told: Told, names: list[str], case: Case) -> list[str]:
    """What is in use leads while it goes on; once it has failed what was tried ends.

    A wire outside the plaque is brought back, so there only what the list names leads.
    """
    used = [name for name in tried(case) if name in names]
    new = [name for name in names if name not in used]
    if told.moves == "front":
        outside = wire(case) == "extraplaque"
        leads = used[-1:] if outside else _in_use(case)
        if names and leads and names[0] != leads[0]:
            return [f"{names[0]} comes first, and {leads[0]} was in use"]
        return []
    if [*names] != [*new, *[name for name in names if name in used]]:
        return [f"something tried stands before something new: {names}"]
    if new and told.first.intersection(new) and new[0] not in told.first:
        return [f"{new[0]} comes first instead of {' or '.join(sorted(told.first))}"]
    return []
