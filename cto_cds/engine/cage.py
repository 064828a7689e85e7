"""The only place that knows durable_rules, and the only way it is ever called.

Each block is a ruleset of its own. A case is one flat fact in a session of its own: assert the
fact, take the firings one by one, delete the session. durable_rules' Host, threads, timers and
callbacks are not used. Every answer is checked: rules must fire in the order of the agenda, each
once, on this very fact, and the sentinel must fire last. The first answer that is not as expected
poisons the cage, because nothing durable_rules says after that can be trusted.
"""

from __future__ import annotations

import itertools
import os
import threading
from typing import TYPE_CHECKING, Self

import durable_rules_engine

from cto_cds.engine import dialect
from cto_cds.engine.block import Block, FlatRule
from cto_cds.engine.limits import check_block, is_letter
from cto_cds.errors import DEFECT, MAKE_NEW, EngineError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Block", "Cage", "FlatRule"]

_FAILURES = (durable_rules_engine.error, MemoryError, ValueError, TypeError, AttributeError)


class Cage:
    """Blocks of flat rules, matched by durable_rules.

    Args:
        blocks: What will be matched. Each must pass ``limits.check_block``.

    Attributes:
        poisoned: Whether durable_rules has failed. Then the cage gives no more answers.

    Raises:
        EngineError: A block does not fit, or durable_rules did not take it.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.poisoned = False
        self._closed = False
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._sids = itertools.count(1)
        self._rulesets: dict[str, _Ruleset] = {}
        for block in _fitting(blocks):
            self._rulesets[block.id] = _Ruleset(block)

    def fire(self, block_id: str, atoms: Mapping[str, str]) -> tuple[str, ...]:
        """Match one case.

        Args:
            block_id: The block to match.
            atoms: The letter of every atom of the block, and of no other.

        Returns:
            The ids of the rules that fired, in the order of the agenda.

        Raises:
            EngineError: There is no answer.
        """
        with self._lock:
            self._refuse_if_unusable()
            if block_id not in self._rulesets:
                raise _no_answer(block_id, "the cage has no such block", DEFECT)
            ruleset = self._rulesets[block_id]
            ruleset.refuse_unless_complete(atoms)
            try:
                return ruleset.fire(atoms, sid=str(next(self._sids)))
            except BaseException:
                self.poisoned = True
                raise

    def close(self) -> None:
        """Free the memory of durable_rules, unless it cannot be trusted even with that."""
        with self._lock:
            if not (self._closed or self.poisoned or self._process != os.getpid()):
                for ruleset in self._rulesets.values():
                    ruleset.delete()
            self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _refuse_if_unusable(self) -> None:
        if self._process != os.getpid():
            raise _no_answer("cage", "it was made before this process was forked", MAKE_NEW)
        if self.poisoned:
            raise _no_answer("cage", "it is poisoned: durable_rules has failed", MAKE_NEW)
        if self._closed:
            raise _no_answer("cage", "it is closed", MAKE_NEW)


class _Ruleset:
    """One block, as a ruleset of durable_rules."""

    def __init__(self, block: Block) -> None:
        self._block_id = block.id
        self._entries = dialect.entries_of(block)
        self._rule_ids = tuple(rule.id for rule in block.rules)
        names = (*map(dialect.rule_name, range(len(block.rules))), dialect.SENTINEL_RULE)
        self._agenda = {name: index for index, name in enumerate(names)}
        try:
            self._handle = durable_rules_engine.create_ruleset("block", dialect.ruleset_text(block))
        except _FAILURES as error:
            raise self._failed(f"its rules were not taken: {error}") from error

    def refuse_unless_complete(self, atoms: Mapping[str, str]) -> None:
        if atoms.keys() != self._entries.keys():
            atom = min(atoms.keys() ^ self._entries.keys())
            what = "is not known to the block" if atom in atoms else "has no letter"
            raise _no_answer(self._block_id, f"the atom {atom!r} {what}", DEFECT)
        bad = {letter for letter in set(atoms.values()) if not is_letter(letter)}
        for atom, letter in atoms.items() if bad else ():
            if letter in bad:
                found = f"{letter!r} of atom {atom!r} is not a letter"
                raise _no_answer(self._block_id, found, DEFECT)

    def fire(self, atoms: Mapping[str, str], sid: str) -> tuple[str, ...]:
        """Tell durable_rules the letters that some rule needs."""
        fact = dialect.fact_text(self._entries, atoms, sid)
        try:
            fired = self._firings(fact)
            self._refuse_unless_in_order(fired)
            durable_rules_engine.delete_state(self._handle, sid)
        except _FAILURES as error:
            raise self._failed(f"an unexpected answer: {error}") from error
        return tuple(self._rule_ids[index] for index in fired[:-1])

    def delete(self) -> None:
        durable_rules_engine.delete_ruleset(self._handle)

    def _firings(self, fact: str) -> list[int]:
        """Return the places on the agenda of what fires, at most once more than there are rules."""
        code, state = durable_rules_engine.assert_fact(self._handle, fact)
        if code != 0:
            raise self._failed(f"the fact was not handled (code {code})")
        _, message = durable_rules_engine.start_action_for_state(self._handle, state)
        fired = []
        for _ in self._agenda:
            name = dialect.fired_rule(message)
            if name not in self._agenda or message != dialect.firing_text(name, fact):
                raise self._failed(f"an unknown firing: {message}")
            fired.append(self._agenda[name])
            message = durable_rules_engine.complete_and_start_action(self._handle, state)
            if message is None:
                return fired
        raise self._failed("more rules fired than there are")

    def _refuse_unless_in_order(self, fired: list[int]) -> None:
        if fired != sorted(set(fired)):
            raise self._failed("rules fired out of order, or more than once")
        if fired[-1] != self._agenda[dialect.SENTINEL_RULE]:
            raise self._failed("the sentinel did not fire")

    def _failed(self, found: str) -> EngineError:
        return _no_answer(self._block_id, f"durable_rules: {found}", DEFECT)


def _fitting(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks, if every one of them fits."""
    blocks = tuple(blocks)
    problems = [
        _problem(
            block.id,
            f"the block does not fit: {reason}",
            "Split the rule, or move a part of its conditions into a finding.",
        )
        for block in blocks
        for reason in check_block(block)
    ]
    ids = [block.id for block in blocks]
    problems += [
        _problem(id_, "two blocks have this id", DEFECT) for id_ in ids if ids.count(id_) > 1
    ]
    if problems:
        raise EngineError(*problems)
    return blocks


def _no_answer(what: str, found: str, mend: str) -> EngineError:
    return EngineError(_problem(what, found, mend))


def _problem(what: str, found: str, mend: str) -> Problem:
    return Problem(Place(source=f"rule engine, {what}"), found, mend)
