"""A kit for authors of rules and plugins: the checks that cto_cds itself is held to.

In a plugin's tests::

    from cto_cds.testing import accuracy, backend_faults, practice_case, rule_faults

    def test_my_rules_fit():
        assert rule_faults(Path("my_rules")) == []

    def test_my_backend_finds_what_is_there(tmp_path):
        found = accuracy(MyBackend(), [practice_case(study, tmp_path) for study in my_choice])
        assert found.faults() == [], found.text()
"""

from __future__ import annotations

from cto_cds.testing.accuracy import Accuracy, Judged, accuracy
from cto_cds.testing.backends import backend_faults
from cto_cds.testing.practice import practice_case, read_case
from cto_cds.testing.rules import rule_faults

__all__ = [
    "Accuracy",
    "Judged",
    "accuracy",
    "backend_faults",
    "practice_case",
    "read_case",
    "rule_faults",
]
