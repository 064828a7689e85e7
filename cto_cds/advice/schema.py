"""The JSON Schema of the result."""

from __future__ import annotations

from typing import Any

from cto_cds.advice.result import Result


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what ``Result.to_json`` writes."""
    schema = Result.model_json_schema(mode="serialization", by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
