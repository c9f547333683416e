"""Answers questions about DFU packages with nrfutil 6: a JSON request a line on stdin, a JSON answer a line on stdout.

Only nrfutil's own code decides. Its Bluetooth driver (pc_ble_driver_py) has no build for current Pythons and is needed
for one exception class only, which stands in here.
"""

import base64
import hashlib
import json
import os
import sys
import tempfile
import types

ANSWERS = sys.stdout
sys.stdout = sys.stderr


class NordicSemiException(Exception):
    """As in pc_ble_driver_py.exceptions."""


driver = types.ModuleType("pc_ble_driver_py")
driver.exceptions = types.ModuleType("pc_ble_driver_py.exceptions")
driver.exceptions.NordicSemiException = NordicSemiException
sys.modules.setdefault("pc_ble_driver_py", driver)
sys.modules.setdefault("pc_ble_driver_py.exceptions", driver.exceptions)

from importlib.metadata import version  # noqa: E402

import intelhex  # noqa: E402
from ecdsa.keys import sigencode_string  # noqa: E402
from nordicsemi.dfu import dfu_cc_pb2 as pb  # noqa: E402
from nordicsemi.dfu.bl_dfu_sett import BLDFUSettings  # noqa: E402
from nordicsemi.dfu.init_packet_pb import InitPacketPB  # noqa: E402
from nordicsemi.dfu.package import Package  # noqa: E402
from nordicsemi.dfu.signing import Signing  # noqa: E402


def plain(text):
    return base64.b64decode(text)


def coded(data):
    return base64.b64encode(bytes(data)).decode()


def put(name, data):
    with open(name, "wb") as file:
        file.write(data)
    return os.path.abspath(name)


def signer_of(pem):
    if pem is None:
        return None
    signer = Signing()
    signer.load_key(put("key.pem", pem.encode()))
    return signer


def swapped(signature):
    return signature[31::-1] + signature[63:31:-1]


def packet_view(dat):
    packet = pb.Packet()
    packet.ParseFromString(dat)
    command = packet.signed_command.command if packet.HasField("signed_command") else packet.command
    init = command.init
    number = lambda name: getattr(init, name) if init.HasField(name) else None
    return {
        "opCode": command.op_code if command.HasField("op_code") else None,
        "fwVersion": number("fw_version"),
        "hwVersion": number("hw_version"),
        "sdReq": list(init.sd_req),
        "type": number("type"),
        "sdSize": number("sd_size"),
        "blSize": number("bl_size"),
        "appSize": number("app_size"),
        "hash": dict(type=init.hash.hash_type, bytes=init.hash.hash.hex()) if init.HasField("hash") else None,
        "isDebug": number("is_debug"),
        "bootValidation": [dict(type=one.type, bytes=one.bytes.hex()) for one in init.boot_validation],
        "signature": packet.signed_command.signature.hex() if packet.HasField("signed_command") else None,
        "written": coded(packet.SerializeToString()),
    }


def read_packet(request):
    return packet_view(plain(request["dat"]))


def read_package(request):
    package = Package()
    package.parse_package(put("ours.zip", plain(request["zip"])), preserve_work_dir=True)
    images = {}
    for kind in ("softdevice_bootloader", "softdevice", "bootloader", "application"):
        image = getattr(package.manifest, kind)
        if image is None:
            continue
        with open(os.path.join(package.zip_dir, image.dat_file), "rb") as file:
            dat = file.read()
        found = InitPacketPB(from_bytes=dat)
        digest = Package.calculate_sha256_hash(os.path.join(package.zip_dir, image.bin_file))
        images[kind] = {
            "hashFits": digest == found.init_command.hash.hash,
            "verified": verified(found, request["pem"]),
            "signed": deterministic(found, request["pem"]),
            "packet": packet_view(dat),
        }
    return {"images": images, "display": str(package).replace(package.zip_file, "FILE")}


def verified(packet, pem):
    signature = packet.packet.signed_command.signature
    return signer_of(pem).verify(packet.get_init_command_bytes(), swapped(signature)) if signature else False


def deterministic(packet, pem):
    """What RFC 6979 makes of this command, by python-ecdsa."""
    data = packet.get_init_command_bytes()
    signature = signer_of(pem).sk.sign_deterministic(data, hashfunc=hashlib.sha256, sigencode=sigencode_string)
    return swapped(signature).hex()


def make_package(request):
    names = {"app_fw": "app.bin", "bootloader_fw": "bl.bin", "softdevice_fw": "sd.bin"}
    files = {
        option: put(name, plain(request["firmware"][option]))
        for option, name in names.items()
        if option in request["firmware"]
    }
    package = Package(signer=signer_of(request["pem"]), **files, **request["options"])
    package.generate_package(os.path.abspath("theirs.zip"))
    with open("theirs.zip", "rb") as file:
        orders = {name: list(set(request["options"][name])) for name in ("sd_req", "sd_id")}
        return {"zip": coded(file.read()), **orders}


def make_settings(request):
    settings = BLDFUSettings()
    sd_file = None
    if request["softdevice"] is not None:
        hex_file = intelhex.IntelHex()
        hex_file.frombytes(plain(request["softdevice"]), offset=0x1000)
        hex_file.write_hex_file("sd.hex")
        sd_file = os.path.abspath("sd.hex")
    app_file = None
    if request["application"] is not None:
        app_file = put("app.bin", plain(request["application"]))
    settings.generate(
        app_file=app_file, sd_file=sd_file, signer=signer_of(request["pem"]), no_backup=False,
        custom_bl_sett_addr=None, backup_address=None, **request["options"],
    )
    length = 804 if request["options"]["bl_sett_ver"] == 2 else 92
    page = lambda start: coded(settings.ihex.tobinarray(start=start, size=length))
    return {
        "address": settings.bl_sett_addr,
        "page": page(settings.bl_sett_addr),
        "backupAddress": settings.backup_address,
        "backup": page(settings.backup_address),
    }


def read_settings(request):
    hex_file = intelhex.IntelHex()
    hex_file.frombytes(plain(request["page"]), offset=request["address"])
    hex_file.write_hex_file("ours.hex")
    settings = BLDFUSettings()
    settings.fromhexfile("ours.hex")
    return {"display": str(settings)}


VERBS = {
    "read-packet": read_packet,
    "read-package": read_package,
    "make-package": make_package,
    "make-settings": make_settings,
    "read-settings": read_settings,
}


def answer(line):
    request = json.loads(line)
    try:
        return VERBS[request["do"]](request)
    except Exception as error:  # every refusal of the tool is an answer
        return {"refused": f"{type(error).__name__}: {error}"}


def main():
    with tempfile.TemporaryDirectory(prefix="assay-nrfutil-") as folder:
        os.chdir(folder)
        print(json.dumps({"version": version("nrfutil")}), file=ANSWERS, flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(line)), file=ANSWERS, flush=True)
        os.chdir("/")


main()
