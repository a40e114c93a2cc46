"""Down: announced revisions become the current catalogue file, accounts documents the accounts replica, boards a file.

What is not signed by head office, or is not for this terminal, is logged, told as news, and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from journal.keys import BadSignature, PublicKey, verify_document
from masterdata.accounts_file import AccountsError, AccountsGap, AccountsReplica
from masterdata.board_file import BoardError, BoardReader, board_path, parse_board, write_board
from masterdata.catalogue_file import current, current_revision
from masterdata.errors import BadManifest
from masterdata.manifest import RevisionManifest, verify_manifest
from mqtt_bridge import local_socket, wire
from mqtt_bridge.backoff import Backoff
from mqtt_bridge.installer import Installer
from mqtt_bridge.local_files import ACCOUNTS_FILE
from mqtt_bridge.marks import Marks
from mqtt_bridge.photo_shelf import PhotoShelf

log = logging.getLogger(__name__)


class Downlink:
    """Takes what came down. Used by the bridge's one thread; installing and fetching run in processes of their own."""

    def __init__(
        self,
        enrolment: wire.Enrolment,
        data_dir: Path,
        marks: Marks,
        tell: Callable[[local_socket.News], object],
        retries: Backoff,
        photo_retries: Backoff,
    ) -> None:
        self._enrolment, self._marks, self._tell = enrolment, marks, tell
        self._key = PublicKey.from_base64(enrolment.ack_public_key)
        self._board_path = board_path(data_dir)
        self._catalogues = data_dir / "catalogues"
        self._replica = AccountsReplica(data_dir / ACCOUNTS_FILE)
        url, authority = enrolment.head_office_url, enrolment.ca_certificate
        self._photos = PhotoShelf(url, authority, data_dir, photo_retries, self._replica.photos())
        self._installer = Installer(url, authority, self._catalogues)
        self._backoff = retries
        self._wanted: RevisionManifest | None = None
        self._try_at_s = 0.0
        self.needs_full_accounts = False

    @property
    def accounts_version(self) -> int:
        """The version to ask with: what is held, or 0 to be sent everything."""
        return 0 if self.needs_full_accounts else self._replica.version

    def on_accounts(self, payload: bytes, now_s: float) -> None:
        """Apply an accounts document; `needs_full_accounts` is set when it does not continue what is held."""
        try:
            document = wire.document(payload)
            verify_document(self._key, wire.ACCOUNTS_CONTEXT, document)
            self._check_addressee(document)
            version = self._replica.apply(document)
        except AccountsGap as gap:
            log.info("%s", gap)
            self.needs_full_accounts = True
        except (wire.WireError, BadSignature, AccountsError) as problem:
            self._alarm(f"accounts refused: {problem}")
        else:
            self.needs_full_accounts = False
            self._tell(local_socket.Accounts(version))
            self._photos.want(self._replica.photos(), now_s)

    def on_board(self, payload: bytes) -> None:
        """Put a board in the place of the one held; an older one is passed over."""
        try:
            document = wire.document(payload)
            verify_document(self._key, wire.BOARD_CONTEXT, document)
            self._check_addressee(document)
            board = parse_board(document)
        except (wire.WireError, BadSignature, AccountsError, BoardError) as problem:
            self._alarm(f"board refused: {problem}")
            return
        held = BoardReader(self._board_path).read()
        if held and board.is_older_than(held):
            log.info("passed over board %d of %s, older than what is held", board.version, board.as_of.isoformat())
            return
        write_board(self._board_path, document)
        self._tell(local_socket.Board(board.version))

    def on_revision(self, payload: bytes, now_s: float) -> None:
        """Take an announcement; a newer revision is installed from the next `turn` on."""
        try:
            manifest = verify_manifest(wire.document(payload), self._enrolment.revision_public_key)
            self._check_manifest(manifest)
        except (wire.WireError, BadManifest) as problem:
            self._alarm(f"revision refused: {problem}")
            return
        if manifest.revision != current_revision(self._catalogues) or current(self._catalogues) is None:
            self._wanted = manifest
            self._try_at_s = now_s
            self._backoff.reset()

    def turn(self, now_s: float) -> None:
        """Start or finish installing and fetching photos."""
        self._photos.turn(now_s)
        outcome = self._installer.poll(now_s)
        if outcome:
            manifest, result = outcome
            if not result.error:
                self._tell(local_socket.Revision(manifest.revision))
            else:
                self._alarm(f"revision not installed: {result.error}")
            if manifest == self._wanted:
                self._wanted = manifest if result.again else None
                self._try_at_s = now_s + self._backoff.next_s()
        if self._wanted and not self._installer.busy and now_s >= self._try_at_s:
            self._installer.start(self._wanted, now_s)

    def close(self) -> None:
        """Stop what is under way (it can be done again) and close the files."""
        self._installer.close()
        self._photos.close()
        self._replica.close()

    def _check_addressee(self, document: dict[str, Any]) -> None:
        for field, ours in (("terminal", self._enrolment.terminal), ("epoch", self._enrolment.epoch)):
            if document.get(field) != ours:
                raise AccountsError(f"{field} is {document.get(field)!r}, ours is {ours!r}")

    def _check_manifest(self, manifest: RevisionManifest) -> None:
        if manifest.store != self._enrolment.store:
            raise BadManifest(f"manifest: store is {manifest.store}, ours is {self._enrolment.store}")
        held = current_revision(self._catalogues) or 0
        if manifest.revision < held:
            raise BadManifest(f"manifest: revision {manifest.revision} is older than {held}, which is in use")
        if self._marks.announced_sha256(manifest.revision, manifest.sha256) != manifest.sha256:
            raise BadManifest(f"manifest: revision {manifest.revision} was published with another sha256 before")

    def _alarm(self, text: str) -> None:
        log.error("%s", text)
        self._tell(local_socket.Alarm(text))
