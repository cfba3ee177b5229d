"""What a run keeps of the work of an earlier one."""

from __future__ import annotations

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.storage.folders import files


def kept(planned: Plan) -> list[str]:
    """Return a line that counts the committed parts and shards of a plan; no line without any."""
    parts = new_parts = shards = 0
    for lang, language in planned.languages.items():
        new = {language.parts[slot] for slot in language.new}
        new_parts += len(new)
        parts += len(new.intersection(language.memory.parts())) if new else 0
        names = {f"{shard.name}.json" for shard in planned.shards[lang]}
        folder = planned.shards[lang][0].folder
        shards += len(names.intersection(file.name for file in files(folder, "shard-*.json")))
    if not (parts or shards):
        return []
    all_shards = sum(map(len, planned.shards.values()))
    of_parts = [f"{parts} of {new_parts} parts"] if new_parts else []
    return ["kept from an earlier run: " + " and ".join(
        [*of_parts, f"{shards} of {all_shards} shards"])]
