"""Running the installed command in a process of its own, with a home folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("cto-cds")

CASE = """\
format: 1
case: {name}
history:
  age: 64 years
  sex: male
  prior_cabg: no
  prior_failed_attempt: no
  occlusion_duration: 14 months
angiography:
  occlusion: chronic total
  target_vessel: RCA
  in_stent: no
  stump: blunt
  proximal_cap: clear
  calcification: moderate
  occlusion_length: 24 mm
  max_bend: 30 deg
  distal_vessel_diameter: 2.6 mm
  distal_stenosis: 20 %
  distal_disease: none
  interventional_collaterals: yes
operator:
  can_adr: yes
  can_retrograde: yes
"""

NAMES = ("Annelie-Musterfrau-1957", "Jörg Müller 11", "PID0099887")
"""Names of invented patients, which no record may hold."""

LOCAL_VETO = """\
format: 1
id: no_adr_here
version: "1.0.0"
title: No antegrade dissection without a second operator
kind: safety
status: reviewed
verified: primary
purpose: Keeps to the standard of this hospital.
source: {cite: Standard 7 of the hospital}
effect: veto
on: [antegrade_dissection_reentry]
when: can_adr is yes
if_unknown: name what is missing
because: Standard 7 asks for a second operator.
because_silent: Who operates is settled before the case is entered.
tests:
  - {case: can, given: {can_adr: yes}, expect: {effect: veto}}
  - {case: cannot, given: {can_adr: no}, expect: {effect: none}}
  - {case: nobody said, given: {can_adr: unknown}, expect: {effect: none}}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a finished command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def shows_no_result(self) -> bool:
        """Whether standard output is empty or, for a program, holds the mistakes alone."""
        return self.out == "" or self.json.keys() == {"problems"}

    @property
    def words(self) -> str:
        """Standard output without the line breaks and frames that a narrow terminal puts in."""
        return " ".join(self.out.replace("│", " ").split())


@dataclass(frozen=True, slots=True)
class Home:
    """An installation: one folder for CTO_CDS_HOME, and the command with it."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def audit(self) -> Path:
        """Where its audit store is."""
        return self.folder / "audit"

    def run(
        self,
        *words: object,
        status: int = 0,
        cwd: Path | None = None,
        **environment: str,
    ) -> Ran:
        """Run the command to its end; its exit status must be the one given."""
        done = subprocess.run(
            [PROGRAM, *map(str, words)],
            env=self.variables(**environment),
            cwd=cwd,
            capture_output=True,
            check=False,
            timeout=300,
        )
        ran = Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        assert "Traceback" not in ran.err, ran.err
        assert "a fault of its own" not in ran.err, ran.err
        assert ran.status == status, f"exit status {ran.status}\n{ran.err}\n{ran.out[:2000]}"
        return ran

    def watched(self, *words: object) -> tuple[str, str]:
        """Run the command with a terminal as standard error; return what it and stdout show."""
        terminal, theirs = pty.openpty()
        with subprocess.Popen(
            [PROGRAM, *map(str, words)],
            env=self.variables(TERM="xterm", COLUMNS="120"),
            stdout=subprocess.PIPE,
            stderr=theirs,
        ) as running:
            os.close(theirs)
            shown = b""
            with contextlib.suppress(OSError):  # the end of a terminal, on Linux
                while part := os.read(terminal, 4096):
                    shown += part
            os.close(terminal)
            assert running.stdout is not None
            out = running.stdout.read()
        assert running.returncode == 0, shown
        return shown.decode("utf-8"), out.decode("utf-8")

    def variables(self, **environment: str) -> dict[str, str]:
        """Return the environment of the command."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CTO_CDS_", "PYTEST_"))
            and name not in {"PYTHONPATH", "COLUMNS"}
        }
        return {**kept, "CTO_CDS_HOME": str(self.folder), **self.environment, **environment}

    def with_plugins(self, folder: Path, **environment: str) -> Home:
        """Return the same installation with the distributions of a folder installed."""
        return Home(self.folder, {**environment, "PYTHONPATH": str(folder)})


def case_file(folder: Path, name: str = "case-17", **changes: str) -> Path:
    """Write a case; a change replaces the value of a fact, or takes its line out when empty."""
    lines = []
    for line in CASE.format(name=name).splitlines():
        key = line.partition(":")[0].strip()
        if key not in changes:
            lines.append(line)
        elif changes[key]:
            lines.append(f"{line.partition(':')[0]}: {changes[key]}")
    path = folder / "case.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
