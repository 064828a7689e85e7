from __future__ import annotations

import gc
import json
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest
from cto_cds.cli import main
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.facts.measured import Measurements
from cto_cds.hookspecs import Centreline, Request
from strategies import keep_built_in_rules

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.design import Bend, Design, Plaque, Plate
from cto_cds_ccta.phantom.study import Phantom, make_phantom, silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.quantify import analysed, told

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


def request_for(phantom):
    image = phantom.image
    info = SeriesInfo("1.2.3", "1.2", tube_voltage_kv=float(phantom.design.tube_voltage_kv))
    volume = Volume(image.hu, image.affine_lps_mm, info)
    line = Centreline(phantom.line_lps_mm, phantom.outer_radius_mm, "vessel.csv")
    return Request(volume, line)


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
