from __future__ import annotations

import gc
import json
import sys
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pytest
from cto_cds.cli import main
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.facts.measured import Measurements
from cto_cds.hookspecs import Centreline, Request
from strategies import keep_built_in_rules

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.edits import edits_from
from cto_cds_ccta.figure.scene import scene_of
from cto_cds_ccta.figure.views import CurvedView, curved_views
from cto_cds_ccta.phantom.design import Bend, Design, Plaque, Plate
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.study import Phantom, make_phantom, silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.quantify import Analysis, analysed, analysis_of, told
from cto_cds_ccta.state import read

SMALL = {"entry_mm": 24.0, "exit_mm": 16.0, "heart_radius_mm": 60.0}
BLUNT = Design(
    name="blunt-calcified",
    seed=5,
    length_mm=14.0,
    plaque=Plaque(fibrous_hu=150.0),
    plates=(Plate(2.0, 7.0, angle_deg=50.0, arc_deg=200.0, thickness_mm=0.9),),
    bends=(Bend(31.0, 45.0, 2.0, 30.0),),
    **SMALL,
)
TAPERED = Design(
    name="tapered-soft",
    seed=6,
    length_mm=9.0,
    proximal_taper_mm=5.0,
    distal_taper_mm=1.0,
    fwhm_mm=1.0,
    tube_voltage_kv=100,
    **SMALL,
)


@dataclass(frozen=True, slots=True)
class Case:
    phantom: Phantom
    request: Request
    measured: Measurements

    @property
    def truth(self):
        return self.phantom.truth["occlusions"][0]

    def value(self, name):
        return float(next(fact.value for fact in self.measured.facts if fact.name == name))

    def word(self, name):
        return next(fact.value for fact in self.measured.facts if fact.name == name)

    def sd(self, name):
        return float(next(fact.sd for fact in self.measured.facts if fact.name == name))


@dataclass(frozen=True)
class Study:
    """What is measured, and what the pictures are drawn from."""

    analysis: Analysis
    views: tuple[CurvedView, CurvedView]

    @cached_property
    def scene(self):
        return scene_of(self.analysis)


class Again:
    """A second measurement after an edit."""

    def __init__(self, review, moved=None, confirmed=(), wall=()) -> None:
        document = deepcopy(dict(review.document))
        for letter, by in (moved or {}).items():
            document["caps_mm" if letter in "PD" else "references_mm"][letter] += by
        document["confirmed"] |= dict.fromkeys(confirmed, True)
        document["wall"] = list(wall)
        self.document = document
        measured = CctaBackend().again(review.state, document, silent, draw=False)
        self.facts = {fact.name: fact for fact in measured.facts}
        self.doubts = {doubt.name: doubt.because for doubt in measured.doubts}
        self.notes = " ".join(measured.notes)

    def named(self, status):
        return {name for name, fact in self.facts.items() if fact.status == status}


def request_for(phantom, series=""):
    image, kilovolt = phantom.image, float(phantom.design.tube_voltage_kv)
    info = SeriesInfo("1.2.3", "1.2", series, tube_voltage_kv=kilovolt)
    volume = Volume(image.hu, image.affine_lps_mm, info)
    line = Centreline(phantom.line_lps_mm, phantom.outer_radius_mm, "vessel.csv")
    return Request(volume, line)


def study_for(request):
    analysis = analysed(request, silent)
    return Study(analysis, curved_views(request.volume, analysis.marked.vessel.line))


def case_for(phantom):
    request = request_for(phantom)
    return Case(phantom, request, CctaBackend().measure(request, silent))


def undrawn_case_for(phantom):
    """What is measured, without pictures: drawing takes longer than measuring."""
    request = request_for(phantom)
    return Case(phantom, request, told(analysed(request, silent), "cto-cds-ccta"))


@pytest.fixture(scope="session")
def blunt_design():
    return BLUNT


@pytest.fixture(scope="session")
def measured_case():
    return lambda design: undrawn_case_for(make_phantom(design))


@pytest.fixture(scope="session")
def request_of():
    return lambda design: request_for(make_phantom(design))


@pytest.fixture(scope="session")
def study_of():
    """Return a function to the study of a design."""
    return lambda design: study_for(request_for(make_phantom(design), "A heart"))


@pytest.fixture(scope="session")
def gallery(study_of):
    """Return a function to a practice study by its name, which is measured once for all tests."""
    return cache(lambda name: study_of(GALLERY[name]))


@pytest.fixture(scope="session")
def blunt_study(blunt):
    return study_for(blunt.request)


@pytest.fixture(scope="session")
def tapered_study(tapered):
    return study_for(tapered.request)


@pytest.fixture(scope="session")
def edited():
    """Return a function to the study of a review once a person changed the file of its marks."""

    def study(review, change=None) -> Study:
        marked, views, own = read(review.state)
        document = deepcopy(dict(own))
        if change is not None:
            change(document)
        edits = edits_from(document, own, float(marked.vessel.line.arc_mm[-1]))
        return Study(analysis_of(marked, silent, edits), views)

    return study


@pytest.fixture(scope="session")
def measured_again():
    """Return a function to what the backend measures once a person moved marks or confirmed."""
    return Again


@pytest.fixture(scope="session")
def blunt():
    return case_for(make_phantom(BLUNT))


@pytest.fixture(scope="session")
def tapered():
    return case_for(make_phantom(TAPERED))


@pytest.fixture(scope="session")
def bright_plaque():
    """Plaque as bright as the lumen behind it, so that its numbers need review."""
    plaque = Plaque(necrotic_hu=185.0, fibrofatty_hu=185.0, fibrous_hu=185.0)
    return case_for(make_phantom(replace(BLUNT, plaque=plaque, plates=(), distal_hu=250.0)))


@pytest.fixture(scope="session")
def review(blunt):
    return CctaBackend().review(blunt.request, silent)


@pytest.fixture(scope="session", params=["blunt", "tapered"])
def case(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A home in which the rules were read, as after a first command; reading them takes seconds."""
    folder = tmp_path_factory.mktemp("home")
    keep_built_in_rules(folder / "cache")
    return folder


@pytest.fixture
def command(home, monkeypatch, capsys):
    """Run ``cto-cds`` in this process, which has its libraries loaded; status, output, errors."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cto-cds", *map(str, words)])
        collected = gc.get_threshold()
        with pytest.raises(SystemExit) as ended:
            main()
        gc.set_threshold(*collected)
        told, errors = capsys.readouterr()
        assert "Traceback" not in errors, errors
        return int(ended.value.code or 0), told, errors

    monkeypatch.setenv("CTO_CDS_HOME", str(home))
    return run


@pytest.fixture
def blunt_volume_without_contrast(blunt):
    volume = blunt.request.volume
    return Volume(np.minimum(volume.hu, 60).astype(np.int16), volume.affine_lps_mm, volume.info)


@pytest.fixture
def quantified(command, tmp_path):
    """Return a function to what the command prints of a design written as DICOM."""

    def run(design) -> dict:
        study = write_phantom(make_phantom(design), tmp_path, silent)
        marked = ("--centreline", study.centreline)
        status, printed, errors = command("quantify", study.dicom, *marked, "--json")
        assert status == 0, errors
        return json.loads(printed)

    return run
