"""The ranking policy: how opinions become one list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cto_cds.errors import Place
from cto_cds.rulefile.condition import ALWAYS, All, Condition
from cto_cds.rulefile.model import Branch, Option, Rule, Source, Verified


@dataclass(frozen=True, slots=True)
class Shift:
    """A finding that raises or lowers the support of strategies.

    Attributes:
        own: When it holds, where shifts apply at all.
        when: Both together.
        ranks: Strategies that come into the list where it holds and an algorithm goes on with
            some strategy, also when none names them.
        techniques: Techniques that a strategy of the list has where it holds, whoever names it.
    """

    id: str
    own: Condition
    when: Condition
    support: Mapping[str, Decimal]
    because: str
    verified: Verified
    source: Source
    place: Place
    ranks: tuple[str, ...] = ()
    techniques: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def shift_condition(applies_to: Condition, own: Condition) -> Condition:
    """Return when a shift holds: its own condition, where shifts apply at all."""
    return own if applies_to == ALWAYS else All((applies_to, own))


@dataclass(frozen=True, slots=True)
class Policy(Rule):
    """How opinions become one list. An institution's choice.

    Attributes:
        positions: What each place in a list of strategies gives.
        ladder: What each place gives in a list that holds techniques.
        silence_follows: Whether a list that holds techniques gives to one that it does not name
            what those give who name it, so that its silence is no reason against.
        sure_only: Strategies that are ordered by what is sure to speak for them. An open question
            whether to stop does not put stopping first.
        ends_attempt: Strategies that end the attempt. They are ranked only where something surely
            places them, be it a shift.
        goes_on_unless_sure: Ways through an algorithm that begin with one of these do not count in
            the order of the others while another way is still possible.
        change_when: When to change to the next of the list.
        follows_a_wire: Strategies that are steered from a wire in a false track, and so are not
            begun with; each with the shifts that let it be.
        none_here: What to do where nothing of the list can be done here.
        none_here_begun: The same once the procedure has begun.
        shifts_apply_to: When shifts count at all.
    """

    positions: tuple[Decimal, ...]
    ladder: tuple[Decimal, ...]
    weights: Mapping[str, Decimal]
    shifts: tuple[Shift, ...]
    caution_lowers_by: Decimal
    tie_order: tuple[str, ...]
    sure_only: tuple[str, ...] = ()
    ends_attempt: tuple[str, ...] = ()
    goes_on_unless_sure: tuple[str, ...] = ()
    change_when: str = ""
    follows_a_wire: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    none_here: str = ""
    none_here_begun: str = ""
    shifts_apply_to: Condition = ALWAYS
    silence_follows: bool = False

    @property
    def crossing(self) -> tuple[str, ...]:
        """The strategies that go on with the attempt."""
        return tuple([name for name in self.tie_order if name not in self.ends_attempt])

    @staticmethod
    def counted(ways: Sequence[Sequence[tuple[str, Branch]]]) -> tuple[bool, ...]:
        """Return which ways through an algorithm count in the order.

        One over a branch that counts once it is known does not while another branch of the same
        decision counts.

        Args:
            ways: The branches of each way, each with its decision.
        """
        surely = {
            decision for way in ways for decision, branch in way if not branch.counts_once_known
        }
        perhaps = [any(b.counts_once_known and d in surely for d, b in way) for way in ways]
        return tuple(all(perhaps) or not one for one in perhaps)

    def going_on(self, orders: Sequence[Sequence[Option]]) -> tuple[bool, ...]:
        """Return which of these orders count while it is open whether the attempt ends.

        All of them do where there is no other one.
        """
        ends = tuple([bool(o) and o[0].strategy in self.goes_on_unless_sure for o in orders])
        return tuple(all(ends) or not end for end in ends)

    def brought(self, names: Iterable[str], holding: Iterable[Shift]) -> tuple[str, ...]:
        """Return the strategies that shifts which hold rank.

        Args:
            names: What algorithms name; without a strategy that goes on among it there is no list
                to come into.
            holding: The shifts that hold.
        """
        if {*self.crossing}.isdisjoint(names):
            return ()
        return tuple(dict.fromkeys(name for shift in holding for name in shift.ranks))

    def techniques_for(self, strategy: str, shifts: Iterable[Shift]) -> tuple[str, ...]:
        """Return the techniques that these shifts give to a strategy."""
        return tuple(name for shift in shifts for name in shift.techniques.get(strategy, ()))

    def is_ladder(self, options: Iterable[Option]) -> bool:
        """Return whether a list holds techniques."""
        return any(option.strategy not in self.tie_order for option in options)

    def support_at(self, place: int, options: Iterable[Option]) -> Decimal:
        """Return what a place in a list of options gives; beyond the last place, nothing."""
        given = self.ladder if self.is_ladder(options) else self.positions
        return given[place] if place < len(given) else Decimal(0)
