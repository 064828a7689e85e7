"""What an installation chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from cto_cds.errors import AuditError
from cto_cds.installation import Settings


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("CTO_CDS_HOME", str(tmp_path))
    monkeypatch.setenv("CTO_CDS_PLUGINS", " one, two,")
    settings = Settings.from_environment(drafts=True)
    assert settings == Settings(tmp_path, ("one", "two"), drafts=True)
    assert settings.audit_folder == tmp_path / "audit"
    monkeypatch.setenv("CTO_CDS_PLUGINS", "")
    assert Settings.from_environment().plugins == ()
    monkeypatch.delenv("CTO_CDS_PLUGINS")
    monkeypatch.delenv("CTO_CDS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    default = Settings.from_environment()
    assert default.plugins is None
    assert Path(default.home).name == "cto_cds"


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_home_that_is_a_file_or_lies_below_one_is_refused_by_its_name(
    monkeypatch, tmp_path, below
):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("CTO_CDS_HOME", str(file / below))
    with pytest.raises(AuditError, match="is not a folder") as caught:
        Settings.from_environment()
    assert str(file) in caught.value.problems[0].found
    assert caught.value.problems[0].mend
