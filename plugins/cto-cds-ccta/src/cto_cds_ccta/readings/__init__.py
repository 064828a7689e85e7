"""What the measurements say under the names of the vocabulary: each a fact or a doubt."""

from __future__ import annotations

from cto_cds.facts.measured import Doubt, MeasuredFact

Reading = MeasuredFact | Doubt
"""A fact, or the reason why there is none."""

NEEDS_REVIEW = "needs review"
"""What stands in the place of a number that is in doubt."""

NOT_SEEN_IS_NOT_NONE = (
    "Branches behind an occlusion are often missed, also in synthetic studies: a person has to "
    "look before it is said that there is none."
)
