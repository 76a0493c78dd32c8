"""A report as data: JSON whose shape the schema tells."""

import json
from typing import Any

from assessment.report.figures import Report


def render(report: Report) -> str:
    """The whole report, two spaces deep, keys in the schema's order."""
    return json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report."""
    found = Report.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:arusha:report:1", **found}
