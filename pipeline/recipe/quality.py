"""The section ``quality`` of a recipe: thresholds of checks.

Without a threshold a check is not made, but for the checks of numbers and of ruined translations.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from crosslabel.pipeline.recipe.model_names import FOLDER, OptionalModelName, without_folders
from crosslabel.pipeline.recipe.section import Section

NO_CHECKS = ("back_model", "back_revision")
"""Fields that set up a check but are no check."""
RUINED = "ruined"
"""The check that rejects no row."""


class QualitySection(Section):
    """Thresholds by check; a row that fails one is rejected with all reasons that apply, but for
    ``ruined``, which rejects none.

    Each field of a row is checked by itself. The name of a check is the name of its field here; in
    reasons it has dashes.
    """

    length_ratio: float | None = Field(
        None, gt=1.0, description="How many times as long or as short as the text its translation "
        "may be, in characters; Chinese and Japanese characters count as 3, Korean ones as 2. "
        "Usual: 1.8, which rejects less than 1 % of human translations and 40 % of translations "
        "cut in half."
    )
    language: float | None = Field(
        None, gt=0.0, lt=1.0, description="Lowest probability of the translation's language, by a "
        "language identifier that chooses among the source and the languages that the model can "
        "write, or among all it knows if translations are given. Usual: 0.1."
    )
    copied: float | None = Field(
        None, gt=0.0, le=1.0, description="Largest share of the translation's words that may be in "
        "the text too; words of 4 letters or more in lower case, outside spans. Usual: 0.4."
    )
    repetition: float | None = Field(
        None, gt=1.0, description="How many times in a row a piece of the translation may occur, "
        "if no piece of the text occurs as often. Usual: 3."
    )
    numbers: bool | None = Field(
        None, description="The translation must have the numbers of the text, no others and none "
        "more often: the same values in any digits, grouping or words. Leave out for true where a "
        "model translates and false for given translations. Rejects less than 1 % of translations "
        "by people, who convert measures and leave numbers out."
    )
    ruined: bool | None = Field(
        None, description="Spans in a sentence whose translation is ruined (characters that the "
        "model cannot read, loops, missing halves, foreign script, broken bytes) are not projected "
        "(reason 'ruined'), and its words have no label; no row is rejected. Leave out for true "
        "where a model translates and false for given translations."
    )
    urls: bool = Field(
        False, description="Web and e-mail addresses must be in the translation unchanged."
    )
    score: float | None = Field(
        None, lt=0.0, description="Lowest mean log-probability per token, in nats, that the model "
        "may give its translation of a segment. Depends on the model; -1.5 for the shipped one."
    )
    round_trip_chrf: float | None = Field(
        None, gt=0.0, le=100.0, description="Lowest chrF, 0 to 100, between the text and its "
        "translation translated back; everything is translated a second time. 15 for the shipped "
        "model, which finds two thirds of translations of another sentence; more for a better "
        "model."
    )
    back_model: OptionalModelName = Field(
        None, description="Model that translates back for round_trip_chrf: shipped name, "
        f"{FOLDER} or hub name; by default translation.model."
    )
    back_revision: str | None = Field(None, description="Hub revision of back_model.")
    span_coverage: float | None = Field(
        None, gt=0.0, le=1.0, description="Lowest share of the given spans, or labelled words, "
        "that must be projected. Usual: 0.5."
    )

    @model_validator(mode="after")
    def _back_model_used(self) -> QualitySection:
        if self.back_model and self.round_trip_chrf is None:
            raise ValueError("back_model translates for round_trip_chrf; set quality."
                             "round_trip_chrf too, or leave back_model out")
        if self.back_revision and not self.back_model:
            raise ValueError("back_revision is a revision of back_model; name that too")
        return self

    def thresholds(self, by_model: bool) -> dict[str, Any]:
        """Return the threshold of each check that is made and rejects rows.

        Args:
            by_model: whether a model translates, so that numbers are checked if nothing is said.
        """
        values = self.model_dump(exclude={*NO_CHECKS, RUINED})
        if self.numbers is None:
            values["numbers"] = by_model
        return {name: value for name, value in values.items() if value not in (None, False)}

    def sees_ruins(self, by_model: bool) -> bool:
        """Return whether ruined translations are looked for; see :meth:`thresholds`."""
        return by_model if self.ruined is None else self.ruined

    def public(self, by_model: bool) -> dict[str, Any]:
        """Return the checks and their models, without folders."""
        back = {"back_model": without_folders(self.back_model)} if self.back_model else {}
        revision = {"back_revision": self.back_revision} if self.back_revision else {}
        ruined = {RUINED: True} if self.sees_ruins(by_model) else {}
        return self.thresholds(by_model) | ruined | back | revision
