"""Taking an open connection away from whoever holds it.

A broker looks at certificates only when a connection begins. A second connection under the same name ends the first one
(MQTT 5, 3.1.4-3), so head office makes one with a certificate of its own for a moment; whoever was there cannot come back,
for the revocation list is in force by then.
"""

import ssl
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from server.core.authority import Authority, key_pem, new_key, pem
from server.core.broker_address import BrokerAddress
from server.spool.connection import CONNECT_TIMEOUT_S, BrokerLost


def end_connection(broker: BrokerAddress, authority: Authority, name: str) -> None:
    """End the connection of the client `name` of a broker with TLS, if there is one. Raises BrokerLost."""
    answers: list[ReasonCode] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
    client.connect_timeout = CONNECT_TIMEOUT_S
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.append(reason)
    client.tls_set_context(_context(authority, name))
    try:
        client.connect(broker.host, broker.port, clean_start=True)
    except OSError as error:
        raise BrokerLost(f"broker {broker}: {error}") from error
    deadline_s = time.monotonic() + CONNECT_TIMEOUT_S
    while not answers and time.monotonic() < deadline_s:
        code = client.loop(0.1)
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            break
    client.disconnect()
    if not answers or answers[0].is_failure:
        raise BrokerLost(f"broker {broker} does not let {name} be taken away: {answers[0] if answers else 'no answer'}")


def _context(authority: Authority, name: str) -> ssl.SSLContext:
    key = new_key()
    context = ssl.create_default_context(cadata=pem(authority.certificate))
    # The library reads keys from files only.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "moment.pem"
        path.touch(mode=0o600)
        path.write_text(key_pem(key) + pem(authority.short_lived(name, key.public_key())))
        context.load_cert_chain(path)
    return context
