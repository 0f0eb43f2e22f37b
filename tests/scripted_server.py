"""A server that answers every command of data with one error, as often as asked."""

from __future__ import annotations

import contextlib
import socket
import threading

import hiredis

HANDSHAKE = {b"CLIENT", b"SELECT", b"AUTH", b"MULTI"}
ABORTED = b"-EXECABORT Transaction discarded because of previous errors.\r\n"


class ScriptedServer:
    """Listens while the `with` block lasts; `url` names it, in RESP 2."""

    def __init__(self, line: str) -> None:
        self._line = line.encode() + b"\r\n"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets = [self._listener]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        port = self._listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{port}/0?protocol=2"

    def __enter__(self) -> ScriptedServer:
        self._threads[0].start()
        return self

    def __exit__(self, *_failure: object) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for one in self._sockets:
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._sockets.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        reader = hiredis.Reader()
        with contextlib.suppress(OSError):
            while sent := connection.recv(65536):
                reader.feed(sent)
                while (command := reader.gets()) is not False:
                    connection.sendall(self._reply(command[0].upper()))

    def _reply(self, name: bytes) -> bytes:
        if name in HANDSHAKE:
            return b"+OK\r\n"
        return ABORTED if name == b"EXEC" else self._line
