"""The published scores, written down a third time from the papers' definitions.

Nothing here is taken from the rule files or shares code with the engine. Facts have the names of
the case file; a fact that was read in two places is given once, as it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from by_hand import ByHand, Item, above, at_least, at_most, below, one, word

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
