"""No number without a source, a DOI and a level; and what would verify what is not verified."""

from __future__ import annotations

import re

import pytest
from strategies import built_in_pack

from cto_cds.rulefile.model import VERIFIED, Rule
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.sources import PAGE, Part, parts_of, parts_of_techniques

PACK = built_in_pack()
RULES = PACK.rules()
WITH_DRAFTS = built_in_pack(drafts=True).rules()
PARTS = [part for rule in RULES for part in parts_of(rule)]

TEACHING = "teaching without a paper of its own, and the file says so"
REGISTER_OF_TRIALS = "the record of a trial in a register, which has a number of its own there"
LABEL = "what the maker or the authority prints of a device, which is no paper"
NOT_GIVEN = "an article or a page for which the specification gives none"
NEWS = "a column in a news service, which has none and is no paper"
CASES = "several case reports together"
CHOICE = "the sizes of the ranking are no published figures, and the file says so"
LEVELS = {
    TEACHING: {"secondary", "unverified"},
    NEWS: {"secondary", "unverified"},
    CASES: {"unverified"},
    CHOICE: {"unverified"},
}
"""How far a part may at most be verified that rests on no paper; the others may have any level."""

WITHOUT_DOI = {
    "Brilakis ES. Column on when to stop a CTO procedure. Healio, 2016": NEWS,
    "Choice of this project, not published": CHOICE,
    "Published single cases of undilatable occlusions inside a stent, read in their abstracts": (
        CASES
    ),
    "Common teaching, no paper": TEACHING,
    "Common teaching; the label was not read": TEACHING,
    "Common teaching on the retrograde approach, no paper": TEACHING,
    "Common teaching on externalised wires, read in a secondary source": TEACHING,
    "Common teaching on moving the cap, read in teaching notes": TEACHING,
    "Common teaching on dissection and re-entry, read in teaching notes": TEACHING,
    "Common teaching on subintimal tracking and re-entry, read in teaching notes": TEACHING,
    "Text on consent in teaching notes": TEACHING,
    "Interactive teaching case on coronary intervention, author not identified": TEACHING,
    "Registry record of a trial of CT-guided intervention for chronic total occlusion": (
        REGISTER_OF_TRIALS
    ),
    "CTO-HF trial, NCT05632653": REGISTER_OF_TRIALS,
    "INVEST-CTO, NCT04774913": REGISTER_OF_TRIALS,
    "Boston Scientific, Wolverine cutting balloon, indications and warnings": LABEL,
    "FDA P130005, Diamondback 360 coronary, summary of safety and effectiveness": LABEL,
    "FDA P200039, Shockwave C2 coronary IVL": LABEL,
    "Han and McEntegart, Severe Calcifications in Chronic Total Occlusions, 2026": NOT_GIVEN,
    "Insights from the Global CTO crossing algorithm. Interventional Cardiology Review": NOT_GIVEN,
    "Chinese CTO Club pathway, Chin J Interv Cardiol 2018;26(3):121-128": NOT_GIVEN,
    "J Invasive Cardiol, article 21.00211": NOT_GIVEN,
    "J Invasive Cardiol 2017;29:195": NOT_GIVEN,
    "Karatasakis, et al. Int J Cardiol 2016;224:50-56": NOT_GIVEN,
    "Guelker, et al. Int J Cardiol Heart Vasc 2022": NOT_GIVEN,
    "Simsek B, et al. Am J Cardiol 2023;193:118-125": NOT_GIVEN,
    "Comparison of the BMC2 and PROGRESS-CTO scores in a single centre, 2019 to 2023": NOT_GIVEN,
    "PROGRESS-CTO registry, ostial occlusions, J Invasive Cardiol": NOT_GIVEN,
    "PMC5808555": NOT_GIVEN,
    "Simsek et al. 2023, activated clotting time in the PROGRESS-CTO registry": NOT_GIVEN,
    "GuidewireAID": NOT_GIVEN,
    "Roy et al., Catheter Cardiovasc Interv 2018;92:E15": NOT_GIVEN,
    "PCR textbook, page on viability": NOT_GIVEN,
    "Complex lesion subsets, in a manual of CTO interventions, thoracickey.com": NOT_GIVEN,
    "Hirai T, et al. Catheter Cardiovasc Interv 2021 (OPEN-CLEAN perforation score)": NOT_GIVEN,
    "Simsek B, et al. Am J Cardiol 2023 (validation in seven centres)": NOT_GIVEN,
    "Simsek B, et al. Int J Cardiol 2023 (validation in three registries)": NOT_GIVEN,
}
"""The only sources without a DOI, and why."""

WITHOUT_DOI_ON_THE_PAGE = {
    "Vo et al., Catheter Cardiovasc Interv 2016;87:742": NOT_GIVEN,
    "Saito 2010": NOT_GIVEN,
    "Kim, Korean Circ J 2010;40(5)": NOT_GIVEN,
    "Common teaching on externalised wires": TEACHING,
}
"""More of them on the page of techniques; what cites one is unverified."""

DOI = re.compile(r"10\.\d{4,9}/\S+[^\s.,;]")


