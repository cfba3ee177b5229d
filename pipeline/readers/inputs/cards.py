"""The card of a data set, ``README.md``: its configurations, their files and their columns.

Its beginning is YAML between two lines ``---``; ``configs`` and ``dataset_info`` are read as
``datasets`` reads them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosslabel.projection.errors import InputError, first_line

_MAX_BYTES = 1 << 22
_SETTINGS = ("data_files", "data_dir", "default", "features", "version", "description")
"""Settings of a configuration that do not say how files are parsed."""


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration of a data set.

    Attributes:
        folder: that it is confined to; empty for the whole data set.
        files: patterns of files by split, below the folder; ``None`` if names of files decide.
        unused: names of its other settings, which say how ``datasets`` is to parse the files.
    """

    folder: str = ""
    files: Mapping[str, Sequence[str]] | None = None
    unused: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says.

    Attributes:
        configs: configurations by name; none if no files are named.
        features: ``datasets`` feature by column, for each configuration that describes them.
        default: the configuration that is read if none is chosen.
    """

    configs: Mapping[str, Config] = field(default_factory=dict)
    features: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default: str | None = None

    @property
    def names(self) -> list[str]:
        """The names of the configurations."""
        return list(self.configs or self.features)


def read_card(file: Path, shown: str) -> Card:
    """Read the card of a data set.

    Args:
        shown: the data set, for messages.

    Raises:
        InputError: its YAML is broken, or its configurations are not those of a data set.
    """
    from datasets.info import DatasetInfosDict
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCardData

    try:
        values = _yaml_values(file)
        data = DatasetCardData(**{key: values[key] for key in ("configs", "dataset_info")
                                  if values.get(key)})
        given = MetadataConfigs.from_dataset_card_data(data)
        infos = DatasetInfosDict.from_dataset_card_data(data)
        features = {name: dict(config["features"]) for name, config in given.items()
                    if config.get("features")}
        features |= {name: dict(info.features) for name, info in infos.items() if info.features}
        configs = {name: _config(settings) for name, settings in given.items()}
        return Card(configs, features, given.get_default_config_name())
    except Exception as error:  # what stands in a card can be wrong in dozens of ways
        raise InputError(f"{shown}: its card README.md cannot be read ({first_line(error)}); "
                         "correct it, or name the files to read") from error


def _config(settings: Mapping[str, Any]) -> Config:
    """Return a configuration; what is wrong with its settings raises an error of any type."""
    from datasets.data_files import sanitize_patterns

    folder = posixpath.normpath(str(settings.get("data_dir") or ".")).removeprefix(".")
    given = settings.get("data_files")
    files = None if given is None else {
        split: [str(pattern) for pattern in patterns]
        for split, patterns in sanitize_patterns(given).items()}
    return Config(folder, files, [name for name in settings if name not in _SETTINGS])


def _yaml_values(file: Path) -> Mapping[str, Any]:
    """Return the values at the beginning of a card; none if it begins without them."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads no aliases: a few of them can stand for more than the memory holds."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not read")
            return super().compose_node(parent, index)

    with file.open("rb") as opened:
        content = opened.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError(f"it has more than {_MAX_BYTES:,} bytes")
    lines = content.decode("utf-8-sig").splitlines()
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        return {}
    values = yaml.load("\n".join(lines[1:lines.index("---", 1)]), Loader)
    return values if isinstance(values, dict) else {}


def chosen_config(card: Card, config: str | None, shown: str) -> str | None:
    """Return the configuration to read; ``None`` if the card has none.

    Args:
        config: the one that the caller asks for.

    Raises:
        InputError: it does not exist, or none is asked for and the card has several.
    """
    names = card.names
    if config is not None:
        if config not in names:
            known = f"it has {', '.join(names)}" if names else "leave source.config out"
            raise InputError(f"{shown}: has no configuration {config!r}; {known}")
        return config
    if card.default or len(names) == 1:
        return card.default or names[0]
    if card.configs:
        raise InputError(f"{shown}: has the configurations {', '.join(names)}; choose one with "
                         f"source.config, such as source.config={names[0]}")
    return None


def config_files(
    card: Card, config: str, names: Sequence[str], shown: str
) -> Sequence[tuple[str, str]] | None:
    """Return the files of a configuration with their splits, split by split.

    ``None`` if the card leaves it to the names of files.

    Args:
        names: of all files of the data set.

    Raises:
        InputError: a pattern fits no file, or reaches out of the data set.
    """
    chosen = card.configs.get(config, Config())
    if chosen.files is None:
        return None
    found = []
    for split, patterns in chosen.files.items():
        for pattern in patterns:
            fitting = fitting_names(names, posixpath.join(chosen.folder, pattern), shown)
            if not fitting:
                raise InputError(f"{shown}: has no file {pattern!r}, which its card names for the "
                                 f"split {split} of {config!r}; name the files to read")
            found += [(name, split) for name in fitting]
    return list(dict.fromkeys(found))


def fitting_names(names: Sequence[str], pattern: str, shown: str) -> list[str]:
    """Return the names that fit a pattern of fsspec: ``*`` within a name, ``**`` any folders.

    Raises:
        InputError: it is no pattern, or one of names elsewhere.
    """
    from fsspec.utils import glob_translate

    pattern = posixpath.normpath(pattern)
    if pattern.startswith(("../", "/")) or "://" in pattern or ":/" in pattern:
        raise InputError(f"{shown}: {pattern!r} is not in it; name the files to read")
    try:
        fits = re.compile(glob_translate(pattern)).match
    except (ValueError, re.error) as error:
        raise InputError(f"{shown}: {pattern!r} is not a pattern ({error}); write ** between "
                         "slashes") from error
    return [name for name in names if name == pattern or fits(name)]
