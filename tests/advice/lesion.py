"""A lesion with little wrong about it, of which a test says one thing more, and its ranking."""

from __future__ import annotations

LESION = """
format: 1
case: grave
history: {prior_failed_attempt: no, egfr: 60 mL/min/1.73m2}
angiography:
  occlusion: chronic total
  target_vessel: LAD
  in_stent: no
  stump: tapered
  proximal_cap: clear
  occlusion_length: 9 mm
  distal_vessel_diameter: 2.6 mm
  distal_stenosis: 10 %
  distal_disease: none
  interventional_collaterals: yes
  calcification: none
  max_bend: 10 deg
"""
CROSSING = (
    "procedure: {phase: crossing, dual_injection_done: yes, complication: none, air_kerma: 2 Gy, "
    "contrast: 100 mL, duration: 60 min, well_advanced: no, "
)
RESISTS = (
    "procedure: {phase: lesion preparation, track: intraplaque, track_confirmed_by: ivus, "
    "device_crosses: yes, nc_balloon_reaches: yes, balloon_expands: no, dissection_at_site: no, "
    "wire_position: distal true lumen}\n"
)


def ranked(result):
    return [strategy.id for strategy in result.recommendation.strategies]
