"""The section ``source`` of a recipe."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_serializer, field_validator

from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.readers.rows.columns import check_columns, written
from crosslabel.pipeline.recipe.section import Language, Section
from crosslabel.pipeline.storage.hub_files import is_on_hub
from crosslabel.pipeline.storage.location import Location, LocationField, LocationsField
from crosslabel.projection.errors import InputError

Format = Literal[
    "auto", "jsonl", "conll", "conllu", "text", "dataset", "tsv", "csv", "slots", "squad"
]

_NAMED = 3


class SourceSection(Section):
    """The labelled corpus."""

    path: LocationsField = Field(
        description="File, folder of files of one kind, folder saved by datasets, or pattern such "
        "as data/*.parquet, local (relative to the recipe file) or a URL such as "
        "s3://bucket/train.jsonl; or a data set on the hub, hf://datasets/owner/name[@revision]"
        "[/path]. A list of these is read in its order."
    )
    split: str | None = Field(
        None, description="The only split to read, such as train; by default all are read, and "
        "meta keeps the split of each row. Names of files and folders say it as for datasets."
    )
    config: str | None = Field(
        None, description="The configuration to read of a data set whose card has several."
    )
    format: Format = Field("auto", description="How to read it; auto decides by the name and the "
                            "beginning of the file.")
    lang: Language = Field("en", description="Language of rows that do not name one.")
    labels: tuple[str, ...] | None = Field(
        None, description="Allowed labels; leave out to accept any."
    )
    max_characters: int = Field(20_000, ge=1, description="Longer texts are rejected.")
    columns: dict[str, str] = Field(
        {}, description="Column or key of the row for each part of an example, such as premise: "
        "sentence1, or for files with a word per line its number, such as tokens: 2 and tags: 3; "
        "see crosslabel.pipeline.readers.rows.columns. By default the file decides."
    )
    label_names: dict[str, str] = Field(
        {}, description="Name of each class by what stands for it in the file, such as a number; "
        "or a list of names, the first for 0. Their order is that of the labels."
    )
    task: Task | None = Field(
        None, description="Task of rows that do not name one; words if tags are labels of words, "
        "such as parts of speech. By default the contents of a row decide."
    )
    duplicates: Literal["keep", "exact", "near"] = Field(
        "keep", description="Rows with the text of an earlier row: keep them, or reject those that "
        "are exactly or nearly the same (same letters and digits; from three words on)."
    )
    other_language: Literal["warn", "reject", "keep"] = Field(
        "warn", description="Rows that seem to be in another language than lang: name the first "
        "ones, reject them, or keep them and do not look. Rows of fewer than 20 letters are not "
        "judged; what is marked as a span, addresses and code do not count."
    )
    held_out: tuple[LocationField, ...] = Field(
        (), description="Files of test data in the source language, local (relative to the recipe "
        "file) or URLs. A row is rejected if a test text is nearly the same or shares 13 words in "
        "a row with it. A file with the ending of the source is read like the source."
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _columns_by_text(cls, given: Any) -> Any:
        return written(given) if isinstance(given, dict) else given

    @field_validator("columns")
    @classmethod
    def _possible_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        try:
            check_columns(columns)
        except InputError as error:
            raise ValueError(str(error)) from error
        return columns

    @field_validator("label_names", mode="before")
    @classmethod
    def _names_by_text(cls, given: Any) -> Any:
        pairs = enumerate(given) if isinstance(given, list | tuple) else (
            given.items() if isinstance(given, dict) else None)
        names = given if pairs is None else {str(key): name for key, name in pairs}
        if isinstance(names, dict) and any(isinstance(name, bool) for name in names.values()):
            raise ValueError("YAML reads yes, no, on, off, true and false without quotes as truth "
                             "values; put the names in quotes")
        return names

    @field_serializer("columns", "label_names", when_used="json")
    def _in_order(self, names: dict[str, str]) -> list[list[str]]:
        """Return pairs, because objects are sorted in keys and manifests but texts are ordered."""
        return [[key, name] for key, name in names.items()]

    @property
    def places(self) -> tuple[Location, ...]:
        """All that the path stands for."""
        return self.path if isinstance(self.path, tuple) else (self.path,)

    @property
    def name(self) -> str:
        """The name of the corpus in manifests and messages, without local folders."""
        names = [str(place) if is_on_hub(place) else place.name for place in self.places]
        more = len(names) - _NAMED
        return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")

    def public(self) -> dict[str, Any]:
        """Return the fields without folders, and without searches that are not asked for."""
        unset = {name for name in ("split", "config") if getattr(self, name) is None}
        unset |= {"duplicates"} if self.duplicates == "keep" else set[str]()
        unset |= {"other_language"} if self.other_language != "reject" else set[str]()
        fields = self.model_dump(mode="json", exclude={"held_out", *unset})
        held_out = {"held_out": [path.name for path in self.held_out]} if self.held_out else {}
        return fields | {"path": self.name} | held_out
