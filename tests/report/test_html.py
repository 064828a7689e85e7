"""The HTML report says all that the result says, loads nothing, and does not change."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from cto_cds.advice.result import Association, Choice, Disagreement, Source, Span
from cto_cds.facts.measured import Figure
from cto_cds.report.grouping import forbidden, held_back
from cto_cds.report.html import html_report
from cto_cds.report.names import Names
from cto_cds.report.scored import shelf
from cto_cds.report.wording import clean

VOID = {"meta", "img", "br", "rect", "line"}
PICTURE = Figure("vessel.png", "image/png", b"\x89PNG", 'The vessel, "straightened"')


class Page(HTMLParser):
    """The text, the tags and the references of a page; fails when tags do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.visible: list[str] = []
        self.unfolded: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.visible.append(data)
            if "details" not in self.open or "summary" in self.open:
                self.unfolded.append(data)

    def text(self, *, folded: bool = True) -> str:
        return re.sub(r"\s+", " ", "".join(self.visible if folded else self.unfolded))


def text_of(result, names) -> str:
    return Page(html_report(result, names=names)).text()


def test_everything_that_a_person_needs_is_there(result, names):
    text = text_of(result, names)
    plan = result.recommendation
    assert result.case in text
    assert result.intended_use in text
    for strategy in plan.strategies:
        assert strategy.title in text
        for line in (*strategy.reasons_for, *strategy.against, *strategy.cautions):
            assert clean(line.says) in text
        for technique in strategy.techniques:
            assert names[technique] in text
    for veto in plan.vetoed:
        assert veto.title in text
    for group in (*forbidden(result), *held_back(result)):
        assert clean(group.because) in text
    for ask in plan.ask_for:
        assert ask.title in text
        assert clean(ask.because) in text
        assert (ask.how or "") in text
    told = [*plan.first_do, *result.warnings]
    told += [step.because for algorithm in result.algorithms.values() for step in algorithm.path]
    told += [fact.value for fact in result.facts.values() if not fact.value.startswith("[")]
    read = [score for _, score in shelf(result).read]
    told += [outcome.population for score in read for outcome in score.outcome]
    told += [item.shown for score in read for item in score.criteria]
    told += [finding.because for finding in result.findings.values()]
    told += [result.provenance.rule_pack, result.provenance.facts, result.provenance.software]
    for words in told:
        assert clean(words) in text


def test_the_plan_comes_first(result, names):
    text = text_of(result, names)
    titles = ["Have ready", "Why", "If that fails or cannot be done", "Not to be used"]
    titles += ["Held back until more is known", "The lesion and the patient", "Scores"]
    titles += ["Why this order: the algorithms side by side", "What is missing", "Warnings"]
    titles += ["Sources of the plan", "Made with", "The strategies, line by line", "Facts as read"]
    places = [text.index(title) for title in titles if title in text]
    assert len(places) > 9
    assert places == sorted(places)


def test_no_reason_is_repeated_among_the_essentials(result, names):
    essentials = html_report(result, names=names).partition('<div class="rest">')[0]
    text = Page(essentials + "</main></div></body></html>").text()
    plan = result.recommendation
    told = [line.says for s in plan.strategies for line in s.reasons_for if line.says[-1] == "."]
    told += [veto.because for veto in plan.vetoed]
    told += [view.because for view in plan.views if view.because]
    told += [advice.says for advice in plan.advice]
    assert told
    assert all(text.count(clean(words)) <= 2 for words in told)


def test_it_loads_nothing(result, names):
    page = Page(html_report(result, [PICTURE], names))
    assert {"script", "link", "iframe", "object", "base", "form"}.isdisjoint(
        tag for tag, _ in page.tags
    )
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert "style" not in attributes
        for name in ("src", "href", "srcset", "action", "data"):
            target = attributes.get(name) or ""
            if target and not target.startswith(("#", "data:image/")):
                assert (tag, name) == ("a", "href")
                assert target.startswith("https://doi.org/10.")
    assert "url(" not in html_report(result)
    assert "@import" not in html_report(result)


