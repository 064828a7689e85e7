"""What an installation chooses."""

from __future__ import annotations

from pathlib import Path

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
