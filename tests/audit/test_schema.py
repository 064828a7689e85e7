from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

import pytest

from cto_cds.audit import schema


@pytest.mark.parametrize("statements_before", range(4))
def test_a_store_made_while_somebody_looks_is_seen_whole_or_not_at_all(tmp_path, statements_before):
    path = tmp_path / "audit.sqlite3"
    seen: list[str] = []

    def make_it_in_between(statement: str) -> None:
        if len(seen) == statements_before:
            with (
                closing(sqlite3.connect(path, timeout=0)) as maker,
                suppress(sqlite3.OperationalError),  # the looker holds it: that too is in order
                maker,
            ):
                maker.execute("BEGIN")
                schema.create_tables(maker)
        seen.append(statement)

    with closing(sqlite3.connect(path, isolation_level=None)) as looker:
        looker.set_trace_callback(make_it_in_between)
        found = schema.has_tables(looker, str(path))
        assert found or statements_before > 0
        schema.has_tables(looker, str(path))
