"""Associations are directions in words, with both models, and never a probability."""

from __future__ import annotations

import re

from cto_cds.report.associated import NO_PROBABILITY, association_tables
from cto_cds.report.scores import scores_table
from cto_cds.report.wording import as_printed


def test_each_association_stands_with_direction_interval_model_and_population(
    measured, names, words, page_words
):
    assert measured.associations
    text, page = words(scores_table(measured, names), 300), page_words(measured)
    for one in measured.associations:
        odds = (
            f"{as_printed(one.odds_ratio)} ({as_printed(one.ci.low)} to {as_printed(one.ci.high)})"
        )
        assert odds in text
        assert odds in page
        assert one.population in text
        assert one.population in page
        assert f"{one.title}, {one.value}; per {one.per}" in text
    tables = association_tables(measured.associations)
    rows = [row for table in tables for row in table.rows]
    assert sum(len(row.by_model) for row in rows) == len(measured.associations)


def test_they_are_never_called_a_probability(measured, names, words, page_words):
    text = words(scores_table(measured, names), 300).partition("ASSOCIATIONS")[2]
    page = page_words(measured).partition("What studies found")[2]
    page = page.partition("Algorithms, step by step")[0]
    for told in (text, page):
        assert told.count(NO_PROBABILITY) == 1
        rest = told.replace(NO_PROBABILITY, "")
        assert not re.search(r"probab|risk|chance|likel", rest, re.IGNORECASE)


def test_models_that_differ_are_both_named(measured):
    one = measured.associations[0]
    crude = one.model_copy(update={"model": "crude", "direction": "less often"})
    adjusted = one.model_copy(update={"model": "adjusted", "direction": "no clear direction"})
    (table,) = association_tables([crude, adjusted])
    (row,) = table.rows
    assert row.direction == "adjusted: no clear direction; crude: less often"


def test_a_measure_counted_in_two_ways_says_in_which(measured):
    one = measured.associations[0]
    other = one.model_copy(update={"per": "any against none", "direction": "no clear direction"})
    (table,) = association_tables([one, other])
    assert table.directions == {
        one.direction: [f"{one.title} (per {one.per})"],
        "no clear direction": [f"{one.title} (per any against none)"],
    }


def test_without_associations_there_is_no_section(decide, names, words, page_words):
    plain = decide(
        "format: 1\ncase: plain\nangiography: {occlusion: chronic total, stump: blunt}\n"
    )
    assert plain.associations == ()
    assert "ASSOCIATIONS" not in words(scores_table(plain, names))
    assert "What studies found" not in page_words(plain)
