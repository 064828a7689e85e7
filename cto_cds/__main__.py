"""``python -m cto_cds`` is ``cto-cds``."""

from cto_cds.cli import main

main()
