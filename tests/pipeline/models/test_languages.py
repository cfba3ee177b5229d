"""Any BCP-47 tag finds the language a model knows, or an error that names near ones."""

from __future__ import annotations

import langcodes
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from transformers.models.mbart50.tokenization_mbart50 import FAIRSEQ_LANGUAGE_CODES as MBART50
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES as NLLB

from crosslabel.pipeline.models.languages import find, refuse, tag_of
from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.projection.errors import InputError

NLLB_TAGS = [tag for code in NLLB if (tag := tag_of(code))]
MBART50_TAGS = [tag for code in MBART50 if (tag := tag_of(code))]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("de", "deu_Latn"), ("de-AT", "deu_Latn"), ("zh", "zho_Hans"), ("zh-CN", "zho_Hans"),
        ("zh-TW", "zho_Hant"), ("zh-Hant-HK", "zho_Hant"), ("ar", "arb_Arab"),
        ("pt-BR", "por_Latn"), ("no", "nob_Latn"), ("nn", "nno_Latn"), ("sr", "srp_Cyrl"),
        ("fa", "pes_Arab"),
        ("sw", "swh_Latn"), ("et", "est_Latn"), ("lv", "lvs_Latn"), ("en-GB", "eng_Latn"),
        ("ja", "jpn_Jpan"), ("ko", "kor_Hang"), ("hi", "hin_Deva"), ("yue", "yue_Hant"),
    ],
)
def test_tags_find_the_codes_of_nllb(asked: str, code: str) -> None:
    assert find(asked, NLLB_TAGS) == tag_of(code)


@pytest.mark.parametrize(
    ("asked", "code"), [("de", "de_DE"), ("zh", "zh_CN"), ("en-US", "en_XX"), ("fa", "fa_IR")]
)
def test_tags_find_the_codes_of_mbart(asked: str, code: str) -> None:
    assert find(asked, MBART50_TAGS) == tag_of(code)


@pytest.mark.parametrize(("asked", "known"), [("sr-Latn", "sr"), ("zh-TW", "zh"), ("uk", "ru")])
def test_another_script_or_language_is_not_taken(asked: str, known: str) -> None:
    assert find(asked, [known, "sw"]) is None


@given(st.sampled_from(NLLB_TAGS), st.sampled_from(["", "-DE", "-BR", "-419"]))
def test_every_known_tag_finds_itself_in_any_region(tag: str, region: str) -> None:
    assume(not (region and langcodes.Language.get(tag).territory))
    found = find(tag + region, NLLB_TAGS)
    assert found is not None
    if not region:
        assert found == tag


def test_the_tag_itself_comes_before_another_that_is_no_distance_away() -> None:
    assert find("tw-Latn", ["ak-Latn", "tw-Latn"]) == "tw-Latn"


def test_what_is_no_tag_is_an_error() -> None:
    manifest = Manifest(name="m", kind="translation", family="marian")
    with pytest.raises(InputError, match="'not a tag' is not a BCP-47 language tag"):
        manifest.route("en", "not a tag")


def test_a_long_list_is_counted_not_printed() -> None:
    message = refuse("nllb", "into", "gsw", NLLB_TAGS)
    assert message.startswith("nllb: does not translate into 'gsw'; near ones: de")
    assert message.endswith(f"it knows: {len(NLLB_TAGS)} languages")
