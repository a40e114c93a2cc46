"""What the broker has to know, as texts: its configuration, who may write and read what, whose certificates are revoked.

Measured with mosquitto 2.0.11 (Debian 12) and 2.0.21 (Debian 13), which behave alike: on SIGHUP both read the access rules
and the revocation list anew; the rules bind open connections at once, the list only new ones.
"""

from collections.abc import Iterable
from pathlib import Path

from mqtt_bridge.wire import OFFICE_LEAVES, ROOT, TERMINAL_LEAVES

CONFIGURATION = """\
# Written by `refectory head-office broker_config`; what is changed here is lost.
user {user}
pid_file {folder}/mosquitto.pid

# Nobody without a certificate of head office's authority; its name is the user name and the client id.
per_listener_settings false
allow_anonymous false
allow_zero_length_clientid false
acl_file {folder}/acl

# The broker may lose everything: it is a pipe, and what is lost comes again.
persistence true
persistence_location {folder}/data/
autosave_interval 60
persistent_client_expiration 7d

# What one broken or hostile terminal can cost the others.
max_packet_size {packet_bytes}
max_inflight_messages 100
max_queued_messages 10000
max_queued_bytes 268435456
max_keepalive 120
sys_interval 0

set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages true

# Without tls_version both sides agree on TLS 1.3 or 1.2, nothing older.
listener {port} {address}
max_connections {connections}
cafile {folder}/ca.crt
certfile {folder}/server.crt
keyfile {folder}/server.key
crlfile {folder}/revoked.crl
require_certificate true
use_identity_as_username true
use_username_as_clientid true
"""
PACKET_BYTES = 32 * 1024 * 1024
"""The largest message: all accounts of a store with some 50,000 guests."""
CONNECTIONS = 1000


def configuration(folder: Path, user: str, address: str, port: int) -> str:
    """The broker's configuration, with all its files in `folder`."""
    return CONFIGURATION.format(
        folder=folder, user=user, address=address, port=port, packet_bytes=PACKET_BYTES, connections=CONNECTIONS
    )


def access_rules(terminals: Iterable[str], workers: Iterable[str], shards: Iterable[str]) -> str:
    """Who may write and read what. Whoever is not named may nothing; a terminal's rules name its own topics only.

    They name them in each of the house's `shards`: in topics of any other a terminal could have the broker keep messages
    without end.
    """
    blocks = ["# Written by `refectory head-office broker_config`; what is changed here is lost.\n"]
    for worker in sorted(workers):
        blocks.append(_block(worker, ["+/+"], read=TERMINAL_LEAVES | OFFICE_LEAVES, write=OFFICE_LEAVES))
    levels = sorted(shards)
    for terminal in sorted(terminals):
        own = [f"{shard}/{terminal}" for shard in levels]
        blocks.append(_block(terminal, own, read=OFFICE_LEAVES, write=TERMINAL_LEAVES))
    return "\n".join(blocks)


def _block(user: str, places: Iterable[str], *, read: frozenset[str], write: frozenset[str]) -> str:
    lines = [f"user {user}\n"]
    for place in places:
        for verb, leaves in (("read", read - write), ("write", write - read), ("readwrite", read & write)):
            lines += [f"topic {verb} {ROOT}/{place}/{leaf}\n" for leaf in sorted(leaves)]
    return "".join(lines)
