"""Drives an SMP server with mcumgr-toolkit and prints what it saw as JSON.

usage: session_mcumgr_toolkit.py ADDRESS VERSION IMAGE
ADDRESS is a serial port, or `udp:PORT` on this machine. The library chooses the version of the protocol itself.
"""

import hashlib
import json
import re
import sys
import time

from mcumgr_toolkit import MCUmgrClient


def states(images) -> list:
    return [[s.slot, s.version, s.active, s.confirmed, s.pending] for s in images]


def code(work) -> int:
    try:
        work()
    except Exception as error:  # the library raises RuntimeError with the server's code in its text
        found = re.search(r"rc[:=]?\s*(\d+)|\((\d+)\)", str(error))
        return int(next(part for part in found.groups() if part)) if found else -1
    raise AssertionError("not refused")


def restarted(client: MCUmgrClient) -> list:
    for _ in range(60):
        time.sleep(0.5)
        try:
            return states(client.image_get_state())
        except RuntimeError:
            continue
    raise TimeoutError("the board does not come back")


def groups(client: MCUmgrClient, seen: dict) -> None:
    content = bytes(range(256)) * 8
    client.fs_file_upload("/lfs1/peer", content)
    seen["file"] = bytes(client.fs_file_download("/lfs1/peer")) == content
    seen["file size"] = client.fs_file_status("/lfs1/peer").length
    digest = client.fs_file_checksum("/lfs1/peer", "sha256").output
    seen["file hash"] = digest == hashlib.sha256(content).digest()
    seen["file missing"] = code(lambda: client.fs_file_status("/lfs1/none"))
    client.settings_write("peer/x", b"abc")
    seen["setting"] = bytes(client.settings_read("peer/x")).hex()
    client.settings_save()
    client.settings_delete("peer/x")
    seen["setting missing"] = code(lambda: client.settings_read("peer/x"))
    seen["statistics"] = list(client.stats_list_groups())
    seen["counted"] = client.stats_get_group_data("smp")["requests"] > 0
    seen["shell"] = [client.shell_execute(["kernel", "version"]), 0]
    seen["tasks"] = "mcumgr smp" in client.os_task_statistics()
    seen["groups"] = list(client.enum_get_group_ids())


def drive(address: str, image: bytes) -> dict:
    seen: dict = {}
    udp = address.startswith("udp:")
    client = MCUmgrClient.udp("127.0.0.1", int(address[4:]), 5000) if udp else MCUmgrClient.serial(address, 115200, 5000)
    with client:
        client.use_auto_frame_size()
        parameters = client.os_mcumgr_parameters()
        seen["buffers"] = [parameters.buf_size, parameters.buf_count]
        seen["echo"] = client.os_echo("peer speaking")
        groups(client, seen)
        seen["before"] = states(client.image_get_state())
        client.image_erase()
        client.image_upload(image)
        seen["uploaded"] = len(image)
        wanted = next(entry.hash for entry in client.image_get_state() if entry.slot == 1)
        seen["marked"] = states(client.image_set_state(wanted, False))
        seen["unknown"] = code(lambda: client.image_set_state(bytes(32), False))
        client.os_system_reset()
        seen["tried"] = restarted(client)
        seen["kept"] = states(client.image_set_state(None, True))
    return seen


if __name__ == "__main__":
    with open(sys.argv[3], "rb") as file:
        content = file.read()
    print(json.dumps(drive(sys.argv[1], content)))
