"""Serves a serial port over RFC 2217 with pyserial's own protocol code, one client at a time.

usage: server.py TERMINAL PORT
A pseudo-terminal has no control lines: what they are set to is printed instead, as `dtr 1` or `rts 0`.
"""

import socket
import sys
import threading

import serial
from serial.rfc2217 import PortManager


class Terminal(serial.Serial):
    cts = dsr = ri = cd = property(lambda self: False)

    def _update_dtr_state(self) -> None:
        print(f"dtr {int(self._dtr_state)}", flush=True)

    def _update_rts_state(self) -> None:
        print(f"rts {int(self._rts_state)}", flush=True)


class Server:
    def __init__(self, line: serial.Serial, client: socket.socket) -> None:
        self.line = line
        self.client = client
        self.alive = True
        self.lock = threading.Lock()
        self.manager = PortManager(line, self)

    def write(self, data: bytes) -> None:
        with self.lock:
            self.client.sendall(data)

    def from_line(self) -> None:
        while self.alive:
            data = self.line.read(self.line.in_waiting or 1)
            if data:
                self.write(b"".join(self.manager.escape(data)))

    def serve(self) -> None:
        pump = threading.Thread(target=self.from_line, daemon=True)
        pump.start()
        try:
            while data := self.client.recv(4096):
                self.line.write(b"".join(self.manager.filter(data)))
        finally:
            self.alive = False
            pump.join()


def main() -> None:
    line = Terminal(sys.argv[1], timeout=0.1)
    listener = socket.create_server(("127.0.0.1", int(sys.argv[2])))
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client:
            try:
                Server(line, client).serve()
            except OSError:
                pass


if __name__ == "__main__":
    main()
