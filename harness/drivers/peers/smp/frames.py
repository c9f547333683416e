"""Encodes SMP requests with the package `smp`, on which smpclient stands.

One line of JSON in, one out: {"module", "name", "fields", "version", "sequence"} gives {"packet", "lines"} in hex;
bytes among the fields are {"hex": "..."}.
"""

import importlib
import json
import sys

from smp.header import Version
from smp.packet import encode

# What smpclient encodes for: 127 bytes and a line end that is never there.
LINE_LENGTH = 128


def value(field):
    return bytes.fromhex(field["hex"]) if isinstance(field, dict) else field


def frame(asked: dict) -> dict:
    request = getattr(importlib.import_module(f"smp.{asked['module']}_management"), f"{asked['name']}Request")
    fields = {name: value(field) for name, field in asked["fields"].items()}
    packet = bytes(request(version=Version(asked["version"] - 1), sequence=asked["sequence"], **fields))
    return {"packet": packet.hex(), "lines": b"".join(encode(packet, LINE_LENGTH)).hex()}


for line in sys.stdin:
    try:
        print(json.dumps(frame(json.loads(line))), flush=True)
    except Exception as error:
        print(json.dumps({"failed": repr(error)}), flush=True)
