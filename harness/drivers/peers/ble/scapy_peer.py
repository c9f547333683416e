"""Takes HCI packets apart with scapy: for each line of JSON with a packet, one with its innermost fields in order."""

import json
import sys

from scapy.layers.bluetooth import HCI_Hdr
from scapy.packet import Packet

HEADERS = ("HCI_Hdr", "HCI_Command_Hdr", "HCI_Event_Hdr", "HCI_ACL_Hdr", "L2CAP_Hdr", "L2CAP_CmdHdr", "ATT_Hdr")

print(json.dumps({"ready": True}), flush=True)


def flat(name, value):
    if isinstance(value, Packet):
        return fields(value)
    if isinstance(value, list):
        return [one for item in value for one in flat(name, item)]
    return [[name, value if isinstance(value, int) else bytes(value).hex()]]


def fields(packet):
    named = [one for field in packet.fields_desc for one in flat(field.name, packet.getfieldval(field.name))]
    return named + (fields(packet.payload) if packet.payload else [])


for line in sys.stdin:
    packet = HCI_Hdr(bytes.fromhex(json.loads(line)["packet"]))
    while type(packet).__name__ in HEADERS:
        packet = packet.payload
    print(json.dumps(fields(packet) if packet else []), flush=True)
