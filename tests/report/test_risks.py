"""Beside each strategy its published risk, with the population of every figure."""

from __future__ import annotations

import html
import re

from cto_cds.report.html import html_report
from cto_cds.report.risks import Populations, risk_lines
from cto_cds.report.scored import ANY, NOTHING_READ, band
from cto_cds.report.terminal import plan_view
from cto_cds.report.wording import clean


def cards(text: str, result) -> list[str]:
    """Return the text of each strategy in turn."""
    starts = [
        re.search(rf"{s.rank}\.? ?{re.escape(s.title)}", text).start()
        for s in result.recommendation.strategies
    ]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def test_each_strategy_shows_its_own_risk_in_the_terminal(measured, words):
    text = words(plan_view(measured))
    plan, _, where = text.partition("THE PUBLISHED RISKS COME FROM")
    populations = Populations()
    shown = 0
    for strategy, card in zip(
        measured.recommendation.strategies, cards(plan, measured), strict=True
    ):
        scores = measured.scores.values()
        basis = strategy.risk_basis
        level = basis.counts_as if basis else strategy.id
        assert bool(strategy.risks) == any(level in (s.scenarios or {}) for s in scores)
        for line in risk_lines(strategy, measured):
            assert f"{line.risk.endpoint} {line.total}" in card
            for outcome in line.here:
                number = populations.number(outcome)
                figure = f"{outcome.value} {outcome.unit} for {band(outcome.grade)} ({number}"
                assert figure in card
                assert f"({number}) {clean(outcome.population)}" in where
                shown += 1
    assert shown > 4


def cells(page: str) -> dict[tuple[str, str], str]:
    """Return the cells of the table of risks, by end-point and strategy."""
    table = page.partition('<table class="cards risk">')[2].partition("</table>")[0]
    found = {}
    for row in table.split("<tr>")[1:]:
        endpoint = html.unescape(re.search(r"<th[^>]*>([^<]*)", row)[1]).strip()
        for title, cell in re.findall(r'<td [^>]*data-label="([^"]*)">(.*?)</td>', row):
            for one in html.unescape(title).split("; "):
                found[endpoint, one] = html.unescape(re.sub(r"<.*?>", "", cell))
    return found


def test_each_strategy_shows_its_own_risk_in_the_report(measured, names):
    page = html_report(measured, names=names)
    found, notes = cells(page), re.sub(r"<.*?>", "", page)
    shown = 0
    for strategy in measured.recommendation.strategies:
        for line in risk_lines(strategy, measured):
            cell = found[line.risk.endpoint, strategy.title]
            assert line.total in cell
            assert bool(line.here) == ("no figure" not in cell)
            for outcome in line.here:
                figure = f"{outcome.value} {outcome.unit}"
                mark = re.search(rf"{re.escape(figure)}[^;]*?([a-z])(;|$|u)", cell)
                assert mark
                assert f"{mark[1]} {clean(outcome.population)}" in notes
                shown += 1
    assert shown > 4


def test_a_figure_over_all_patients_is_not_shown_as_this_risk(measured):
    for strategy in measured.recommendation.strategies:
        for line in risk_lines(strategy, measured):
            assert all(outcome.grade != ANY for outcome in line.here)
            assert all(outcome.grade == ANY for outcome in line.over_all)
            assert {*line.here, *line.over_all} == set(line.risk.outcome)


def test_while_nothing_is_known_no_figure_stands(decide, words):
    empty = decide("format: 1\ncase: empty\nangiography: {proximal_cap: clear}\n")
    found = [
        line
        for strategy in empty.recommendation.strategies
        for line in risk_lines(strategy, empty)
        if line.total == NOTHING_READ
    ]
    assert found
    assert not any(line.here or line.over_all or line.settled for line in found)
    assert f"{found[0].risk.endpoint} {NOTHING_READ}" in words(plan_view(empty))


def test_an_unverified_risk_says_so(measured, words, page_words):
    plan = measured.recommendation
    first = plan.strategies[0]
    doubted = tuple(risk.model_copy(update={"verified": "unverified"}) for risk in first.risks)
    strategies = (first.model_copy(update={"risks": doubted}), *plan.strategies[1:])
    changed = measured.model_copy(
        update={"recommendation": plan.model_copy(update={"strategies": strategies})}
    )
    for line in risk_lines(strategies[0], changed):
        assert f"{line.risk.endpoint} {line.total} [unverified]" in words(plan_view(changed))
        assert f"{line.total} {line.risk.endpoint} unverified" in page_words(changed)
        marked = html.unescape(re.sub(r"<.*?>", "", html_report(changed)))
        assert f"{line.risk.endpoint}\xa0unverified" in marked


WIRED = """
format: 1
case: wired
history: {age: 70 years, sex: female, lvef: 40 %, prior_cabg: no}
angiography:
  occlusion: chronic total
  stump: tapered
  calcification: moderate
  proximal_cap: clear
  in_stent: no
  occlusion_length: 30 mm
  distal_vessel_diameter: 2.6 mm
  distal_stenosis: 10 %
  distal_disease: none
  interventional_collaterals: no
"""
ENDED = (
    WIRED
    + """procedure: {phase: crossing, complication: perforation, strategies_tried: [parallel_wire]}
"""
)


def test_a_wire_that_no_score_names_stands_beside_the_strategy_that_it_counts_as(
    decide, words, page_words, names
):
    result = decide(WIRED)
    text = words(plan_view(result))
    plan = {strategy.id: strategy for strategy in result.recommendation.strategies}
    told = dict(zip(plan, cards(text, result), strict=True))
    for name in ("parallel_wire", "ivus_guided_wiring"):
        basis = plan[name].risk_basis
        assert f"Published risk, counted as {basis.title} [unverified]: " in told[name]
        assert basis.because in text
        assert basis.because in page_words(result)
    found = cells(html_report(result, names=names))
    both = {
        title: [cell for (_, column), cell in found.items() if column == title]
        for title in (plan["antegrade_wire_escalation"].title, plan["parallel_wire"].title)
    }
    assert len({*map(tuple, both.values())}) == 1
    assert all(both.values())


def test_what_has_no_published_risk_says_so_and_why(decide, words, page_words):
    result = decide(ENDED)
    text = words(plan_view(result))
    plan = result.recommendation.strategies
    ends = [(s, c) for s, c in zip(plan, cards(text, result), strict=True) if s.ends_attempt]
    assert ends
    for strategy, card in ends:
        assert "Published risk: none, see below" in card
        assert strategy.risk_basis.because in text
        assert strategy.risk_basis.because in page_words(result)
