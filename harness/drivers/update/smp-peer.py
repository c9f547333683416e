"""Drives an SMP server with smpclient, a client that shares no code with ours, and prints what it saw as JSON.

usage: smp-peer.py PORT IMAGE
PORT is a TCP port of this machine that carries the board's UART; a pseudo-terminal stands between, since smpclient
wants a serial port.
"""

import asyncio
import json
import os
import socket
import sys
import threading
import tty

from smpclient import SMPClient
from smpclient.generics import success
from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite
from smpclient.requests.os_management import EchoWrite, MCUMgrParametersRead, ResetWrite
from smpclient.transport.serial import SMPSerialTransport


def bridge(port: int) -> str:
    """Connects a new pseudo-terminal with the TCP port; gives the terminal's name."""
    uart = socket.create_connection(("127.0.0.1", port))
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)

    def pump(read, write) -> None:
        while data := read(4096):
            write(data)

    for pair in (
        (uart.recv, lambda data: os.write(ours, data)),
        (lambda size: os.read(ours, size), uart.sendall),
    ):
        threading.Thread(target=pump, args=pair, daemon=True).start()
    return os.ttyname(theirs)


def states(answer) -> list:
    assert success(answer), answer
    return [
        {
            "slot": entry.slot,
            "version": entry.version,
            "hash": entry.hash.hex(),
            "active": bool(entry.active),
            "confirmed": bool(entry.confirmed),
            "pending": bool(entry.pending),
        }
        for entry in answer.images
    ]


async def restarted(client: SMPClient) -> list:
    """A board that moves an update around does not listen: the question is asked until it does."""
    for _ in range(15):
        await asyncio.sleep(2)
        try:
            return states(await client.request(ImageStatesRead(), timeout_s=2.0))
        except TimeoutError:
            continue
    raise TimeoutError("the board does not come back")


async def drive(terminal: str, image: bytes) -> dict:
    seen: dict = {}
    async with SMPClient(SMPSerialTransport(), terminal, timeout_s=10.0) as client:
        parameters = await client.request(MCUMgrParametersRead())
        seen["buf_size"] = parameters.buf_size
        seen["echo"] = (await client.request(EchoWrite(d="peer speaking"))).r
        seen["before"] = states(await client.request(ImageStatesRead()))
        seen["offsets"] = [offset async for offset in client.upload(image)]
        uploaded = states(await client.request(ImageStatesRead()))
        seen["uploaded"] = uploaded
        wanted = bytes.fromhex(next(entry["hash"] for entry in uploaded if entry["slot"] == 1))
        seen["marked"] = states(await client.request(ImageStatesWrite(hash=wanted, confirm=False)))
        unknown = await client.request(ImageStatesWrite(hash=bytes(32), confirm=False))
        seen["refused"] = [int(unknown.err.group), int(unknown.err.rc)]
        assert success(await client.request(ResetWrite()))
        seen["tried"] = await restarted(client)
        seen["kept"] = states(await client.request(ImageStatesWrite(hash=b"", confirm=True)))
    return seen


if __name__ == "__main__":
    with open(sys.argv[2], "rb") as file:
        content = file.read()
    print(json.dumps(asyncio.run(drive(bridge(int(sys.argv[1])), content))))
