"""What a program measured, that counts as it stands and that nobody has looked at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cto_cds.report.names import group_words

if TYPE_CHECKING:
    from cto_cds.advice.result import Result

AUTO = "auto"
"""The status of what a program measured and no person has looked at."""

LOOK = "They count as they stand: look at the pictures, then confirm or correct them."


def unconfirmed_told(result: Result) -> str:
    """Return one sentence on the readings that nobody has confirmed; empty without any."""
    auto = [path for path, fact in result.facts.items() if fact.status == AUTO]
    groups = Counter(path.rpartition(".")[0] for path in auto)
    counted = " and ".join(f"{count} of {group_words(group)}" for group, count in groups.items())
    if not counted:
        return ""
    what = "reading" if len(auto) == 1 else "readings"
    return f"Confirmed by nobody: {what} of a program, {counted}. {LOOK}"
