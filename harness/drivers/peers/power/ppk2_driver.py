"""Answers each line of JSON with one: what ppk2-api (PyPI) would send to a kit, and what it reads in a kit's samples."""

import json
import sys

import serial


class Wire:
    """Stands in for the port: keeps what is written, and gives back what it was loaded with."""

    def __init__(self, *_args, **_named):
        self.written = b""
        self.waiting = b""

    @property
    def in_waiting(self):
        return len(self.waiting)

    def write(self, data):
        self.written += data

    def read(self, count):
        data, self.waiting = self.waiting[:count], self.waiting[count:]
        return data

    def close(self):
        pass


serial.Serial = Wire

from ppk2_api.ppk2_api import PPK2_API  # noqa: E402


def kit(request):
    api = PPK2_API("none")
    api.ser.waiting = request["calibration"].encode()
    if not api.get_modifiers():
        raise ValueError("ppk2-api does not read this calibration")
    return api


def frames(request):
    """Bytes of every operation, in order."""
    api = kit(request)
    said = {"metadata": api.ser.written.hex()}

    def keep(name, act, *args):
        api.ser.written = b""
        act(*args)
        said[name] = api.ser.written.hex()

    keep("source", api.use_source_meter)
    keep("ampere", api.use_ampere_meter)
    keep("voltage", api.set_source_voltage, request["millivolts"])
    keep("on", api.toggle_DUT_power, "ON")
    keep("off", api.toggle_DUT_power, "OFF")
    keep("start", api.start_measuring)
    keep("stop", api.stop_measuring)
    return {"frames": said}


def samples(request):
    api = kit(request)
    api.use_source_meter()
    api.set_source_voltage(request["millivolts"])
    values, logic = api.get_samples(bytes.fromhex(request["bytes"]))
    return {"microamps": values, "logic": logic}


ACTS = {"frames": frames, "samples": samples}

print(json.dumps({"hello": "ppk2-api"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = ACTS[request["act"]](request)
    except Exception as error:  # whatever it is, the sweep tells it
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
