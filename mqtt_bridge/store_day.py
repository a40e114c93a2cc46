"""What the store's clock shows: read from the current catalogue file, once for each revision."""

from __future__ import annotations

import logging
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from masterdata.catalogue_file import current, current_revision, load
from masterdata.errors import RevisionError
from mqtt_bridge.transfer import StoreDay

log = logging.getLogger(__name__)


class StoreClock:
    """The store's time zone and services by the catalogues in `folder`; UTC and none before there is one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._revision: int | None = None
        self._day = StoreDay()

    def day(self) -> StoreDay:
        """Return what the current revision says; of one that cannot be read, what the last one said."""
        revision = current_revision(self._folder)
        path = current(self._folder)
        if revision != self._revision and path is not None:
            self._revision = revision
            try:
                catalogue = load(path)
            except (OSError, RevisionError) as problem:
                log.error("%s: %s", path, problem)
            else:
                ends = tuple(time.fromisoformat(period.end) for period in catalogue.service_periods)
                self._day = StoreDay(ZoneInfo(catalogue.store.timezone), ends)
        return self._day
