"""The angles of a C-arm are those of DICOM PS3.3, C.8.7.5.1.2, the patient lying on the back."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text

from cto_cds_ccta.figure.carm import angles_deg, carm_words
from cto_cds_ccta.figure.curved import curved_canvas
from cto_cds_ccta.figure.path import path_canvas, view_of
from cto_cds_ccta.figure.scene import scene_of
from cto_cds_ccta.figure.views import curved_views
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed

LEFT, BACK, HEAD = np.eye(3)


@pytest.mark.parametrize(
    ("towards", "angles", "told"),
    [
        (-BACK, (0, 0), "LAO 0°, cranial 0°"),
        (LEFT, (90, 0), "LAO 90°, cranial 0°"),
        (-LEFT, (-90, 0), "RAO 90°, cranial 0°"),
        (HEAD - BACK, (0, 45), "LAO 0°, cranial 45°"),
        (-HEAD - BACK, (0, -45), "LAO 0°, caudal 45°"),
        (LEFT - BACK, (45, 0), "LAO 45°, cranial 0°"),
        # A spider view: the detector stands at the left hand and below.
        (LEFT - BACK - np.sqrt(2) * HEAD, (45, -45), "LAO 45°, caudal 45°"),
        (-LEFT - BACK + np.sqrt(2) * HEAD, (-45, 45), "RAO 45°, cranial 45°"),
    ],
)
def test_the_angles_of_a_direction(towards, angles, told):
    assert angles_deg(towards) == pytest.approx(angles)
    assert told in carm_words(towards)
    assert "the patient lies on the back" in carm_words(towards)


def test_no_detector_stands_behind_the_patient():
    assert carm_words(BACK + 0.1 * LEFT) == ""


@pytest.fixture(scope="module")
def analysis(blunt):
    return analysed(blunt.request, silent)


def words_of(canvas):
    return " ".join(text.get_text().replace("\n", " ") for text in canvas.findobj(Text))


def test_the_first_curved_view_says_from_where_it_is_seen(blunt, analysis):
    front, side = curved_views(blunt.request.volume, analysis.marked.vessel.line)
    told = carm_words(np.cross(front.right_lps, front.up_lps))
    assert told
    assert words_of(curved_canvas(scene_of(analysis), (front, side))).count(told) == 1


def test_the_course_in_space_says_from_where_it_is_seen_unless_from_behind(analysis):
    scene = scene_of(analysis)
    elevation, azimuth = np.radians(view_of(scene))
    towards = np.array(
        [
            np.cos(elevation) * np.cos(azimuth),
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
        ]
    )
    told, words = carm_words(towards), words_of(path_canvas(scene))
    assert (told in words) if told else ("C-arm" not in words)
