"""Scores: each figure under its own end-point and population, and nothing known that is not."""

from __future__ import annotations

import re

import pytest

from cto_cds.advice.result import Span
from cto_cds.report.scored import NOTHING_READ, of_highest, published, shelf, unread
from cto_cds.report.scores import scores_list, scores_page, scores_table
from cto_cds.report.terminal import scores_view
from cto_cds.report.wording import clean

WIDTH = 100


def blocks(text: str, result) -> dict[str, str]:
    """Return the printed lines of each score."""
    titles = [score.title for _, score in shelf(result).read]
    found, title = {}, ""
    for line in text.splitlines():
        first = re.split(r"\s{2,}", line)[0]
        ours = [t for t in titles if t == first] or [t for t in titles if t.startswith(first)]
        if first and ours:
            title = ours[0]
            found[title] = ""
        elif first and line == line.upper():
            title = ""
        if title:
            found[title] += f"{line}\n"
    return found


def test_each_figure_stands_under_its_own_endpoint_with_its_population(result, names, printed):
    found = blocks(printed(scores_table(result, names), WIDTH), result)
    checked = 0
    for _, score in shelf(result).read:
        sections = re.split(r"\n  Published, ", found[score.title])
        by_endpoint = {}
        for section in sections[1:]:
            endpoint, _, rest = re.sub(r"\s+", " ", section).partition(": - ")
            by_endpoint[endpoint] = rest
        outcomes = published(score)
        assert by_endpoint.keys() == {outcome.endpoint for outcome in outcomes}
        for outcome in outcomes:
            rows = by_endpoint[outcome.endpoint].split(" - ")
            figure = f"{outcome.value} {outcome.unit} ("
            assert any(figure in row and clean(outcome.population) in row for row in rows)
            checked += 1
    assert checked > 10


def test_scores_of_two_endpoints_never_stand_in_one_group(result):
    for group in shelf(result).groups:
        assert {score.endpoint for _, score in group.scores} == {group.endpoint}


def test_the_endpoints_stand_in_the_same_order_in_every_case(measured, undecided):
    def order(result) -> list[str]:
        return [group.endpoint for group in shelf(result).groups]

    both = [endpoint for endpoint in order(measured) if endpoint in order(undecided)]
    assert len(both) > 3
    assert both == [endpoint for endpoint in order(undecided) if endpoint in both]


def test_every_score_stands_in_exactly_one_place(result):
    found = shelf(result)
    places = [score.title for _, score in found.read]
    places += [score.title for score in (*found.unread, *found.excluded)]
    assert sorted(places) == sorted(score.title for score in result.scores.values())


def test_what_nobody_has_read_is_no_zero(undecided, names, words, page_words):
    unknown = [score for score in undecided.scores.values() if unread(score)]
    assert unknown
    texts = (words(scores_table(undecided, names), WIDTH), words(scores_view(undecided)))
    for text in texts:
        _, _, after = text.partition(NOTHING_READ.upper())
        assert all(score.title in after for score in unknown)
    page = page_words(undecided)
    for score in unknown:
        for text in (*texts, page):
            assert f"{score.title} {score.span.low} to" not in text
            assert f"{score.title}: {score.span.low} to" not in text
            assert f"{score.title} 0" not in text


def test_what_does_not_apply_says_why(result, names, words, page_words):
    for score in shelf(result).excluded:
        assert f"{score.title}. {score.because}" in words(scores_table(result, names), WIDTH)
        assert f"{score.title}: {score.because}" in page_words(result)


def test_a_score_by_strategy_has_a_line_and_a_cell_for_each(measured, names, words, page_words):
    text, page = words(scores_table(measured, names), WIDTH), page_words(measured)
    by_strategy = shelf(measured).by_strategy
    assert by_strategy
    for score in by_strategy:
        for scenario in score.scenarios.values():
            points = f"{scenario.points.low}"
            if scenario.points.low != scenario.points.high:
                points += f" to {scenario.points.high}"
            assert f"{scenario.title}: {', '.join([points, *scenario.grades])}" in text
            assert f"{points} of {score.span.high}" in page
    assert ", by strategy" in page


def test_what_is_missing_and_how_far_it_was_verified_are_told(undecided, names, printed):
    found = blocks(printed(scores_table(undecided, names), WIDTH), undecided)
    for _, score in shelf(undecided).read:
        assert score.verified in found[score.title].splitlines()[0]
        assert ("  Missing: " in found[score.title]) == bool(score.missing)


def test_the_overview_is_short_and_points_to_the_rest(result, printed):
    text = printed(scores_view(result))
    scores, _, _ = text.partition("FINDINGS")
    assert len(scores.splitlines()) < 3 * len(result.scores) + 10
    assert "cto-cds scores CASE" in scores
    for _, score in shelf(result).read:
        for outcome in published(score):
            assert clean(outcome.population) not in scores


def test_below_the_scores_stand_their_limits_the_warnings_and_what_they_are_for(
    measured, names, words
):
    text = words(scores_page(measured, names), WIDTH)
    _, _, below = text.partition("LIMITS")
    for _, score in shelf(measured).read:
        assert all(clean(limit) in below for limit in score.limits)
    assert all(clean(warning) in below for warning in measured.warnings)
    assert text.rstrip().endswith(clean(measured.intended_use))


def test_the_list_explains_each_score(pack, printed):
    text = printed(scores_list(pack), WIDTH)
    joined = re.sub(r"\s", "", text)
    for score in pack.scores:
        assert re.search(rf"^{score.id} ", text, re.MULTILINE)
        assert len(score.header.purpose) > len(score.id)
    without = [score.id for score in pack.scores if not score.header.source.doi]
    assert joined.count("NoDOI.") == len(without)
    assert joined.count("doi:") == len(pack.scores) - len(without)


def test_the_list_marks_a_score_as_far_verified_as_its_weakest_part(pack, words):
    text = words(scores_list(pack), 400)
    purpose = {score.id: clean(score.header.purpose) for score in pack.scores}
    assert f"{purpose['j_cto']} [unverified]" in text
    assert f"{purpose['operator_cto']} [unverified]" in text
    assert f"{purpose['ora']} [secondary]" in text
    assert f"{purpose['b_cto']} [" not in text


@pytest.mark.parametrize(
    ("points", "scale", "told"),
    [
        (Span(low=2, high=2), Span(low=0, high=5), "2 of 5"),
        (Span(low=2, high=3), Span(low=0, high=5), "2 to 3 of 5"),
        (Span(low=-1, high=3), Span(low=-4, high=9), "-1 to 3 of 9 (lowest -4)"),
    ],
)
def test_points_stand_beside_the_highest(points, scale, told):
    assert of_highest(points, scale, minus="-") == told


@pytest.mark.parametrize("view", [scores_table, lambda result, _: scores_view(result)])
def test_a_total_of_a_score_that_may_not_apply_says_so(undecided, names, printed, view):
    assert any(score.applies_if for _, score in shelf(undecided).read)
    assert "if it" in printed(view(undecided, names), WIDTH)
    sure = {
        name: score.model_copy(update={"applies_if": None})
        for name, score in undecided.scores.items()
    }
    told = printed(view(undecided.model_copy(update={"scores": sure}), names), WIDTH)
    assert "if it" not in told
