"""Keys beside the text of a row that look like labels, by their names or by what they hold."""

from __future__ import annotations

from typing import Any

_NAMES = frozenset({
    "annotation", "annotations", "answer", "answers", "argument", "arguments", "aspect", "aspects",
    "bio", "category", "class", "classes", "emotion", "emotions", "entities", "entity",
    "entity_mentions", "event_mentions", "events", "gold", "gold_label", "intent", "iob", "label",
    "labels", "mentions", "ner", "ner_tags", "nertags", "polarity", "pos", "pos_tags", "rating",
    "relation", "relation_mentions", "relations", "result", "results", "senses", "sentiment",
    "slot", "slots", "span", "spans", "stance", "stars", "tag", "tags", "target_label", "topic",
    "triples", "upos", "upos_tags", "value", "values", "words", "target", "targets", "score",
    "similarity", "relatedness", "star_rating", "toxicity", "hate", "y", "cats", "ents",
    "named_entity", "answer_text", "label_id", "label_ids", "ner_ids", "star",
})  # fmt: skip
_PARTS = ("label", "_tag", "tags", "entit", "sentiment", "emotion", "intent", "_class", "annotat",
          "ner_", "_ner", "gold", "is_")
"""Parts of names; each may be anywhere in them."""
_PASSED_OVER = frozenset({"id", "lang", "task", "text", "tokens", "fields", "meta", "comments",
                          "document", "split", "repaired_tags", "repaired_spans"})


def looks_like_labels(key: str, value: Any) -> bool:
    """Return whether a value beside the text of a row may hold its labels."""
    if key in _PASSED_OVER or value in (None, "", [], {}):
        return False
    name = key.lower().replace("-", "_").replace(" ", "_")
    return name in _NAMES or any(part in name for part in _PARTS) or _holds_places(value)


def is_structure(value: Any) -> bool:
    """Return whether a value is a list or object, as labels of parts of a text are."""
    return isinstance(value, list | dict) and bool(value)


def _holds_places(value: Any) -> bool:
    """Return whether a value is a list of things with offsets."""
    if not isinstance(value, list) or not value:
        return False
    return all(_is_placed(item) for item in value)


def _is_placed(item: Any) -> bool:
    if isinstance(item, list):
        return len(item) > 2 and any(isinstance(part, str) for part in item) and sum(
            type(part) is int for part in item) >= 2
    return isinstance(item, dict) and any(
        "start" in key.lower() or "begin" in key.lower() or "offset" in key.lower() for key in item)
