"""Pictures on their way to a person: the report, and the second run after an edit."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.study import silent

CASE = "format: 1\ncase: pictures\n"


@pytest.fixture
def run(home):
    def run(*arguments: object) -> None:
        environment = {**os.environ, "CTO_CDS_HOME": str(home)}
        command = [sys.executable, "-m", "cto_cds", *map(str, arguments)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert ran.returncode == 0, ran.stderr

    return run


class Images(HTMLParser):
    """The images of a page, and everything that it would load."""

    def __init__(self, page) -> None:
        super().__init__()
        self.images, self.loads = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "img":
            self.images.append(found)
        self.loads += [found[key] for key in ("src", "srcset", "data", "poster") if key in found]
        if tag == "link":
            self.loads.append(found.get("href"))


def test_every_picture_is_in_the_report_with_its_words_and_nothing_is_loaded(run, blunt, tmp_path):
    measured = blunt.measured
    for figure in measured.figures:
        (tmp_path / figure.name).write_bytes(figure.content)
    facts = tmp_path / "measurements.json"
    facts.write_text(json.dumps(measured.document(with_figures=True)), encoding="utf-8")
    case, page = tmp_path / "case.yaml", tmp_path / "plan.html"
    case.write_text(CASE, encoding="utf-8")
    run("assess", case, "--ccta", facts, "--report", page)
    shown = Images(page.read_text(encoding="utf-8"))
    assert [image["alt"] for image in shown.images] == [one.caption for one in measured.figures]
    for image, figure in zip(shown.images, measured.figures, strict=True):
        assert base64.b64decode(image["src"].partition(",")[2]) == figure.content
    assert all(load.startswith("data:image/png;base64,") for load in shown.loads)


@pytest.fixture(scope="module")
def second_run(review):
    return CctaBackend().again(review.state, review.document, silent)


def test_a_review_comes_with_the_pictures_to_judge_it(review, blunt):
    assert review.measurements.figures == blunt.measured.figures
    caption = review.measurements.figures[0].caption
    assert "positions on the line" in caption


def test_after_an_edit_the_pictures_are_drawn_again_and_differ(run, review, tmp_path):
    document = json.loads(json.dumps(dict(review.document)))
    document["caps_mm"]["P"] -= 2.0
    document["wall"] = [{"at_mm": document["caps_mm"]["P"] + 5.0, "radius_mm": 2.4}]
    (tmp_path / "review.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "review.state").write_bytes(review.state)
    out = tmp_path / "again"
    run("quantify", "--edits", tmp_path / "review.json", "--out", out)
    written = json.loads((out / "measurements.json").read_text(encoding="utf-8"))
    before = {figure.name: figure for figure in review.measurements.figures}
    assert written["figures"] == list(before)
    length = float(written["ccta"]["occlusion_length"]["value"].split()[0])
    captions = written["study"]["captions"]
    assert re.search(rf"from P to D: {length:.1f} ± ", captions["vessel.png"])
    for name, figure in before.items():
        assert (out / name).read_bytes() != figure.content


def test_without_an_edit_the_second_run_draws_the_same_bytes(review, second_run):
    assert second_run.figures == review.measurements.figures


def test_the_name_that_a_person_gave_stands_in_the_second_run_as_well(review, blunt):
    named = CctaBackend().review(replace(blunt.request, name="case-7, \n RCA"), silent)
    again = CctaBackend().again(named.state, named.document, silent)
    assert again.figures == named.measurements.figures
    assert again.figures[0].content != review.measurements.figures[0].content


def test_where_no_pictures_are_wanted_none_are_drawn(review, second_run):
    quick = CctaBackend().again(review.state, review.document, silent, draw=False)
    assert quick.figures == ()
    assert quick.facts == second_run.facts
