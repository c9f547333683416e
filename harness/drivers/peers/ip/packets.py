"""Reads datagrams with other people's decoders, and writes them again: a line of JSON for each line of JSON."""

import json
import sys

import dns.message
import dns.rdatatype
from aiocoap import Message
from aiocoap.message import Direction
from scapy.layers.dhcp import BOOTP, DHCP

print(json.dumps({"ready": True}), flush=True)


def coap(raw: bytes) -> dict:
    message = Message.decode(raw)
    message.direction = Direction.OUTGOING
    return {
        "type": int(message.mtype),
        "code": int(message.code),
        "id": message.mid,
        "token": message.token.hex(),
        "options": [[int(option.number), option.encode().hex()] for option in message.opt.option_list()],
        "payload": message.payload.hex(),
        "again": message.encode().hex(),
    }


def records(section) -> list:
    return sorted(
        [rrset.name.to_text().lower().rstrip("."), int(rrset.rdtype), int(rrset.rdclass), rrset.ttl, rdata.to_wire().hex()]
        for rrset in section
        for rdata in rrset
    )


def domain(raw: bytes) -> dict:
    message = dns.message.from_wire(raw)
    return {
        "id": message.id,
        "flags": message.flags,
        "questions": [[q.name.to_text().lower().rstrip("."), int(q.rdtype), int(q.rdclass)] for q in message.question],
        "answers": records(message.answer),
        "again": message.to_wire().hex(),
    }


def dhcp(raw: bytes) -> dict:
    packet = BOOTP(raw)
    numbers = {name: packet.getfieldval(name) for name in ("op", "htype", "hlen", "hops", "xid", "secs")}
    addresses = {name: packet.getfieldval(name) for name in ("ciaddr", "yiaddr", "siaddr", "giaddr")}
    kinds = [option[0] for option in packet[DHCP].options if isinstance(option, tuple)]
    return {
        **numbers,
        "flags": int(packet.flags),
        **addresses,
        "chaddr": packet.chaddr.hex(),
        "count": len(kinds),
        "again": bytes(packet).hex(),
    }


READERS = {"coap": coap, "dns": domain, "dhcp": dhcp}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = READERS[request["protocol"]](bytes.fromhex(request["hex"]))
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
