"""The vocabulary says what the contract says: every group, name, word and unit is there."""

import pytest

from cto_cds.errors import RuleFileError
from cto_cds.facts.document import parse
from cto_cds.facts.vocabulary import Following, read_vocabulary

NO_YES = "no, yes"
DEGREE = "none, mild, moderate, severe"

# The table of the contract, in full. After each name: its unit, its words, `count`, grades as
# numbers, `list of ...`, or a unit with words that may stand instead.
CONTRACT = {
    ("history",): {
        "age": "years",
        "sex": "female, male",
        "prior_cabg": NO_YES,
        "graft_to_target_vessel": "none, patent, occluded",
        "prior_mi": NO_YES,
        "diabetes": NO_YES,
        "atrial_fibrillation": NO_YES,
        "dialysis": NO_YES,
        "prior_failed_attempt": NO_YES,
        "occlusion_duration": "months; indeterminate",
        "lvef": "%",
        "egfr": "mL/min/1.73m2",
        "symptoms": "none, angina, dyspnoea, other",
        "territory_viability": "viable, non-viable",
        "territory_ischaemia": "none, present",
        "can_take_dapt": NO_YES,
    },
    ("angiography", "ccta"): {
        "occlusion": "chronic total, other",
        "target_vessel": "LM, LAD, LCX, RCA, graft",
        "segment": "1 to 18",
        "ostial": NO_YES,
        "flush_aorto_ostial": NO_YES,
        "in_stent": NO_YES,
        "stump": "tapered, blunt, invisible",
        "proximal_cap": "clear, ambiguous",
        "side_branch_at_proximal_cap": NO_YES,
        "side_branch_takes_ivus": NO_YES,
        "occlusion_length": "mm",
        "occlusion_count": "count",
        "max_bend": "deg",
        "bends_over_70": "count",
        "bends_over_90": "count",
        "bends_over_120": "count",
        "tortuosity": f"{DEGREE}, unseen",
        "proximal_tortuosity": DEGREE,
        "vessel_course": "clear, ambiguous",
        "calcification": DEGREE,
        "calcium_proximal_cap": DEGREE,
        "calcium_body": DEGREE,
        "calcium_distal_cap": DEGREE,
        "distal_vessel_diameter": "mm",
        "proximal_vessel_diameter": "mm",
        "distal_stenosis": "%",
        "distal_disease": "none, focal, diffuse",
        "distal_cap_at_bifurcation": NO_YES,
        "landing_zone_calcium": DEGREE,
        "landing_zone_large_branch": NO_YES,
        "rentrop": "0 to 3",
        "werner": "0 to 2",
        "interventional_collaterals": NO_YES,
        "collateral_route": "septal, epicardial, graft, ipsilateral",
    },
    ("ccta",): {
        "calcium_area_fraction": "%",
        "calcium_arc": "deg",
        "plaque_volume": "mm3",
        "dense_calcium_volume": "mm3",
        "fibrous_volume": "mm3",
        "fibrofatty_volume": "mm3",
        "necrotic_core_volume": "mm3",
        "dense_calcium_pav": "%",
        "fibrous_pav": "%",
        "fibrofatty_pav": "%",
        "necrotic_core_pav": "%",
        "percent_atheroma_volume": "%",
        "calcium_score": "count",
        "image_quality": "good, limited, non-diagnostic",
        "tube_voltage": "kV",
    },
    ("ivus", "oct"): {
        "superficial_calcium_arc": "deg",
        "calcium_length": "mm",
        "calcium_thickness": "mm",
        "calcium_distribution": "concentric, eccentric",
        "calcium_depth": "superficial, deep",
        "calcified_nodule": NO_YES,
        "vessel_diameter": "mm",
        "wire_bias": "favourable, unfavourable",
    },
    ("operator",): {
        "annual_cto_volume": "count",
        "cto_experience": "years",
        "last_year_success_rate": "%",
        "independent": NO_YES,
        "can_adr": NO_YES,
        "can_retrograde": NO_YES,
        "can_atherectomy": NO_YES,
    },
    ("center",): {"missing_equipment": "list of techniques and equipment"},
    ("procedure",): {
        "phase": "planning, crossing, wire crossed, lesion preparation, stent optimisation",
        "dual_injection_done": NO_YES,
        "strategies_tried": "list of strategies",
        "wire_position": "proximal to cap, in cap, intraplaque, extraplaque, distal true lumen",
        "track": "intraplaque, extraplaque, mixed",
        "track_confirmed_by": "ivus, assumed",
        "cap_penetrable": NO_YES,
        "device_crosses": NO_YES,
        "balloon_expands": NO_YES,
        "vessel_injury": NO_YES,
        "minutes_without_progress": "min",
        "duration": "min",
        "air_kerma": "Gy",
        "contrast": "mL",
        "act": "s",
        "well_advanced": NO_YES,
        "complication": "none, perforation, tamponade, dissection of donor, stroke, MI, other",
        "planned_pressure": "atm",
        "planned_burr": "mm",
    },
}
UNITS = {unit for table in CONTRACT.values() for unit in table.values()}
NAMES = [(groups, name) for groups, table in CONTRACT.items() for name in table]

