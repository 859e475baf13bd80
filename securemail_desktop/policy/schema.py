"""The JSON Schema of policy files, for editors: completion and checks while an administrator writes. Generated from the models that load them."""

import json
from typing import Any

from pydantic import BaseModel

from securemail_desktop.policy.cases import CaseFile
from securemail_desktop.policy.document import Document, Fragment

SCHEMAS: dict[str, tuple[type[BaseModel], str]] = {
    "policy.schema.json": (Document, "A SecureMail policy: policy.yaml"),
    "fragment.schema.json": (Fragment, "A further file of a SecureMail policy folder"),
    "cases.schema.json": (CaseFile, "Test cases of a SecureMail policy: tests/*.yaml"),
}


def schema_text(name: str) -> str:
    """Return the text of one schema file."""
    model, title = SCHEMAS[name]
    schema: dict[str, Any] = model.model_json_schema(by_alias=True, mode="validation")
    schema |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
