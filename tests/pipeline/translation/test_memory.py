"""The translation memory is its committed parts; the index over them can be lost."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.translation.memory import Memory
from crosslabel.pipeline.translation.translator import Translation

COMPUTED = {"device": "cpu", "compute_type": "int8"}
TEXTS = ["One.", "Zwei?", "三", "أربعة"]
TRANSLATIONS = [
    Translation("Eins.", -0.5),
    Translation("Two?", -0.25),
    Translation(None, None, "over-limit: 9"),
    Translation("four", -1.0),
]


def test_a_part_comes_back_as_it_was(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "space")
    assert not memory.has("p1")
    memory.commit("p1", TEXTS, TRANSLATIONS, COMPUTED)
    assert memory.has("p1")
    assert memory.read("p1") == TRANSLATIONS
    assert memory.sources("p1") == TEXTS
    assert memory.info("p1")["compute_type"] == "int8"


def test_a_part_without_its_marker_does_not_exist(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "space")
    memory.commit("p1", TEXTS, TRANSLATIONS, COMPUTED)
    (memory.folder / "p1.json").unlink()
    assert not memory.has("p1")
    with memory.open_index() as index:
        assert index.find(TEXTS[0]) is None


def test_index_is_rebuilt_from_the_parts(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "space")
    memory.commit("p1", TEXTS[:2], TRANSLATIONS[:2], COMPUTED)
    with memory.open_index() as index:
        assert index.find("Zwei?") == ("p1", 1)
    memory.commit("p2", TEXTS[2:], TRANSLATIONS[2:], COMPUTED)
    for path in memory.folder.glob("index.sqlite*"):
        path.unlink()
    with memory.open_index() as index:
        assert [index.find(text) for text in TEXTS] == [("p1", 0), ("p1", 1), ("p2", 0), ("p2", 1)]
        assert index.find("Five.") is None


def test_index_does_not_tell_of_parts_that_are_gone(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "space")
    memory.commit("p1", TEXTS[:3], TRANSLATIONS[:3], COMPUTED)
    memory.commit("p2", TEXTS[2:], TRANSLATIONS[2:], COMPUTED)
    with memory.open_index() as index:
        assert [index.find(text) for text in TEXTS[1:3]] == [("p1", 1), ("p1", 2)]
    (memory.folder / "p1.arrow").unlink()
    with memory.open_index() as index:
        assert [index.find(text) for text in TEXTS] == [None, None, ("p2", 0), ("p2", 1)]


@given(st.lists(st.text(st.characters(codec="utf-8")), unique=True, max_size=30))
def test_reservations_are_found_by_exact_text(texts: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Memory(Path(folder)).open_index() as index:
        for row, text in enumerate(texts):
            assert index.reserved(text) is None
            index.reserve(text, (row // 4, row % 4))
        assert [index.reserved(t) for t in texts] == [(r // 4, r % 4) for r in range(len(texts))]
