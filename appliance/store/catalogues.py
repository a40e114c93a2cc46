"""The catalogue files the bridge builds, and the one the terminal sells from."""

from __future__ import annotations

import logging
from pathlib import Path

from masterdata import catalogue_file
from masterdata.errors import RevisionError
from sales.catalogue import Catalogue

log = logging.getLogger(__name__)


class CatalogueShelf:
    """A folder of `catalogue-N.sqlite` files with a pointer to the newest. Loads only when asked to."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._tried: Path | None = None
        self.catalogue: Catalogue | None = None
        self.problem = ""

    def adopt(self) -> bool:
        """Load the file the pointer names, if it is another one; tells whether the catalogue changed.

        A file that cannot be read is tried once, named in `problem`, and the catalogue in use stays.
        """
        newest = catalogue_file.current(self._directory)
        if newest is None or newest == self._tried:
            return False
        self._tried = newest
        try:
            self.catalogue = catalogue_file.load(newest)
        except (RevisionError, OSError) as error:
            log.error("the newest catalogue is refused: %s", error)
            self.problem = str(error)
            return False
        self.problem = ""
        return True

    def of_revision(self, revision: int) -> Catalogue | None:
        """The catalogue of an earlier revision, None when its file is gone or cannot be read."""
        if self.catalogue is not None and self.catalogue.revision == revision:
            return self.catalogue
        try:
            return catalogue_file.load(catalogue_file.file_of(self._directory, revision))
        except (RevisionError, OSError) as error:
            log.info("the menu of revision %d cannot be read: %s", revision, error)
            return None
