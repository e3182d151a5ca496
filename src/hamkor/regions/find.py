"""Finding regions: by the entry-point group ``hamkor.regions``, or by the path of a folder."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from hamkor.schema.errors import BadInput, did_you_mean

GROUP = "hamkor.regions"


def region_folders() -> dict[str, Path]:
    """Return the folder of every region that an installed package announces, by name.

    Examples
    --------
    >>> "toyland" in region_folders()
    True
    """
    folders: dict[str, Path] = {}
    for entry in entry_points(group=GROUP):
        try:
            spec = find_spec(entry.value)
        except ModuleNotFoundError:
            continue
        if spec is not None and spec.origin is not None:
            folders[entry.name] = Path(spec.origin).parent
    return dict(sorted(folders.items()))


def region_folder(name: str) -> Path:
    """Return the folder of the region called `name`, or of the folder that `name` is the path of.

    Raises
    ------
    BadInput
        If there is no such region and no such folder.

    Examples
    --------
    >>> region_folder("toyland").name
    'toyland'
    >>> region_folder("toylad")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: region 'toylad' where a region or a folder with a region.toml is due; did you mean 'toyland'?
    """
    folders = region_folders()
    if name in folders:
        return folders[name]
    path = Path(name)
    with suppress(OSError, ValueError):
        if (path / "region.toml").is_file():
            return path
    cure = did_you_mean(name, folders)
    raise BadInput(f"region '{name}'", due="a region or a folder with a region.toml", cure=cure)