def named(part: Part) -> str:
    return f"{part.rule}, {part.name}"


def test_every_part_has_a_citation_and_a_level():
    assert [named(part) for part in PARTS if not part.source.cite] == []
    assert [named(part) for part in PARTS if part.verified not in VERIFIED] == []


def test_every_part_has_a_doi_or_is_a_listed_exception():
    without = {part.source.cite for part in PARTS if not part.source.doi}
    assert without == set(WITHOUT_DOI)


def test_what_rests_on_no_paper_is_verified_no_further_than_its_reason_allows():
    without = [part for part in PARTS if not part.source.doi]
    assert [
        (part.rule, part.name)
        for part in without
        if part.verified not in LEVELS.get(WITHOUT_DOI[part.source.cite], set(VERIFIED))
    ] == []


def test_a_page_without_author_and_doi_has_one_citation():
    works = [cite for cite, why in WITHOUT_DOI.items() if why == NOT_GIVEN and "et al" not in cite]
    titles = [" ".join(re.split(r"[^\w ]", cite.lower())[0].split()[:7]) for cite in works]
    long = [title for title in titles if len(title.split()) > 4]
    assert [title for title in long if long.count(title) > 1] == []


def test_every_figure_in_a_limit_has_a_source_and_a_level_of_its_own():
    rules = [*PACK.scores, *PACK.associations]
    limits = [(rule, limit) for rule in rules for limit in rule.header.limits]
    with_figures = [one for one in limits if any(c.isdigit() for c in one[1].text)]
    assert len(with_figures) > 40
    for rule, limit in with_figures:
        part = next(p for p in parts_of(rule) if p.name == f"limit {limit.text}")
        assert part.source.cite
        assert part.verified == limit.verified


@pytest.mark.parametrize(
    ("score", "words", "cite", "level"),
    [
        ("progress_cto", "note This lesion lies in a stent", "Gong", "primary"),
        ("progress_cto", "note Xiao 2021 reads", "Xiao", "secondary"),
        ("j_cto", "note The score was made in native", "Gong", "secondary"),
        ("j_cto_ct", "note J-CTO was made in native", "Gong", "secondary"),
        ("progress_cto", "limit In a Spanish registry", "REBECO", "primary"),
        ("j_cto", "limit In 474 in-stent", "Gong", "secondary"),
        ("castle", "limit Severe calcification", "Mashayekhi", "secondary"),
    ],
)
def test_a_note_or_limit_from_another_paper_is_cited_under_that_paper(score, words, cite, level):
    rule = next(rule for rule in PACK.scores if rule.id == score)
    parts = [part for part in parts_of(rule) if part.name.startswith(words)]
    assert parts
    assert all(cite in part.source.cite for part in parts)
    assert {part.verified for part in parts} == {level}


def test_a_limit_that_nobody_verified_is_marked_where_a_person_reads_it():
    rule = next(rule for rule in PACK.scores if rule.id == "open_clean")
    split = [text for text in rule.header.limits_shown if text.startswith("How many points")]
    assert [text.endswith("(unverified)") for text in split] == [True]


def test_every_doi_has_the_form_of_one():
    found = {part.source.doi for part in PARTS if part.source.doi}
    assert [doi for doi in found if not DOI.fullmatch(doi)] == []


def test_of_a_score_only_figures_of_others_have_no_doi_and_say_where_they_stand():
    mine = {score.id for score in PACK.scores} | {rule.id for rule in PACK.associations}
    unnumbered = {s.header.source.cite for s in PACK.scores if not s.header.source.doi}
    assert len(unnumbered) == 1
    assert unnumbered <= set(WITHOUT_DOI)
    without = [
        part
        for part in PARTS
        if part.rule in mine and not part.source.doi and part.source.cite not in unnumbered
    ]
    figures = [part for part in without if part.name.startswith("outcome ")]
    assert [part.rule for part in figures] == ["j_cto", "open_clean", "progress_mace"]
    assert all(part.source.where or part.name.startswith("note ") for part in without)
    assert all(part.name.startswith(("outcome ", "limit ", "note ")) for part in without)


def test_a_figure_of_another_set_is_cited_under_its_own_paper():
    for score in PACK.scores:
        for outcome in score.outcomes:
            mine, its = score.header.source, outcome.source
            own = its.doi == mine.doi if mine.doi else its.cite == mine.cite
            others = ("not a set in which", "other registries", "other centres", "in a review")
            assert not (own and any(words in outcome.population for words in others))
            assert "under this DOI" not in outcome.source.cite


OWN_READINGS = {
    "cl": ["cabg", "length"],
    "ct_rector": ["bend"],
    "is_cto": ["landing_zone", "tortuosity", "underexpansion"],
    "ivus_calcium": ["long_arc"],
    "j_cto": ["length"],
    "jr_cto": ["route", "tortuosity"],
    "open_clean": ["age_50", "age_70", "cabg", "calcification", "length_20", "length_60", "lvef"],
    "operator_cto": ["distal_vessel"],
    "progress_cto": ["tortuosity"],
    "progress_perforation": ["retrograde"],
    "progress_pericardiocentesis": ["retrograde"],
    "recharge": ["calcification", "landing_zone"],
}
"""Items that the specification derives or recommends ([D], [REC], [U]) instead of reading them."""


