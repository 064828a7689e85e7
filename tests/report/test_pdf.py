"""The printed pages as a PDF: two of them, tagged, the same bytes each time, asking for nothing."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pypdf
import pytest
from report.conftest import CASES

from cto_cds.facts.measured import Figure
from cto_cds.report.pdf import pdf_report
from cto_cds.report.wording import clean

OUTSIDE = Figure(
    "vessel.svg",
    "image/svg+xml",
    b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30">'
    b'<image href="file:///etc/hostname"/><rect width="90" height="30"/></svg>',
    "The vessel",
)


@pytest.fixture(scope="module", params=["crossing", "measured"])
def made(request, decide, names):
    result = decide(CASES[request.param])
    return result, pdf_report(result, [OUTSIDE], names)


def test_the_plan_stands_on_two_pages_at_most(made):
    result, content = made
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) <= 2
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    plan = result.recommendation
    assert clean(result.intended_use) in text
    assert clean(plan.strategies[0].title) in text
    for told in (*(v.because for v in plan.vetoed if v.certain), *result.warnings):
        bare = clean(told).replace(" ", "")
        assert bare in text.replace(" ", "").replace("\u00ad", "")


def test_a_screen_reader_can_read_it(made):
    root = pypdf.PdfReader(io.BytesIO(made[1])).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


def test_the_same_result_gives_the_same_bytes(made, names):
    result, content = made
    assert pdf_report(result, [OUTSIDE], names) == content


def test_without_pango_it_says_what_to_install():
    code = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, Gone())
from cto_cds.errors import ReportError
from cto_cds.report.pdf import typesetter
try:
    typesetter()
except ReportError as fault:
    print(fault)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot load library 'libpango-1.0-0'" in done.stdout
    assert "apt-get install libpango-1.0-0" in done.stdout


def test_reporting_in_html_does_not_wait_for_the_typesetter():
    code = "import sys, cto_cds.report.html; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_case_of_which_all_is_in_review_for_one_reason_stands_on_two_pages(decide, pack, names):
    metal = "A stent lies in the vessel. Its metal hides where contrast ends."
    facts = [path.partition(".")[2] for path in pack.vocabulary.by_path if path[:5] == "ccta."]
    entry = f"{{value: unknown, status: needs_review, note: {metal}}}"
    review = "".join(f"  {name}: {entry}\n" for name in facts)
    result = decide(f"{CASES['undecided'].partition('ccta:')[0]}ccta:\n{review}")
    pages = pypdf.PdfReader(io.BytesIO(pdf_report(result, [OUTSIDE], names))).pages
    assert len(pages) <= 2
