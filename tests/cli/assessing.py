"""A host that assesses a case again and again; the tests start it, and kill it.

assessing.py HOME CASE COUNT    prints record and hash of each result after it was returned
assessing.py HOME CASE memory   prints the largest memory use early and late, in bytes
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from cto_cds.assess import Assessor, Settings
from cto_cds.facts.case import read_case

EARLY, LATE = 40, 140


def main() -> None:
    home, case, count = sys.argv[1:]
    with Assessor(Settings(Path(home), plugins=())) as assessor:
        for turn in range(LATE if count == "memory" else int(count)):
            result = assessor.assess(read_case(Path(case), assessor.pack.vocabulary))
            assert result.audit is not None
            if count != "memory":
                sys.stdout.write(f"{result.audit.record} {result.audit.hash}\n")
                sys.stdout.flush()
            elif turn + 1 in {EARLY, LATE}:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                sys.stdout.write(f"{peak * (1 if sys.platform == 'darwin' else 1024)}\n")


if __name__ == "__main__":
    main()
