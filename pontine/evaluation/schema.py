"""What results.json must look like: `results.schema.json` beside this file, and its description.

`python -m pontine.evaluation.schema` writes docs/results-schema.md anew.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema

from pontine.evaluation.log import EvaluationError

PATH = Path(__file__).parent / "results.schema.json"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "results-schema.md"
Schema = dict[str, Any]


@lru_cache
def schema() -> Schema:
    """The JSON Schema (2020-12) of results.json."""
    read: Schema = json.loads(PATH.read_text(encoding="utf-8"))
    return read


def version() -> str:
    """The name of the schema that this Pontine writes and reads."""
    return str(schema()["properties"]["schema"]["const"])


def validate(results: Any, where: str) -> None:
    """Return if `results` are what the schema asks for.

    Args:
        where: whose they are, for the message.

    Raises:
        EvaluationError: they are of another schema, or do not keep to it; names the place.
    """
    found = results.get("schema") if isinstance(results, dict) else None
    if found != version():
        command = results.get("command") if isinstance(results, dict) else None
        raise EvaluationError(
            f"{where} has schema {found or 'of before there was one'}, this Pontine reads "
            f"{version()}; run its command again: {command or 'pontine eval ...'}"
        )
    checker = jsonschema.Draft202012Validator(schema())
    error = jsonschema.exceptions.best_match(checker.iter_errors(results))
    if error is not None:
        raise EvaluationError(
            f"{where}, {error.json_path}: {error.message}; it does not keep to "
            f"docs/results-schema.md: repair it, or run `{results.get('command')}` again"
        )


def describe() -> str:
    """docs/results-schema.md: a table of every field."""
    whole = schema()
    lines = [
        "# results.json", "",
        f"Schema `{version()}`, made from [results.schema.json](../pontine/evaluation/"
        "results.schema.json) (JSON Schema 2020-12) by `python -m pontine.evaluation.schema`. "
        "`pontine eval` validates what it writes, `pontine compare` and `pontine report` what they "
        "read. Lengths in m, times in s where no unit is named.", "",
        "| field | kind | what |", "|---|---|---|", *_rows(whole, ""), "",
    ]  # fmt: skip
    for name, part in whole["$defs"].items():
        if "properties" in part:
            lines += [f"## {name}", "", "| field | kind | what |", "|---|---|---|",
                      *_rows(part, ""), ""]  # fmt: skip
        else:
            lines += [f"**{name}**: {part['description']}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _rows(part: Schema, prefix: str) -> Iterator[str]:
    for name, field in part.get("properties", {}).items():
        known = "" if name in part.get("required", ()) else ", where known"
        yield f"| `{prefix}{name}` | {_kind(field)}{known} | {field.get('description', '')} |"
        for inner in (field, field.get("items", {}), *field.get("anyOf", ())):
            yield from _rows(inner, f"{prefix}{name}.")


def _kind(field: Schema) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_kind(choice) for choice in field["anyOf"])
    if "const" in field:
        return f'"{field["const"]}"'
    if "enum" in field:
        return ", ".join(f'"{value}"' for value in field["enum"])
    kind = field.get("type", "object")
    kinds = " or ".join(kind) if isinstance(kind, list) else str(kind)
    inner = field.get("items", field.get("additionalProperties"))
    return f"{kinds} of {_kind(inner)}" if isinstance(inner, dict) else kinds


if __name__ == "__main__":
    PAGE.write_text(describe(), encoding="utf-8")
    print(f"{PAGE} written")
