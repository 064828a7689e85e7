"""The arithmetic of the published tables, redone from the counts that stand in them."""

from __future__ import annotations

import itertools
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from strategies import built_in_pack

from cto_cds.rulefile.score import Outcome, Score

PACK = built_in_pack()
SCORES = {score.id: score for score in PACK.scores}

STRATA = {
    "J-CTO, crossing (Xing 2022, table 2)": ((54, 57), (41, 61), (26, 52), (10, 37)),
    "J-CTO on CT, crossing (Xing 2022, table S2)": ((53, 58), (42, 62), (23, 45), (13, 42)),
    "J-CTO, procedural success (Xing 2022, table S1)": ((56, 57), (49, 61), (34, 52), (18, 37)),
    "Operator-CTO, technical success (Xiao 2021)": ((102, 103), (21, 24), (7, 13), (1, 4)),
}
"""Successes and lesions in each grade, the easiest first."""

JIC_FAILURES = {"0": (7, 89), "1": (12, 59), "2": (8, 16), "3 and more": (7, 10)}
"""J Invasive Cardiol 2017;29:195: failures and patients by J-CTO score."""

WRITTEN_OUT = re.compile(r"\b(\d+) of (\d+)\b")
COUNTED = re.compile(
    r"([\d,]+) (?:procedures|patients|lesions|occlusions)\b.*?"
    r"\b([\d,]+) (?:failures|events|deaths|perforations|crossed)\b"
)


def rounded(share: Decimal, like: str) -> str:
    """Return a share in percent, with as many decimals as a printed figure."""
    return str((share * 100).quantize(Decimal(like), ROUND_HALF_UP))


def area_under_the_curve(strata) -> Decimal:
    """Return how often a success lies in an easier grade than a failure; a tie counts half."""
    wins = Decimal(0)
    for (i, (won, _)), (j, (other, lesions)) in itertools.product(enumerate(strata), repeat=2):
        failed = lesions - other
        wins += won * failed * (Decimal(i < j) + Decimal(i == j) / 2)
    successes = sum(won for won, _ in strata)
    failures = sum(lesions - won for won, lesions in strata)
    return (wins / (successes * failures)).quantize(Decimal("0.001"), ROUND_HALF_UP)


