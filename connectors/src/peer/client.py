"""Qpid Proton's client against the peer, over TLS and SASL PLAIN.

python3 client.py PORT CERTIFICATE_FILE KEY_NAME KEY HUB PARTITION. Prints "ok" and what it saw.
"""

import os
import sys

from proton import Message, SSLDomain, symbol
from proton.reactor import Selector
from proton.utils import BlockingConnection, LinkDetached

port, certificate, key_name, key, hub, partition = sys.argv[1:]
COUNT = 50
TIMEOUT = 30


def check(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def connect(password):
    tls = SSLDomain(SSLDomain.MODE_CLIENT)
    tls.set_trusted_ca_db(certificate)
    tls.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME, certificate)
    return BlockingConnection(
        f"amqps://localhost:{port}",
        timeout=TIMEOUT,
        ssl_domain=tls,
        allowed_mechs="PLAIN",
        user=key_name,
        password=password,
    )


connection = connect(key)
sender = connection.create_sender(f"{hub}/Partitions/{partition}")
for i in range(COUNT):
    sender.send(Message(body=b"%d" % i, inferred=True, properties={"index": i}))

address = f"{hub}/ConsumerGroups/$Default/Partitions/{partition}"
receiver = connection.create_receiver(
    address, credit=COUNT, options=Selector("amqp.annotation.x-opt-sequence-number > '9'")
)
for i in range(10, COUNT):
    message = receiver.receive(timeout=TIMEOUT)
    receiver.accept()
    annotations = message.annotations
    check(bytes(message.body) == b"%d" % i, f"event {i} is {message.body}")
    check(message.properties["index"] == i, f"event {i} has index {message.properties}")
    check(annotations[symbol("x-opt-sequence-number")] == i, f"event {i} has annotations {annotations}")
    check(isinstance(annotations[symbol("x-opt-offset")], str), f"event {i} has annotations {annotations}")

try:
    connection.create_receiver(f"{hub}/ConsumerGroups/nobody/Partitions/{partition}")
    sys.exit("failed: an unknown consumer group was let in")
except LinkDetached as refused:
    check("amqp:not-found" in str(refused), f"an unknown group is refused with {refused}")
connection.close()
print(f"ok {COUNT - 10} events in order", flush=True)
os._exit(0)  # Proton's destructors complain of the link that was refused