def test_links_inside_the_page_lead_somewhere(result):
    page = Page(html_report(result))
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = [attributes.get("href") or "" for tag, attributes in page.tags if tag == "a"]
    inside = {link[1:] for link in links if link.startswith("#")}
    assert inside <= targets


def test_what_was_not_verified_says_so_in_words(result, names):
    page = html_report(result, names=names)
    marks = Page(page).text().count("unverified")
    plan = result.recommendation
    lines = [
        line
        for strategy in plan.strategies
        for line in (*strategy.reasons_for, *strategy.against, *strategy.cautions)
    ]
    parts = [*lines, *plan.vetoed, *result.findings.values()]
    read = [score for _, score in shelf(result).read]
    parts += read
    parts += [criterion for score in read for criterion in score.criteria]
    assert marks >= sum(part.verified == "unverified" for part in parts) > 0


def test_no_rule_id_is_read_outside_details(result, names):
    text = Page(html_report(result, names=names)).text(folded=False)
    for warning in result.warnings:
        text = text.replace(warning, "")
    assert not re.search(r"\bmh\d\b|\w+_\w+", text)


def test_every_rule_of_the_plan_is_one_click_away(result, names):
    text = text_of(result, names)
    plan = result.recommendation
    lines = [line for s in plan.strategies for line in (*s.reasons_for, *s.against, *s.cautions)]
    for part in (*lines, *plan.vetoed, *plan.cautions, *plan.advice):
        assert f"Rule {part.rule}, {part.verified}" in text


def test_text_from_outside_is_escaped(undecided):
    bad = "<script>alert(1)</script>\x1b[31m\u202e"
    page = html_report(undecided.model_copy(update={"case": bad}))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_unknown_is_shown_as_unknown(undecided):
    page = html_report(undecided)
    assert re.search(r"Occlusion length</th>.{0,60}<b>unknown</b>", page)
    assert any(finding.value == "unknown" for finding in undecided.findings.values())
    assert "<b></b>" not in page
    assert "<td></td>" not in page
    assert "None" not in Page(page).text()


def test_ranges_are_shown_as_ranges(undecided):
    score = next(s for _, s in shelf(undecided).read if s.state == "range" and s.points)
    span = f"{score.points.low} to {score.points.high} of {score.span.high}"
    assert span in Page(html_report(undecided)).text()


def test_what_needs_review_is_marked_twice(undecided):
    text = Page(html_report(undecided)).text()
    assert "Needs review. Read as unknown until a person has looked: Disease beyond" in text
    assert "needs review read as unknown; source not stated. The vessel was dim." in text
    assert "24.8 mm ± 0.6 mm" in text


def test_the_same_result_gives_the_same_bytes(result, names):
    first = html_report(result, [PICTURE], names)
    assert html_report(result, [PICTURE], names) == first


def test_figures_stand_inside_with_their_captions(undecided):
    page = Page(html_report(undecided, [PICTURE]))
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert images == [{"src": "data:image/png;base64,iVBORw==", "alt": PICTURE.caption}]
    assert PICTURE.caption in page.text()


def test_where_a_picture_is_wider_than_the_screen_the_page_says_so(undecided):
    page = html_report(undecided, [PICTURE])
    narrow = page.partition("@media screen and (max-width: 720px)")[2].partition("@media")[0]
    rules = dict(re.findall(r"(figure[^{]*?) *{([^}]*)}", narrow))
    assert "overflow-x: auto" in rules["figure"]
    assert "Wider than the screen" in rules["figure::before"]
    assert "position: sticky" in rules["figure::before"]


def test_a_figure_of_another_kind_is_refused(undecided):
    with pytest.raises(ValueError, match=r"page\.html is text/html"):
        html_report(undecided, [Figure("page.html", "text/html", b"", "A page")])


