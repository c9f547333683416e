"""Serves the supply of supply.yaml, played by PyVISA-sim, on a loopback port.

Says the port, then one line of JSON a state that was asked for on standard input. The board on the supply is played
here: its rail follows the output, unless standard input said `stuck`.
"""

import json
import os
import socket
import sys
import threading

import pyvisa

HERE = os.path.dirname(os.path.abspath(__file__))
LOCK = threading.Lock()
STUCK = False

manager = pyvisa.ResourceManager(os.path.join(HERE, "supply.yaml") + "@sim")
supply = manager.open_resource("TCPIP::localhost::5025::SOCKET", read_termination="\n", write_termination="\n")


def follow():
    """The rail is what the output gives."""
    if supply.query("OUTP?") == "ON":
        supply.write("SIM:MEAS %.6f" % float(supply.query("VOLT?")))
    elif not STUCK:
        supply.write("SIM:MEAS 0.000000")


def serve(client):
    with client, client.makefile("rwb") as wire:
        for line in wire:
            text = line.decode("ascii", "replace").strip()
            with LOCK:
                if text.startswith("MEAS"):
                    follow()
                supply.write(text)
                if text.endswith("?"):
                    wire.write((supply.read() + "\n").encode())
                    wire.flush()


def listen(server):
    while True:
        client, _ = server.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=listen, args=(server,), daemon=True).start()
print(json.dumps({"port": server.getsockname()[1]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    with LOCK:
        STUCK = bool(request.get("stuck", False))
        state = {name: supply.query(query) for name, query in (("volts", "VOLT?"), ("amps", "CURR?"), ("output", "OUTP?"))}
    print(json.dumps(state), flush=True)