STRATEGIES = [
    "antegrade_wire_escalation",
    "parallel_wire",
    "ivus_guided_wiring",
    "antegrade_dissection_reentry",
    "retrograde_wire_escalation",
    "retrograde_dissection_reentry",
    "investment_procedure",
    "stop",
    "do_not_attempt",
]

TECHNIQUES = [
    "ivus_guided_entry",
    "move_the_cap",
    "base",
    "side_base",
    "scratch_and_go",
    "carlino",
    "open_sesame",
    "knuckle",
    "power_knuckle",
    "stingray",
    "crossboss",
    "star",
    "last",
    "reverse_cart",
    "directed_reverse_cart",
    "extended_reverse_cart",
    "cart",
    "dual_lumen_microcatheter",
    "ping_pong",
    "guide_support",
    "guide_extension",
    "anchor_balloon",
    "small_balloon",
    "penetrating_microcatheter",
    "bam",
    "rotational_atherectomy",
    "orbital_atherectomy",
    "laser_atherectomy",
    "ivl",
    "nc_balloon",
    "high_pressure_balloon",
    "very_high_pressure_balloon",
    "cutting_balloon",
    "scoring_balloon",
]


def told(fact) -> str:
    """Return what a fact may be, in the words of the table above."""
    if fact.list_of:
        return f"list of {fact.list_of}"
    if not fact.numeric:
        return ", ".join(fact.words)
    if fact.unit:
        return "; ".join([fact.unit, *fact.words])
    return (
        "count"
        if fact.high > 18 or fact.name.startswith(("bends", "occl"))
        else (f"{fact.low} to {fact.high}")
    )


