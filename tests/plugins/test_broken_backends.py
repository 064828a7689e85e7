"""A backend that breaks or hands over what it may not is told, and nothing comes of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from plugins.building import HEALTHY, IMPORT, distribution

from cto_cds.facts.measured import MeasuredFact, Measurements

BACKEND = """
from cto_cds.hookspecs import Support, hookimpl

class Backend:
    name, version = "odd", "1.0"
    def supports(self, request):
        {supports}
    def measure(self, request, progress):
        {measure}

@hookimpl
def cto_cds_backends():
    return [Backend()]
"""


@pytest.mark.parametrize(
    ("supports", "measure", "told"),
    [
        (
            "return Support(True)",
            "raise ValueError('negative radius')",
            "odd: the backend broke: ValueError: negative radius",
        ),
        ("return Support(True)", "raise SystemExit(0)", "odd: the backend broke: SystemExit: 0"),
        ("return Support(True)", "return {}", "it returned dict instead of Measurements"),
        ("raise ValueError('what')", "pass", "odd: it broke: ValueError: what"),
        ("return Support(False, 'needs gating')", "pass", "odd: needs gating"),
    ],
)
def test_a_backend_that_breaks_is_told_and_nothing_is_recorded(
    home, case, series, tmp_path, supports, measure, told
):
    source = BACKEND.format(supports=supports, measure=measure)
    distribution(tmp_path / "site", "odd-one", source)
    installed = home.with_plugins(tmp_path / "site")
    ran = installed.run("assess", case, "--study", series, "--backend", "odd", "--json", status=1)
    assert told in ran.err
    assert ran.shows_no_result
    assert not home.audit.exists()


FACT = """return Measurements("odd 1.0", (MeasuredFact({fact}),))"""


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("'occlusion_lenght', Decimal(20), 'mm'", "occlusion_lenght"),
        ("'occlusion_length', Decimal(20), 'cm'", "'20 cm' is in cm"),
        ("'occlusion_length', Decimal('NaN'), 'mm'", "occlusion_length"),
        ("'occlusion_length', Decimal(20000), 'mm'", "not plausible"),
        ("'stump', 'pointed'", "'pointed' is not a word"),
    ],
)
def test_a_backend_cannot_hand_over_what_the_vocabulary_does_not_allow(
    home, case, series, tmp_path, fact, told
):
    source = "from decimal import Decimal\nfrom cto_cds.facts.measured import *\n" + BACKEND.format(
        supports="return Support(True)", measure=FACT.format(fact=fact)
    )
    distribution(tmp_path / "site", "odd-one", source)
    installed = home.with_plugins(tmp_path / "site")
    ran = installed.run("assess", case, "--study", series, "--backend", "odd", "--json", status=1)
    assert told in ran.err
    assert "what odd 1.0 handed over (" in ran.err
    assert ran.shows_no_result
    assert not home.audit.exists()


NAMELESS = """
class Backend:
    version = "1.0"
    @property
    def name(self):
        raise RuntimeError("no licence")
    def supports(self, request): ...
    def measure(self, request, progress): ...
"""


ODD = {
    "a text": ('["x"]', "it handed over a str, which is no Backend: it has no 'name'"),
    "no list": ("7", "it handed over a int instead of a list"),
    "a class": ("[Backend]", "its 'name' is <property object"),
    "a raising name": ("[Backend()]", "its 'name' raised RuntimeError: no licence"),
}


@pytest.mark.parametrize(("handed", "told"), ODD.values(), ids=ODD)
def test_an_odd_backend_is_told_and_the_others_measure(home, case, series, tmp_path, handed, told):
    hook = f"@hookimpl\ndef cto_cds_backends():\n    return {handed}\n"
    distribution(tmp_path / "site", "odd-one", IMPORT + NAMELESS + hook + HEALTHY)
    installed = home.with_plugins(tmp_path / "site")
    listed = {plugin["name"]: plugin for plugin in installed.run("plugins", "--json").json}
    assert listed["odd-one"]["state"] == "partly"
    assert listed["odd-one"]["failed_hooks"] == ["cto_cds_backends"]
    assert told in listed["odd-one"]["reason"]
    assert listed["cto-cds-ccta"]["state"] == "loaded"
    line = tmp_path / "line.csv"
    line.write_text("x_lps_mm,y_lps_mm,z_lps_mm\n14,-15,30\n14,-15,31\n14,-15,32\n")
    chosen = ("--backend", "cto-cds-ccta")
    with_it = installed.run("quantify", series, "--centreline", line, *chosen, status=1)
    without = home.run("quantify", series, "--centreline", line, *chosen, status=1)
    assert with_it.err == without.err


def test_a_backend_that_measures_one_fact_twice_is_refused():
    facts = [MeasuredFact("occlusion_length", Decimal(mm), "mm") for mm in (24, 9)]
    with pytest.raises(ValueError, match="occlusion_length is handed over more than once"):
        Measurements("twice 1.0", tuple(facts))
