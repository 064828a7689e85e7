"""The report in a real browser: nothing is asked for, nothing overflows, two pages come out."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from importlib import resources
from itertools import pairwise

import pypdf
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from report.conftest import CASES

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Audit, Result
from cto_cds.facts.case import read_case_text
from cto_cds.facts.measured import Figure
from cto_cds.report.html import html_report

DEMO = resources.files("cto_cds.cli").joinpath("demo_case.yaml").read_text(encoding="utf-8")
MEASURED_ON_CT = """
ccta:
  occlusion_length: {value: 23.8 mm, sd: 1.1 mm}
  stump: blunt
  max_bend: {value: 47 deg, sd: 2 deg}
  calcium_area_fraction: {value: 51.6 %, sd: 13.8 %}
  calcium_arc: {value: 296 deg, sd: 9 deg}
  plaque_volume: {value: 260.3 mm3, sd: 60.1 mm3}
  proximal_vessel_diameter: {value: 3.35 mm, sd: 0.14 mm}
  distal_vessel_diameter: {value: 3.08 mm, sd: 0.16 mm}
"""
LITTLE_KNOWN = """
format: 1
case: little is known
angiography: {occlusion: chronic total, target_vessel: LCX}
"""
WIRE_CROSSED = """
format: 1
case: wire crossed
angiography: {occlusion: chronic total, target_vessel: LAD, in_stent: no, calcification: severe}
procedure:
  phase: wire crossed
  dual_injection_done: yes
  strategies_tried: [antegrade_wire_escalation]
  wire_position: distal true lumen
  track: intraplaque
  track_confirmed_by: assumed
  device_crosses: no
  complication: none
"""
PREPARATION = """
format: 1
case: lesion preparation
angiography: {occlusion: chronic total, target_vessel: LAD, in_stent: no, calcification: severe}
ivus: {superficial_calcium_arc: 320 deg, calcium_distribution: concentric}
procedure:
  phase: lesion preparation
  dual_injection_done: yes
  strategies_tried: [antegrade_wire_escalation]
  track: intraplaque
  track_confirmed_by: ivus
  device_crosses: yes
  balloon_expands: no
  complication: none
center: {missing_equipment: [rotational_atherectomy]}
"""
STOP = """
format: 1
case: "stop </style> \\" </title> <b>"
angiography: {occlusion: chronic total, target_vessel: RCA, interventional_collaterals: no}
procedure:
  phase: crossing
  dual_injection_done: yes
  strategies_tried: [antegrade_wire_escalation, antegrade_dissection_reentry]
  track: extraplaque
  minutes_without_progress: 40 min
  duration: 260 min
  air_kerma: 8 Gy
  contrast: 320 mL
  complication: perforation
"""
TEXTS = {
    "demo": DEMO + MEASURED_ON_CT,
    "little known": LITTLE_KNOWN,
    "crossing": CASES["crossing"],
    "wire crossed": WIRE_CROSSED,
    "preparation": PREPARATION,
    "stop": STOP,
}
PICTURE = Figure(
    "vessel.svg",
    "image/svg+xml",
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1450 530" width="1450" height="530">'
    b'<rect width="1450" height="530" fill="#56b4e9"/></svg>',
    "The straightened vessel",
)
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SMALLEST_PX = 11


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = (os.environ.get("CTO_CDS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, (
        "These tests open the report in Chromium, which is not installed. On Debian, as root: "
        "apt-get install chromium. Or name one: CTO_CDS_CHROMIUM=PATH"
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def results(pack, engine) -> dict[str, Result]:
    made = {}
    for name, text in TEXTS.items():
        sheet = read_case_text(text, "case.yaml", pack.vocabulary)
        result = compose(sheet, engine.decide(sheet), pack, what_if=True)
        audit = Audit(record=1, hash=f"sha256:{'3f' * 32}")
        made[name] = result.model_copy(update={"audit": audit})
    return made


@pytest.fixture(params=sorted(TEXTS))
def result(request, results) -> Result:
    return results[request.param]


@pytest.fixture
def opened(browser, result, names, tmp_path) -> Iterator[Callable[..., Page]]:
    """Return what opens the report; it fails when the page complains or asks for anything."""
    path = tmp_path / "plan.html"
    path.write_text(html_report(result, [PICTURE, PICTURE], names), encoding="utf-8")
    context = browser.new_context()
    said: list[str] = []
    asked: list[str] = []

    def open_it(viewport: dict[str, int]) -> Page:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("request", lambda request: asked.append(request.url))
        page.set_viewport_size(viewport)
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        return page

    yield open_it
    context.close()
    assert said == []
    assert {url for url in asked if not url.startswith("data:")} <= {path.as_uri()}


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_it_is_readable_without_scrolling_sideways(opened, viewport):
    page = opened(viewport)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
    assert page.evaluate("getComputedStyle(document.querySelector('.card, .standing')).display")
    small = page.evaluate(
        """size => [...document.querySelectorAll('main *')].filter(element =>
            [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()) &&
            !element.closest('sup, .ref, .mark') && element.getClientRects().length &&
            parseFloat(getComputedStyle(element).fontSize) < size
        ).map(element => element.outerHTML.slice(0, 90))""",
        SMALLEST_PX,
    )
    assert small == []


def test_the_essentials_print_on_two_pages_that_name_the_plan(opened, result):
    content = opened(LAPTOP).pdf(prefer_css_page_size=True, print_background=True)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert 1 <= len(pages) <= 2
    told = [re.sub(r"\s+", " ", page.extract_text()) for page in pages]
    for text in told:
        assert result.case in text
        assert result.intended_use in text
        assert "record 1, sha256:3f3f3f3f3f" in text
    whole = " ".join(told)
    for needed in (result.provenance.rule_pack, result.audit.hash, "Not on paper"):
        assert needed.replace(" ", "") in whole.replace(" ", "")
    assert "line by line" not in whole


def test_headings_go_down_one_step_at_a_time(opened):
    page = opened(LAPTOP)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(heading => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert page.evaluate("document.documentElement.lang") == "en"
    assert all(page.evaluate("[...document.images].map(image => image.alt)"))
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


def test_text_stands_out_from_what_is_behind_it(opened):
    page = opened(LAPTOP)
    faint = page.evaluate(
        """() => {
            const light = colour => {
                const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => {
                    const part = v / 255;
                    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = element => {
                for (let at = element; at; at = at.parentElement) {
                    const colour = getComputedStyle(at).backgroundColor;
                    if (!/, 0\\)$/.test(colour)) return colour;
                }
                return 'rgb(255, 255, 255)';
            };
            return [...document.querySelectorAll('body *')].filter(element =>
                [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()) &&
                element.getClientRects().length && !element.closest('svg')
            ).filter(element => {
                const [a, b] = [getComputedStyle(element).color, behind(element)].map(light);
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
            }).map(element => element.outerHTML.slice(0, 90));
        }"""
    )
    assert faint == []
