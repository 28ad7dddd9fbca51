"""The least HTTP/2 server that answers every request of one connection after another with one body."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import h2.config
import h2.connection
import h2.events


@contextlib.contextmanager
def serve_http2(certificate: Path, body: bytes) -> Iterator[int]:
    """Serves `body` over TLS with ALPN `h2` on loopback; yields the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve_one, args=(listener, context, body), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def _serve_one(listener: socket.socket, context: ssl.SSLContext, body: bytes) -> None:
    accepted, _ = listener.accept()
    with contextlib.suppress(OSError), context.wrap_socket(accepted, server_side=True) as channel:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        channel.sendall(connection.data_to_send())
        while data := channel.recv(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    connection.send_headers(event.stream_id, [(":status", "200"), ("x-protocol", "h2")])
                    connection.send_data(event.stream_id, body, end_stream=True)
            channel.sendall(connection.data_to_send())
