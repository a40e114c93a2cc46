"""What head office says back: signed acknowledgements, and how it meets a terminal that asks."""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from journal.keys import sign_document
from mqtt_bridge.wire import ACK_CONTEXT, Ack, Ask, State, Topic, from_document, unsigned
from server.core.keys import HeadOfficeKeys
from server.fleet.models import Enrolment, Terminal
from server.spool import clocks
from server.spool.lock import ALL
from server.spool.quarantine import unresolved

log = logging.getLogger(__name__)

NO_SESSION = "0" * 32


def acknowledge(enrolment: Enrolment, keys: HeadOfficeKeys, need: int | None = None) -> Ack:
    """Return the signed acknowledgement of what is committed for an enrolment; call it after the commit only."""
    terminal = enrolment.terminal.code
    ack = Ack(
        terminal=terminal,
        server=keys.server,
        number=enrolment.ack_number,
        epoch=enrolment.epoch,
        upto=enrolment.upto,
        head=enrolment.head_hash,
        quarantined=unresolved(terminal, enrolment.epoch),
        need=need,
        alarm=enrolment.alarm or None,
        nonce=enrolment.session_nonce or NO_SESSION,
        at=timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        backed_up=min(enrolment.backed_up, enrolment.upto),
    )
    return from_document(Ack, sign_document(keys.ack, ACK_CONTEXT, unsigned(ack)))


def meet(ask: Ask) -> Enrolment | None:
    """Open a session: note the nonce and what the terminal holds. Returns its enrolment, None when it is unknown."""
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("terminal__store")
            .filter(
                terminal__code=ask.terminal,
                epoch=ask.epoch,
                terminal__active=True,
                revoked_at=None,
                branch_of=None,
            )
            .first()
        )
        if enrolment is None:
            return None
        enrolment.session_nonce = ask.nonce
        enrolment.head_seq = max(ask.head_seq, enrolment.upto)
        enrolment.ack_number += 1
        enrolment.save(update_fields=["session_nonce", "head_seq", "ack_number"])
        Terminal.objects.filter(pk=enrolment.terminal_id).update(last_seen=timezone.now(), online=True)
    # Anybody could have written the ask, so no alarm follows from it: a terminal whose journal lacks what head office
    # holds finds that out from the signed answer.
    if ask.head_seq < enrolment.upto or (ask.head_seq == enrolment.upto and ask.head_hash != enrolment.head_hash):
        log.warning(
            "terminal %s epoch %d: its journal ends with another entry %d than head office holds (up to %d)",
            ask.terminal,
            ask.epoch,
            ask.head_seq,
            enrolment.upto,
        )
    return enrolment


@transaction.atomic
def note_state(place: Topic, state: State, retained: bool) -> None:
    """Note whether a terminal is connected and how it is; a retained message tells of some earlier moment.

    What is retained at a shard the terminal was moved away from says nothing, nor does its good-bye there.
    A good-bye or last will was written when the connection began, so it says nothing but that it is over.
    """
    news: dict[str, Any] = {"online": state.online, "software": state.software[:100]}
    if state.online:
        news |= {
            "mode": state.mode,
            "unsent_minor": state.unsent_minor,
            "oldest_unsent_at": clocks.moment(state.oldest_unsent_at or ""),
            "disk_used_percent": state.disk_used_percent,
            "transfer": state.transfer,
        }
        if not retained:
            now = timezone.now()
            news["last_seen"] = now
            if at := clocks.moment(state.at):
                news["clock_skew_s"] = clocks.skew_s([at], now)
    told = Terminal.objects.filter(code=place.terminal)
    if retained or not state.online:
        told = told.filter(shard=place.shard)
    if state.online:
        told = told.filter(active=True, enrolments__epoch=state.epoch, enrolments__revoked_at=None)
    if state.online:
        # Before the terminal's row, as the intake locks them.
        Enrolment.objects.filter(terminal__code=place.terminal, epoch=state.epoch, head_seq__lt=state.head_seq).update(
            head_seq=state.head_seq
        )
    told.update(**news)


def all_offline(shard: str) -> None:
    """Forget who of a shard (`+`: of all) was connected; the broker's retained states tell anew."""
    theirs = Terminal.objects.all() if shard == ALL else Terminal.objects.filter(shard=shard)
    theirs.filter(online=True).update(online=False)