def number_of(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def outcome_of(score: Score, *, holding: str, endpoint: str = "") -> Outcome:
    """Return the one outcome whose population holds a text."""
    (found,) = [
        one for one in score.outcomes if holding in one.population and endpoint in one.endpoint
    ]
    return found


@pytest.mark.parametrize(
    ("table", "area"),
    list(zip(STRATA, map(Decimal, ("0.782", "0.760", "0.765", "0.904")), strict=True)),
    ids=STRATA,
)
def test_the_area_under_the_curve_follows_from_the_strata(table, area):
    assert area_under_the_curve(STRATA[table]) == area


@pytest.mark.parametrize(
    ("table", "successes", "lesions"),
    list(zip(STRATA, (131, 131, 157, 131), (207, 207, 207, 144), strict=True)),
    ids=STRATA,
)
def test_the_strata_add_up_to_the_printed_totals(table, successes, lesions):
    assert sum(won for won, _ in STRATA[table]) == successes
    assert sum(all_of_them for _, all_of_them in STRATA[table]) == lesions


@pytest.mark.parametrize(
    ("score", "endpoint", "table"),
    [
        ("j_cto", "crossing", "J-CTO, crossing (Xing 2022, table 2)"),
        ("j_cto_ct", "crossing", "J-CTO on CT, crossing (Xing 2022, table S2)"),
        ("j_cto", "success", "J-CTO, procedural success (Xing 2022, table S1)"),
    ],
)
def test_the_rule_file_prints_the_counts_of_the_table(score, endpoint, table):
    found = outcome_of(SCORES[score], holding="207 lesions", endpoint=endpoint)
    counts = [(int(won), int(of)) for won, of in WRITTEN_OUT.findall(found.population)]
    assert tuple(counts) == STRATA[table]
    printed = [band.value for band in found.bands]
    assert printed == [rounded(Decimal(won) / of, "0.1") for won, of in STRATA[table]]


def test_the_operator_score_prints_the_strata_of_its_table():
    found = outcome_of(
        SCORES["operator_cto"], holding="144 lesions", endpoint="without complication"
    )
    assert "103, 24, 13 and 4 lesions" in found.population
    strata = STRATA["Operator-CTO, technical success (Xiao 2021)"]
    assert [band.value for band in found.bands] == [
        rounded(Decimal(w) / n, "0.1") for w, n in strata
    ]
    assert rounded(Decimal(131) / 144, "0.1") == "91.0"


def test_the_busan_strata_give_355_of_438():
    (found,) = SCORES["b_cto"].outcomes
    assert "64, 148, 134 and 92 lesions" in found.population
    lesions = (64, 148, 134, 92)
    successes = [
        (Decimal(band.value) * count / 100).quantize(Decimal(1), ROUND_HALF_UP)
        for band, count in zip(found.bands, lesions, strict=True)
    ]
    assert (sum(successes), sum(lesions)) == (355, 438)
    assert rounded(Decimal(355) / 438, "0.1") == "81.1"
    for band, count, won in zip(found.bands, lesions, successes, strict=True):
        assert rounded(won / count, "0.1") == band.value


def test_failure_by_j_cto_in_174_procedures_follows_from_its_counts():
    printed = {"0": "7.9", "1": "20.3", "2": "50.0", "3 and more": "70.0"}
    shares = {"0": "51.1", "1": "33.9", "2": "9.2", "3 and more": "5.7"}
    assert sum(patients for _, patients in JIC_FAILURES.values()) == 174
    for stratum, (failures, patients) in JIC_FAILURES.items():
        assert rounded(Decimal(failures) / patients, "0.1") == printed[stratum]
        assert rounded(Decimal(patients) / 174, "0.1") == shares[stratum]


SINGLE = [
    (score.id, outcome)
    for score in PACK.scores
    for outcome in score.outcomes
    if len(outcome.bands) == 1 and " to " not in outcome.bands[0].value
]


def counts_in(population: str) -> tuple[Decimal, Decimal] | None:
    """Return events and procedures that a population names, if it names both."""
    written = WRITTEN_OUT.search(population)
    if written:
        return number_of(written[1]), number_of(written[2])
    counted = COUNTED.search(population.replace(", whatever the total", ""))
    return (number_of(counted[2]), number_of(counted[1])) if counted else None


def test_every_figure_whose_counts_are_printed_follows_from_them():
    checked = {}
    for name, outcome in SINGLE:
        counts = counts_in(outcome.population)
        if counts is not None and "as printed, while" not in outcome.population:
            (band,) = outcome.bands
            assert rounded(counts[0] / counts[1], band.value) == band.value, (name, outcome)
            checked[name, outcome.endpoint, band.value] = counts
    assert sorted({name for name, _, _ in checked}) == [
        "castle",
        "castle_ct",
        "open_clean",
        "progress_cto",
        "progress_mace",
        "progress_mortality",
        "progress_perforation",
        "progress_pericardiocentesis",
    ]


def test_castle_prints_a_share_that_its_counts_do_not_give_and_says_so():
    found = outcome_of(SCORES["castle"], holding="2,356 failures")
    (band,) = found.bands
    assert band.value == "15.5"
    assert "give" in found.population
    assert "15.8" in found.population
    assert rounded(Decimal(2356) / 14882, "0.1") == "15.8"


@pytest.mark.parametrize(
    ("events", "procedures", "printed"),
    [
        (44, 1569, "2.8"),  # Danek 2016
        (131, 207, "63.3"),  # Xing 2022, crossing
        (157, 207, "75.8"),  # Xing 2022, success
        (187, 200, "93.5"),  # Hong 2021, guided by CT
        (168, 200, "84.0"),  # Hong 2021, not guided
        (150, 2270, "6.6"),  # OPEN-CLEAN in seven other centres
    ],
)
def test_other_printed_shares_follow_from_their_counts(events, procedures, printed):
    assert rounded(Decimal(events) / procedures, "0.1") == printed


XING = """
length              crossing 0.955 0.934 0.976 <0.001  0.953 0.931 0.975
length              success  0.960 0.940 0.980 <0.001  0.955 0.933 0.977
plaque              crossing 0.998 0.996 0.999 0.01    0.998 0.996 0.999
plaque              success  0.998 0.996 1.000 0.016   0.998 0.996 1.000
dense_calcium       crossing 0.997 0.992 1.001 0.12    0.996 0.992 1.001
dense_calcium       success  0.997 0.993 1.001 0.103   0.998 0.994 1.002
any_dense_calcium   crossing 0.302 0.163 0.559 <0.001  0.252 0.128 0.496
any_dense_calcium   success  0.235 0.110 0.502 <0.001  0.244 0.109 0.544
fibrous             crossing 0.989 0.982 0.996 0.003   0.988 0.981 0.996
fibrous             success  0.990 0.983 0.997 0.004   0.991 0.984 0.998
fibrofatty          crossing 0.991 0.984 0.999 0.02    0.990 0.982 0.998
fibrofatty          success  0.992 0.984 0.999 0.028   0.988 0.980 0.997
necrotic_core       crossing 0.998 0.995 1.001 0.216   0.998 0.994 1.001
necrotic_core       success  0.998 0.995 1.002 0.354   0.997 0.993 1.001
dense_calcium_share crossing 0.970 0.950 0.991 0.004   0.966 0.944 0.989
dense_calcium_share success  0.969 0.949 0.989 0.002   0.976 0.955 0.998
fibrous_share       crossing 0.970 0.949 0.992 0.007   0.965 0.941 0.989
fibrous_share       success  0.966 0.944 0.990 0.005   0.970 0.945 0.995
fibrofatty_share    crossing 1.014 0.990 1.039 0.257   1.012 0.986 1.039
fibrofatty_share    success  1.009 0.982 1.037 0.509   1.004 0.975 1.035
necrotic_core_share crossing 1.018 1.005 1.030 0.005   1.022 1.008 1.036
necrotic_core_share success  1.022 1.008 1.036 0.002   1.020 1.004 1.035
"""
"""Table 4 of Xing 2022: crude odds ratio, interval and p value, adjusted ratio and interval."""


def test_every_association_is_that_of_the_table_of_the_paper():
    (rule,) = PACK.associations
    entries = {entry.id: entry for entry in rule.entries}
    table = [line.split() for line in XING.strip().splitlines()]
    assert len(entries) == 2 * len(table)
    for name, endpoint, *figures in table:
        crude = entries[f"{name}_{endpoint}_crude"]
        adjusted = entries[f"{name}_{endpoint}_adjusted"]
        assert {crude.endpoint, adjusted.endpoint} == {endpoint}
        assert (crude.model, adjusted.model) == ("crude", "adjusted")
        assert crude.of == adjusted.of
        got = [crude.odds_ratio, crude.low, crude.high, crude.p.replace(" ", "")]
        got += [adjusted.odds_ratio, adjusted.low, adjusted.high]
        assert list(map(str, got)) == figures


def test_every_odds_ratio_lies_inside_its_interval_near_its_middle():
    for entry in PACK.associations[0].entries:
        assert entry.low <= entry.odds_ratio <= entry.high
        middle = (entry.low * entry.high).sqrt()
        assert abs(middle - entry.odds_ratio) < Decimal("0.006"), entry.id


def test_a_p_value_below_five_percent_goes_with_an_interval_without_one():
    for entry in PACK.associations[0].entries:
        if entry.p:
            small = entry.p.startswith("<") or Decimal(entry.p) < Decimal("0.05")
            touches = entry.low <= 1 <= entry.high
            assert small != touches or Decimal(1) in {entry.low, entry.high}, entry.id


@pytest.mark.parametrize("fact", ["fibrous_volume", "dense_calcium_pav", "occlusion_length"])
def test_an_association_is_a_direction_and_never_a_probability(assessed, fact):
    value = {"occlusion_length": "24 mm", "dense_calcium_pav": "2 %"}.get(fact, "20 mm3")
    facts = {"ccta.occlusion": "chronic total", f"ccta.{fact}": value}
    shown = assessed(facts).associations
    assert {tuple(one.reads) for one in shown} == {(f"ccta.{fact}",)}
    assert {one.direction for one in shown} == {"less often"}
    for one in shown:
        assert one.source.doi == "10.21037/qims-21-1050"
        assert "probability" not in one.model_dump()
        assert one.ci.low <= one.odds_ratio <= one.ci.high