def test_what_was_derived_or_recommended_is_unverified_in_every_score():
    found = {
        score.id: sorted(item.id for item in score.criteria if item.verified == "unverified")
        for score in PACK.scores
    }
    assert {name: items for name, items in found.items() if items} == OWN_READINGS


def test_how_we_count_what_cannot_be_seen_is_marked_alike_in_every_score():
    notes = [
        (score.id, remark.verified)
        for score in PACK.scores
        for remark in score.remarks
        if "scores 0 here, so the total may be too favourable" in remark.note
    ]
    assert len(notes) > 10
    assert {name for name, level in notes if level != "unverified"} == {"operator_cto"}


def test_one_citation_has_one_doi():
    found: dict[str, set[str]] = {}
    for part in PARTS:
        found.setdefault(part.source.cite, set()).add(part.source.doi)
    assert {cite: dois for cite, dois in found.items() if len(dois) > 1} == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_file_with_an_unverified_part_says_what_would_verify_it(rule: Rule):
    unverified = [part for part in parts_of(rule) if part.verified == "unverified"]
    if unverified or rule.header.verified == "unverified":
        assert rule.header.to_verify
    for text in rule.header.to_verify:
        assert text[0].isupper()
        assert text.endswith(".")
        assert len(text.split()) > 4


@pytest.mark.parametrize("score", PACK.scores, ids=lambda score: score.id)
def test_every_item_outcome_and_note_of_a_score_is_among_the_parts(score: Score):
    names = {part.name for part in parts_of(score)}
    assert {f"item {item.title}" for item in score.criteria} <= names
    assert {f"note {remark.note}" for remark in score.remarks} <= names
    assert sum(name.startswith("outcome ") for name in names) == len(score.outcomes)


REGISTER = {
    "j_cto": ["form", "tapered", "bend"],
    "castle": ["severe", "2 and 3 points"],
    "ct_rector": ["45 degrees", "half", "stump", "apart"],
    "cl": ["success for each total", "bypass"],
    "recharge": ["severe calcification", "grades"],
    "progress_cto": ["success for each total", "tortuosity", "collateral"],
    "kcct": ["each total", "side branch"],
    "jr_cto": ["tortuosity"],
    "open_clean": ["split"],
}
"""What the specification lists to be verified before release (section 21)."""


@pytest.mark.parametrize("name", REGISTER)
def test_what_the_specification_wants_verified_stands_in_the_file(name):
    rule = next(score for score in PACK.scores if score.id == name)
    text = " ".join(rule.header.to_verify)
    assert [words for words in REGISTER[name] if words not in text] == []


def test_the_command_lists_every_unverified_part_with_what_would_verify_it(called):
    told = called("check", "--sources", "--json").json
    listed = {entry["rule"]: entry for entry in told}
    expected: dict[str, list[str]] = {}
    techniques = tuple(PACK.techniques.values())
    of_rules = (part for rule in WITH_DRAFTS for part in parts_of(rule))
    for part in (*of_rules, *parts_of_techniques(techniques)):
        if part.verified == "unverified":
            expected.setdefault(part.rule, []).append(part.name)
    assert {rule: [u["part"] for u in e["unverified"]] for rule, e in listed.items()} == expected
    for rule in WITH_DRAFTS:
        if rule.id in listed:
            assert listed[rule.id]["to_verify"] == list(rule.header.to_verify)
    assert listed[PAGE]["to_verify"] == list(techniques[0].to_verify) != []


def test_every_entry_on_the_page_of_techniques_has_a_line_a_citation_and_a_level():
    parts = list(parts_of_techniques(PACK.techniques.values()))
    assert len(parts) > len(PACK.techniques)
    assert all(part.place.line for part in parts)
    assert [part.name for part in parts if part.verified not in VERIFIED] == []
    assert [part.name for part in parts if not part.source.cite] == []
    without = {part.source.cite for part in parts if not part.source.doi}
    assert without - set(WITHOUT_DOI) == set(WITHOUT_DOI_ON_THE_PAGE)
    levels = {p.verified for p in parts if p.source.cite in WITHOUT_DOI_ON_THE_PAGE}
    assert levels == {"unverified"}


@pytest.mark.parametrize("score", PACK.scores, ids=lambda score: score.id)
def test_every_part_of_a_score_is_listed_with_the_line_on_which_it_stands(score: Score):
    lines = [part.place.line for part in parts_of(score)]
    assert all(line > 0 for line in lines)
    below = [part.place.line for part in parts_of(score) if part.name != score.header.title]
    assert len(set(below)) == len(below)


def test_a_person_reads_the_same_list(called):
    words = " ".join(called("check", "--sources").out.split())
    for rule in WITH_DRAFTS:
        if any(part.verified == "unverified" for part in parts_of(rule)):
            assert all(f"To verify: {text}" in words for text in rule.header.to_verify)