@pytest.mark.parametrize(("groups", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_name_of_the_contract_has_its_groups_words_and_unit(vocabulary, groups, name):
    fact = vocabulary.facts[name]
    assert fact.groups == groups
    assert told(fact) == CONTRACT[groups][name]


def test_the_groups_are_those_of_the_contract(vocabulary):
    assert list(vocabulary.groups) == (
        ["history", "angiography", "ccta", "ivus", "oct", "operator", "center", "procedure"]
    )


def test_the_strategies_and_techniques_are_those_of_the_contract(pack):
    assert list(pack.strategies) == STRATEGIES
    techniques = [t.id for t in pack.techniques.values() if t.section == "techniques"]
    assert set(TECHNIQUES) <= set(techniques)


def test_every_fact_explains_itself_and_has_a_range_or_words(vocabulary):
    for fact in vocabulary.facts.values():
        assert fact.title
        assert fact.definition
        assert fact.allowed, fact.name
        if fact.numeric:
            assert fact.low < fact.high, fact.name
        assert "unknown" not in fact.words


def test_only_what_has_not_begun_is_ever_implied(vocabulary):
    implied = {
        f.name: f.when_group_absent for f in vocabulary.facts.values() if f.when_group_absent
    }
    assert implied == {"phase": "planning", "complication": "none", "dual_injection_done": "no"}


REACHED = (
    Following("phase", "lesion preparation", "yes"),
    Following("phase", "stent optimisation", "yes"),
)


def test_only_what_cannot_be_otherwise_or_is_safe_follows_from_another_fact(vocabulary):
    follows = {f.name: f.follows for f in vocabulary.facts.values() if f.follows}
    assert follows == {
        "prior_cabg": (
            Following("graft_to_target_vessel", "patent", "yes"),
            Following("graft_to_target_vessel", "occluded", "yes"),
        ),
        "graft_to_target_vessel": (Following("prior_cabg", "no", "none"),),
        "flush_aorto_ostial": (
            Following("ostial", "no", "no"),
            Following("target_vessel", "LAD", "no"),
            Following("target_vessel", "LCX", "no"),
        ),
        "side_branch_takes_ivus": (Following("side_branch_at_proximal_cap", "no", "no"),),
        "wire_position": tuple(
            Following("phase", phase, "distal true lumen")
            for phase in ("wire crossed", "lesion preparation", "stent optimisation")
        ),
        "phase": tuple(
            Following("wire_position", position, "crossing")
            for position in vocabulary.facts["wire_position"].words
        ),
        "device_crosses": REACHED,
        "nc_balloon_reaches": REACHED,
        "imaging_catheter_crosses": (Following("track_confirmed_by", "ivus", "yes"),),
    }


def test_only_a_place_that_says_that_it_cannot_be_read_is_void(vocabulary):
    assert vocabulary.void_when == {"ccta": ("image_quality", "non-diagnostic")}


def test_a_place_is_void_by_a_word_of_one_of_its_facts():
    text = "\n".join(f"{key}: {value}" for key, value in GOOD.items())
    text = text.replace("{title: CT}", "{title: CT, void_when: {quality: poor}}")
    with pytest.raises(RuleFileError, match="the group ccta has no fact with that word"):
        read_vocabulary(parse(text, "vocabulary.yaml"), "vocabulary.yaml", {})


GOOD = {
    "format": "1",
    "kind": "vocabulary",
    "id": "vocabulary",
    "version": '"1"',
    "units": "{mm: millimetre}",
    "groups": "{ccta: {title: CT}, other: {title: Other}}",
    "facts": "{length: {title: L, definition: D, groups: [ccta], unit: mm, range: 0 to 9}}",
}

COUNT = "title: X, definition: D, count: yes, range: 0 to 9"
AT_MOST = f"{{x: {{{COUNT}, groups: [HERE], at_most: y}}, y: {{{COUNT}, groups: [ccta]THEN}}}}"
IN_A_CIRCLE = AT_MOST.replace("HERE", "ccta").replace("THEN", ", at_most: x")
READ_ELSEWHERE = AT_MOST.replace("HERE", "ccta, other").replace("THEN", "")
FOLLOWS = "{x: {title: X, definition: D, groups: [ccta], words: [a], follows: [{OTHER}]}}"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ("{x: {title: X, definition: D, groups: [ct], words: [a]}}", "'ct' is not a group"),
        ("{x: {title: X, definition: D, groups: [ccta], unit: cm, range: 0 to 9}}", "'cm' is not"),
        ("{x: {title: X, definition: D, groups: [ccta], unit: mm}}", "has no range"),
        ("{x: {title: X, definition: D, groups: [ccta], unit: mm, range: 9-0}}", "is not a range"),
        ("{x: {title: X, definition: D, groups: [ccta]}}", "has no kind of value"),
        ("{x: {title: X, definition: D, groups: [ccta], words: [unknown]}}", "reads two ways"),
        ("{x: {title: X, definition: D, groups: [ccta], words: [not seen]}}", "reads two ways"),
        ("{x: {title: X, definition: D, groups: [ccta], list_of: toys}}", "not a list of ids"),
        ("{x: {title: X, groups: [ccta], words: [a]}}", "has no 'definition'"),
        ("{x: {title: X, definition: D, groups: [ccta], words: [a], hint: b}}", "not a key"),
        (
            "{x: {title: X, definition: D, groups: [ccta], words: [a], when_group_absent: b}}",
            "'b' is not one of the words",
        ),
        (
            "{x: {title: X, definition: D, groups: [ccta], words: [a], cannot_tell: b}}",
            "'b' is not one of the words",
        ),
        (
            FOLLOWS.replace("OTHER", "fact: y, word: no, value: a"),
            "no fact has that word: y: no",
        ),
        (
            FOLLOWS.replace("OTHER", "fact: x, word: a, value: b"),
            "'b' is not one of the words of x",
        ),
        (
            "{x: {title: X, definition: D, groups: [ccta], count: yes, range: 0 to 9, at_most: y}}",
            "x is at most 'y'",
        ),
        (IN_A_CIRCLE, "in a circle: x, y, x"),
        (READ_ELSEWHERE, "y is not read in other, where x is"),
    ],
)
def test_a_mistake_in_the_vocabulary_is_refused_with_its_place(facts, found):
    text = "\n".join(f"{key}: {value}" for key, value in {**GOOD, "facts": facts}.items())
    with pytest.raises(RuleFileError) as caught:
        read_vocabulary(parse(text, "vocabulary.yaml"), "vocabulary.yaml", {})
    told = [problem for problem in caught.value.problems if found in problem.found]
    assert [(p.place.source, p.place.line) for p in told] == [("vocabulary.yaml", 7)]
