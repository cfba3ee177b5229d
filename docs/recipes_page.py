"""``docs/recipes.md``: every key of both kinds of recipe, from the JSON schema of their models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.pipeline.recipe import Recipe
from docs.markdown import code, one_line, table

PAGE = Path(__file__).with_name("recipes.md")
_HEADINGS = ("key", "type", "default", "description")
_WORDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false",
          "null": "null"}
_LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_INTRODUCTION = """\
# Recipes

<!-- Generated from the code by `make docs`. -->

A recipe is a YAML file. An unknown key, or a value that is not allowed, is an error that names the
line of the file. On the command line, `--set translation.beam=1` changes one key. Paths in a file
are relative to the file, and paths on the command line to the working directory. `crosslabel
recipes` lists the recipes that are shipped; a copy of one of them is a good start.
"""

Schema = Mapping[str, Any]


def page() -> str:
    """Return the whole page."""
    parts = [
        _INTRODUCTION,
        "## Recipes of a corpus\n\nRead by `crosslabel build`, `crosslabel work` and `crosslabel "
        "flow build`.\n",
        *_sections(Recipe.model_json_schema()),
        "## Recipes of a fine-tuning\n\nRead by `crosslabel finetune` and `crosslabel flow "
        "finetune`.\n",
        *_sections(FinetuneRecipe.model_json_schema()),
    ]
    return "\n".join(parts)


def _sections(schema: Schema) -> Iterator[str]:
    """Yield the table of the keys at the top, then that of each section, in their order."""
    definitions = schema.get("$defs", {})
    tops = [(key, field) for key, field in schema["properties"].items()
            if _section(field, definitions) is None]
    yield _table("", dict(tops), schema, definitions)
    for key, field in schema["properties"].items():
        section = _section(field, definitions)
        if section is None:
            continue
        prefix, about = _prefix(key, field), _about(field, section)
        yield f"### `{key}`\n\n{about}\n"
        yield _table(prefix, section["properties"], section, definitions)


def _section(field: Schema, definitions: Schema) -> Schema | None:
    """Return the section that a field holds, by itself, in a list or by name."""
    inner = [field, field.get("items", {}), *field.get("anyOf", ()),
             *field.get("patternProperties", {}).values()]
    for schema in inner:
        found = definitions.get(schema.get("$ref", "").rpartition("/")[2])
        if found is not None:
            return dict(found)
    return None


def _prefix(key: str, field: Schema) -> str:
    if field.get("type") == "array":
        return f"{key}[]."
    return f"{key}.NAME." if field.get("type") == "object" else f"{key}."


def _about(field: Schema, section: Schema) -> str:
    """Return the description of a section, and the one of the field that holds it."""
    first = one_line(section.get("description", "").partition("\n\n")[0])
    description = field.get("description", "")
    more = "" if first.startswith(description.rstrip(".")) else description
    where = {"array": "A list; each entry has these keys.",
             "object": "A mapping of names; each entry has these keys."}.get(field.get("type", ""))
    default = "Left out by default." if "anyOf" in field else ""
    return " ".join(filter(None, (first, more, where, default)))


def _table(prefix: str, fields: Schema, parent: Schema, definitions: Schema) -> str:
    required = parent.get("required", ())
    rows = [(code(prefix + key), _type(field, definitions),
             "required" if key in required else code(_written(field["default"])),
             field["description"]) for key, field in fields.items()]
    return table(_HEADINGS, rows) + "\n"


def _written(value: Any) -> str:
    """Return a default as a recipe writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _type(field: Schema, definitions: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(_type(choice, definitions) for choice in field["anyOf"])
    if "$ref" in field:
        named = definitions[field["$ref"].rpartition("/")[2]]
        return f"mapping of {', '.join(map(code, named['properties']))}"
    if "enum" in field:
        return ", ".join(map(code, field["enum"]))
    if "const" in field:
        return code(str(field["const"]))
    if field["type"] == "array":
        least = "non-empty " if field.get("minItems") else ""
        return f"{least}list of {_type(field['items'], definitions)}"
    if field["type"] == "object":
        return f"mapping to {_type(field['additionalProperties'], definitions)}"
    limits = [f"{sign} {field[name]:g}" for name, sign in _LIMITS.items() if name in field]
    word = "path" if field.get("format") == "path" else _WORDS[field["type"]]
    return " ".join([word, " and ".join(limits)]).strip()
