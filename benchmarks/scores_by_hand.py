"""The published scores, written down a third time from the papers' definitions.

Nothing here is taken from the rule files or shares code with the engine. There is no third truth
value either: what is unknown is tried with every value that it may have. Facts have the names of
the case file; a fact that was read in two places is given once, as it counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Known = Decimal | str
Cell = Mapping[str, Known | None]
Domains = Mapping[str, tuple[Known, ...]]


@dataclass(frozen=True)
class Item:
    """Some points, the facts they depend on, and when they count."""

    points: Decimal
    facts: tuple[str, ...]
    counts: Callable[..., bool]


@dataclass
class ByHand:
    """One score: items, names of the totals, and what it is made for."""

    items: list[Item]
    grades: list[tuple[str, str, str]] = field(default_factory=list)
    population: list[Item] = field(default_factory=list)
    strategies: Mapping[str, int] = field(default_factory=dict)
    _found: dict[tuple[object, ...], frozenset[Decimal]] = field(default_factory=dict)

    def totals(self, cell: Cell, domains: Domains) -> tuple[Decimal, ...]:
        """Return every total that some completion of the cell has, in order."""
        totals = {Decimal(0)}
        for group in self._groups():
            added = self._of_group(group, cell, domains)
            totals = {total + points for total in totals for points in added}
        return tuple(sorted(totals))

    def applies(self, cell: Cell, domains: Domains) -> set[bool]:
        """Return whether it applies: one answer, or both while that is open."""
        facts = [fact for item in self.population for fact in item.facts]
        return {
            all(item.counts(*(full[fact] for fact in item.facts)) for item in self.population)
            for full in completions(facts, cell, domains)
        }

    def names(self, totals: Iterable[Decimal]) -> tuple[str, ...]:
        """Return the grades of some totals, lowest first."""
        found = [
            name
            for total in totals
            for low, high, name in self.grades
            if Decimal(low) <= total <= Decimal(high)
        ]
        return tuple(dict.fromkeys(found))

    def _groups(self) -> list[list[Item]]:
        """Items that share a fact belong together; groups do not touch one another."""
        groups: list[list[Item]] = []
        for item in self.items:
            joined = [g for g in groups if any(set(item.facts) & set(i.facts) for i in g)]
            groups = [g for g in groups if g not in joined]
            groups.append([*itertools.chain.from_iterable(joined), item])
        return groups

    def _of_group(self, group: list[Item], cell: Cell, domains: Domains) -> frozenset[Decimal]:
        facts = list(dict.fromkeys(fact for item in group for fact in item.facts))
        key = (*facts, *(cell.get(fact) for fact in facts))
        if key not in self._found:
            self._found[key] = frozenset(
                sum(
                    (i.points for i in group if i.counts(*(full[fact] for fact in i.facts))),
                    Decimal(0),
                )
                for full in completions(facts, cell, domains)
            )
        return self._found[key]


def completions(
    facts: Iterable[str], cell: Cell, domains: Domains
) -> Iterable[Mapping[str, Known]]:
    """Yield the facts of a cell with every value in place of what is unknown."""
    names = list(dict.fromkeys(facts))
    values = []
    for name in names:
        known = cell.get(name)
        values.append(domains[name] if known is None else (known,))
    for chosen in itertools.product(*values):
        yield dict(zip(names, chosen, strict=True))


def one(points: float, fact: str, counts: Callable[[Known], bool]) -> Item:
    """An item that depends on one fact."""
    return Item(Decimal(str(points)), (fact,), counts)


def word(points: float, fact: str, *words: str) -> Item:
    """An item that counts for some words."""
    return one(points, fact, lambda found: found in words)


def number(points: float, fact: str, passes: Callable[[Decimal], bool]) -> Item:
    """An item that counts for some numbers, and never for a word in place of the number."""
    return one(points, fact, lambda found: isinstance(found, Decimal) and passes(found))


def at_least(points: float, fact: str, limit: float) -> Item:
    """An item that counts from a limit on."""
    return number(points, fact, lambda found: found >= Decimal(str(limit)))


def above(points: float, fact: str, limit: float) -> Item:
    """An item that counts above a limit."""
    return number(points, fact, lambda found: found > Decimal(str(limit)))


def below(points: float, fact: str, limit: float) -> Item:
    """An item that counts below a limit."""
    return number(points, fact, lambda found: found < Decimal(str(limit)))


def at_most(points: float, fact: str, limit: float) -> Item:
    """An item that counts up to a limit."""
    return number(points, fact, lambda found: found <= Decimal(str(limit)))


CTO = word(0, "occlusion", "chronic total")
NATIVE = word(0, "target_vessel", "LM", "LAD", "LCX", "RCA")
BLUNT = word(1, "stump", "blunt")
FAILED_BEFORE = word(1, "prior_failed_attempt", "yes")
ANY_CALCIUM = word(1, "calcification", "mild", "moderate", "severe")
MODERATE_CALCIUM = word(1, "calcification", "moderate", "severe")
SEVERE_CALCIUM = word(1, "calcification", "severe")
TORTUOUS = word(1, "tortuosity", "moderate", "severe")
ANY_CABG = word(1, "prior_cabg", "yes")
GRAFT_HERE = word(1, "graft_to_target_vessel", "patent", "occluded")
NO_STUMP_EITHER = word(1, "stump", "blunt", "invisible")
LONG_OCCLUDED = one(
    1, "occlusion_duration", lambda x: x == "indeterminate" or (isinstance(x, Decimal) and x >= 12)
)
POOR_LANDING = Item(
    Decimal(1),
    ("distal_vessel_diameter", "distal_stenosis", "distal_disease"),
    lambda diameter, stenosis, disease: diameter < 2 or stenosis > 50 or disease == "diffuse",
)
EASY_TO_VERY_DIFFICULT = [
    ("0", "0", "easy"),
    ("1", "1", "intermediate"),
    ("2", "2", "difficult"),
]


def by_strategy(dissection: int, retrograde: int) -> Mapping[str, int]:
    """The levels of the variable 'strategy', of which one counts."""
    return {
        "antegrade_wire_escalation": 0,
        "antegrade_dissection_reentry": dissection,
        "retrograde_wire_escalation": retrograde,
        "retrograde_dissection_reentry": retrograde,
    }


SCORES: Mapping[str, ByHand] = {
    "j_cto": ByHand(
        [
            BLUNT,
            ANY_CALCIUM,
            above(1, "max_bend", 45),
            at_least(1, "occlusion_length", 20),
            FAILED_BEFORE,
        ],
        [*EASY_TO_VERY_DIFFICULT, ("3", "5", "very difficult")],
        [CTO, NATIVE],
    ),
    "j_cto_ct": ByHand(
        [
            BLUNT,
            above(1, "calcium_area_fraction", 50),
            above(1, "max_bend", 45),
            at_least(1, "occlusion_length", 20),
            FAILED_BEFORE,
        ],
        [*EASY_TO_VERY_DIFFICULT, ("3", "5", "very difficult")],
        [CTO, NATIVE],
    ),
    "ct_rector": ByHand(
        [
            at_least(1, "occlusion_count", 2),
            BLUNT,
            at_least(1, "calcium_area_fraction", 50),
            at_least(1, "max_bend", 45),
            LONG_OCCLUDED,
            FAILED_BEFORE,
        ],
        [*EASY_TO_VERY_DIFFICULT, ("3", "6", "very difficult")],
        [CTO],
    ),
    "kcct": ByHand(
        [
            BLUNT,
            word(1, "side_branch_at_proximal_cap", "yes"),
            above(1, "max_bend", 45),
            at_least(1, "occlusion_length", 15),
            Item(
                Decimal(1),
                ("calcium_arc", "calcium_area_fraction"),
                lambda arc, area: (arc >= 180 and area >= 50) or area >= 100,
            ),
            at_least(1, "calcium_area_fraction", 100),
            FAILED_BEFORE,
            LONG_OCCLUDED,
        ],
        [("0", "3", "under 4"), ("4", "8", "from 4")],
        [CTO],
    ),
    "progress_cto": ByHand(
        [
            word(1, "proximal_cap", "ambiguous"),
            word(1, "proximal_tortuosity", "moderate", "severe"),
            word(1, "target_vessel", "LCX"),
            word(1, "interventional_collaterals", "no"),
        ],
        population=[CTO],
    ),
    "progress_complications": ByHand(
        [above(3, "age", 65), at_least(2, "occlusion_length", 23)],
        [("0", "2", "low"), ("3", "4", "intermediate"), ("5", "6", "high")],
        [CTO],
        by_strategy(0, 1),
    ),
    "progress_mace": ByHand(
        [at_least(1, "age", 65), word(2, "sex", "female"), MODERATE_CALCIUM, NO_STUMP_EITHER],
        population=[CTO],
        strategies=by_strategy(1, 2),
    ),
    "progress_mortality": ByHand(
        [at_least(1, "age", 65), MODERATE_CALCIUM, at_most(1, "lvef", 45)],
        population=[CTO],
        strategies=by_strategy(1, 1),
    ),
    "progress_pericardiocentesis": ByHand(
        [at_least(1, "age", 65), word(1, "sex", "female"), MODERATE_CALCIUM],
        population=[CTO, word(0, "prior_cabg", "no")],
        strategies=by_strategy(1, 2),
    ),
    "progress_perforation": ByHand(
        [at_least(1, "age", 65), MODERATE_CALCIUM, NO_STUMP_EITHER],
        population=[CTO],
        strategies=by_strategy(1, 2),
    ),
    "open_clean": ByHand(
        [
            ANY_CABG,
            at_least(1, "occlusion_length", 20),
            at_least(1, "occlusion_length", 60),
            below(1, "lvef", 50),
            at_least(1, "age", 50),
            at_least(1, "age", 70),
            SEVERE_CALCIUM,
        ],
        population=[CTO],
    ),
    "recharge": ByHand(
        [
            BLUNT,
            ANY_CALCIUM,
            at_least(1, "max_bend", 45),
            at_least(1, "occlusion_length", 20),
            POOR_LANDING,
            GRAFT_HERE,
        ],
        population=[CTO],
    ),
    "recharge_ct": ByHand(
        [
            BLUNT,
            at_least(1, "calcium_area_fraction", 50),
            above(1, "max_bend", 45),
            at_least(1, "occlusion_length", 20),
            Item(
                Decimal(1),
                ("distal_vessel_diameter", "distal_stenosis"),
                lambda diameter, stenosis: diameter < 2 or stenosis > 50,
            ),
            GRAFT_HERE,
        ],
        population=[CTO],
    ),
    "ora": ByHand(
        [word(1, "ostial", "yes"), below(2, "rentrop", 2), at_least(1, "age", 75)],
        [*EASY_TO_VERY_DIFFICULT, ("3", "4", "very difficult")],
        [CTO],
    ),
    "cl": ByHand(
        [
            word(1.5, "prior_cabg", "yes"),
            word(1, "prior_mi", "yes"),
            word(2, "calcification", "severe"),
            at_least(1.5, "occlusion_length", 20),
            word(1, "target_vessel", "LM", "LCX", "RCA"),
            BLUNT,
        ],
        population=[CTO, word(0, "prior_failed_attempt", "no")],
    ),
    "operator_cto": ByHand(
        [
            GRAFT_HERE,
            BLUNT,
            ANY_CALCIUM,
            Item(
                Decimal(1),
                ("bends_over_70", "bends_over_90"),
                lambda over_70, over_90: over_70 >= 2 or over_90 >= 1,
            ),
            at_least(1, "occlusion_length", 20),
            POOR_LANDING,
            below(1, "rentrop", 2),
            word(1, "in_stent", "yes"),
            word(1, "ostial", "yes"),
            at_least(-1, "annual_cto_volume", 60),
            above(-1, "cto_experience", 4.5),
            at_least(-2, "last_year_success_rate", 90),
        ],
        [
            ("-4", "2", "simple"),
            ("3", "3", "medium"),
            ("4", "4", "difficult"),
            ("5", "9", "extremely difficult"),
        ],
        [CTO],
    ),
    "w_cto": ByHand(
        [
            word(2, "stump", "blunt"),
            above(1.5, "occlusion_length", 20),
            ANY_CALCIUM,
            word(1, "tortuosity", "mild", "moderate", "severe"),
            below(1, "rentrop", 2),
        ],
        [("0", "2", "low"), ("2.5", "4", "intermediate"), ("4.5", "6.5", "high")],
        [CTO],
    ),
    "b_cto": ByHand(
        [
            at_least(1, "age", 60),
            at_least(1, "age", 75),
            at_least(1, "occlusion_length", 20),
            word(2, "sex", "female"),
            word(2, "target_vessel", "RCA"),
            word(2, "stump", "blunt"),
            above(2, "max_bend", 45),
        ],
        [
            ("0", "1", "easy"),
            ("2", "3", "intermediate"),
            ("4", "5", "difficult"),
            ("6", "11", "very difficult"),
        ],
        [CTO, NATIVE],
    ),
    "is_cto": ByHand(
        [
            at_least(1, "proximal_bend", 30),
            TORTUOUS,
            word(1, "stent_underexpansion", "yes"),
            POOR_LANDING,
        ],
        population=[CTO, word(0, "in_stent", "yes")],
    ),
    "jr_cto": ByHand(
        [
            MODERATE_CALCIUM,
            TORTUOUS,
            at_most(1, "werner", 1),
            word(1, "collateral_route", "epicardial", "graft", "ipsilateral"),
        ],
        population=[CTO],
    ),
    "ivus_calcium": ByHand(
        [
            Item(
                Decimal(1),
                ("superficial_calcium_arc", "calcium_length"),
                lambda arc, length: arc > 270 and length > 5,
            ),
            at_least(1, "superficial_calcium_arc", 360),
            word(1, "calcified_nodule", "yes"),
            below(1, "vessel_diameter", 3.5),
        ],
        [("0", "1", "below 2"), ("2", "4", "2 and more")],
    ),
    "oct_calcium": ByHand(
        [
            above(2, "superficial_calcium_arc", 180),
            above(1, "calcium_thickness", 0.5),
            above(1, "calcium_length", 5),
        ],
        [("0", "3", "below 4"), ("4", "4", "full score of 4")],
    ),
    **{
        name: ByHand(
            [
                ANY_CABG,
                at_least(1, "age", 70),
                NO_STUMP_EITHER,
                word(1, "tortuosity", "severe", "unseen"),
                at_least(1, "occlusion_length", 20),
                SEVERE_CALCIUM,
            ],
            population=[CTO],
        )
        for name in ("castle", "castle_ct")
    },
}
