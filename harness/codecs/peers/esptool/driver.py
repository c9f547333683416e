"""Runs the vendor's esptool and espsecure for a sweep: one JSON request a line in, one answer a line out.

Both tools take a second to start, so a sweep keeps one process. Bytes travel as base64.
"""

import base64
import json
import os
import sys
import tempfile

import espsecure
import esptool
from esptool import cmds
from esptool.logger import TemplateLogger, log
from esptool.targets import CHIP_DEFS

try:
    from esp_idf_defs import otadata, partitions
except ImportError:
    otadata = partitions = None

FOLDER = tempfile.TemporaryDirectory()


class Lines(TemplateLogger):
    """Keeps what a tool prints, for the answer."""

    def __init__(self):
        self.lines = []

    def print(self, *args, **kwargs):
        self.lines.append(" ".join(str(arg) for arg in args))

    def note(self, message):
        self.lines.append(message)

    def warning(self, message):
        self.lines.append(message)

    def error(self, message):
        self.lines.append(message)

    def stage(self, finish=False):
        pass

    def progress_bar(self, cur_iter, total_iters, prefix="", suffix="", bar_length=30):
        pass

    def set_verbosity(self, verbosity):
        pass


def raw(text):
    return base64.b64decode(text)


def text(data):
    return base64.b64encode(bytes(data)).decode()


def put(name, data):
    path = os.path.join(FOLDER.name, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def keys(pems):
    return [open(put(f"key{i}.pem", pem.encode()), "rb") for i, pem in enumerate(pems)]


def hello(_):
    chips = {}
    for name, rom in CHIP_DEFS.items():
        if name == "esp8266":
            continue
        memory = {}
        for start, _end, kind in rom.MEMORY_MAP:
            memory.setdefault(kind, start)
        chips[name] = {
            "id": rom.IMAGE_CHIP_ID,
            "title": rom.CHIP_NAME,
            "bootloader": rom.BOOTLOADER_FLASH_OFFSET,
            "frequencies": rom.FLASH_FREQUENCY,
            "memory": memory,
            "irom": rom.IROM_MAP_START,
            "drom": rom.DROM_MAP_START,
        }
    return {"version": esptool.__version__, "chips": chips, "partitions": partitions is not None}


def info(request):
    cmds.image_info(raw(request["image"]))
    return {}


def sign(request):
    out = os.path.join(FOLDER.name, "signed.bin")
    with open(put("image.bin", raw(request["image"])), "rb") as file:
        espsecure.sign_data(
            request["version"], keys(request["keys"]), out, request.get("append", False), False, None, [], [], file
        )
    with open(out, "rb") as file:
        return {"image": text(file.read())}


def verify(request):
    with open(put("image.bin", raw(request["image"])), "rb") as file:
        espsecure.verify_signature(request["version"], False, None, keys([request["key"]])[0], file)
    return {}


def signatures(request):
    with open(put("image.bin", raw(request["image"])), "rb") as file:
        espsecure.signature_info_v2(file)
    return {}


def key_digest(request):
    out = os.path.join(FOLDER.name, "digest.bin")
    espsecure.digest_sbv2_public_key(keys([request["key"]])[0], out)
    with open(out, "rb") as file:
        return {"digest": file.read().hex()}


def elf2image(request):
    image = cmds.elf2image(raw(request["elf"]), request["chip"], None, **request["options"])
    return {"image": text(image)}


def merge(request):
    parts = [(part["offset"], raw(part["data"])) for part in request["parts"]]
    return {"image": text(cmds.merge_bin(parts, request["chip"], format="raw"))}


def table(request):
    made = partitions.PartitionTable()
    for row in request["rows"]:
        part = partitions.PartitionDefinition()
        part.name, part.type, part.subtype = row["label"], row["type"], row["subtype"]
        part.offset, part.size = row["offset"], row["size"]
        part.encrypted, part.readonly = bool(row["flags"] & 1), bool(row["flags"] & 2)
        made.append(part)
    return {"table": text(made.to_binary(md5sum=request["md5"]))}


def rows(request):
    read = partitions.PartitionTable.from_binary(raw(request["table"]))
    return {
        "rows": [
            {
                "type": part.type,
                "subtype": part.subtype,
                "offset": part.offset,
                "size": part.size,
                "label": part.name,
                "flags": int(part.encrypted) | int(part.readonly) << 1,
            }
            for part in read
        ]
    }


def ota(request):
    entries = [otadata.OtaDataSelectEntry.from_bytes(raw(each)) for each in request["entries"]]
    return {
        "entries": [
            None if each is None else {"seq": each.seq, "state": int(each.ota_state), "bytes": text(each.to_bytes())}
            for each in entries
        ]
    }


OPERATIONS = {
    operation.__name__: operation
    for operation in (hello, info, sign, verify, signatures, key_digest, elf2image, merge, table, rows, ota)
}


LINES = Lines()
log.set_logger(LINES)


def answer(request):
    LINES.lines = []
    try:
        result = OPERATIONS[request["do"]](request)
        return {"ok": True, "lines": LINES.lines, **result}
    except Exception as error:  # Whatever a tool refuses an image with is its verdict.
        return {"ok": False, "lines": LINES.lines, "error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