def test_disagreements_and_associations_are_shown(undecided):
    plan = undecided.recommendation
    choices = (Choice(algorithm="One way", first="stop", because="Because of one."),)
    differ = Disagreement(about="What comes first", choices=choices)
    found = Association(
        id="one",
        title="Plaque volume",
        reads=("ccta.plaque_volume",),
        value="120 mm3",
        odds_ratio=2,
        ci=Span(low=1, high=3),
        per="10 mm3",
        endpoint="Crossing",
        direction="less often",
        model="crude",
        population="One centre",
        source=Source(cite="Someone 2020"),
        verified="unverified",
    )
    changed = plan.model_copy(update={"disagreements": (differ,), "vetoed": ()})
    result = undecided.model_copy(update={"recommendation": changed, "associations": (found,)})
    text = Page(html_report(result)).text()
    assert "The algorithms differ. What comes first" in text
    assert "here 120 mm3; per 10 mm3" in text
    assert "2 (1 to 3)" in text
    assert "Someone 2020" in text
    assert "Not to be used" not in text


def test_an_empty_plan_says_so(undecided):
    plan = undecided.recommendation.model_copy(
        update={"strategies": (), "vetoed": (), "ask_for": (), "first_do": ()}
    )
    page = html_report(undecided.model_copy(update={"recommendation": plan}))
    text = Page(page).text()
    assert "No strategy is ranked for this case." in text
    assert "The algorithms side by side" in text
    assert "Why this order:" not in text
    assert ">Reason</th>" not in page  # the table would have no column


def test_names_fall_back_to_words(undecided):
    names = Names(undecided, {"stingray": "Stingray re-entry", "plaque_volume": "Plaque volume"})
    assert names.title("stingray") == "Stingray re-entry"
    assert names.title("reverse_cart") == "reverse cart"
    assert names.place("ccta.plaque_volume") == "Plaque volume (CT)"
    assert names.value("[stingray, reverse_cart]") == "Stingray re-entry, reverse cart"
    assert names.value("[]") == "none"


def test_no_algorithm_asks_for_the_same_fact_twice(decide, page_words):
    case = "format: 1\ncase: c\nprocedure: {phase: planning}\nangiography: {in_stent: no}\n"
    text = page_words(decide(case))
    assert "Missing: Proximal cap (angiography or CT); " in text
    assert "Proximal cap; Proximal cap" not in text


def test_what_was_read_and_every_measured_number_stand_among_the_facts_of_the_lesion(decide, names):
    text = """
format: 1
case: bend and arc
angiography: {occlusion: chronic total, stump: blunt}
ccta:
  max_bend: {value: 45 deg, sd: 2 deg}
  calcium_arc: {value: 278 deg, sd: 9 deg}
  fibrous_pav: {value: 27 %, sd: 4 %}
  proximal_vessel_diameter: {value: 3.34 mm, sd: 0.1 mm}
"""
    page = Page(html_report(decide(text), names=names)).text(folded=False)
    lesion = page.partition("The lesion and the patient")[2].partition("Scores")[0]
    assert "Fibrous share of the plaque 27 % ± 4 %" in lesion
    assert "Proximal vessel diameter 3.34 mm ± 0.1 mm" in lesion
    assert "Sharpest bend inside the occlusion 45 deg ± 2 deg" in lesion
    assert "Calcium arc 278 deg ± 9 deg" in lesion
    assert "What the plan and the scores were read from." in lesion


def test_what_a_person_entered_beside_a_measurement_stands_among_the_facts_of_the_lesion(
    decide, names
):
    entered = """
format: 1
case: graded by a person
angiography: {occlusion: chronic total, stump: blunt}
ccta:
  calcium_arc: {value: 278 deg, sd: 9 deg}
  calcium_proximal_cap: moderate
"""
    measured = entered.replace("sd: 9 deg}", "sd: 9 deg, status: auto}")
    for text, shown in ((entered, False), (measured, True)):
        page = Page(html_report(decide(text), names=names)).text(folded=False)
        lesion = page.partition("The lesion and the patient")[2].partition("Scores")[0]
        assert ("Calcium at the proximal cap moderate" in lesion) is shown
        assert ("read from, and what a person entered beside a measurement." in lesion) is shown
