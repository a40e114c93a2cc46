"""Where guests' photos lie beside the accounts replica: `<folder>/photos/<key>.jpg`."""

from __future__ import annotations

from pathlib import Path

SUFFIX = ".jpg"


def photo_folder(folder: Path) -> Path:
    """Return the folder of the photos of the terminal whose files are in `folder`."""
    return folder / "photos"


def photo_file(folder: Path, key: str) -> Path:
    """Return the path of a photo, there or not."""
    return photo_folder(folder) / f"{key}{SUFFIX}"
