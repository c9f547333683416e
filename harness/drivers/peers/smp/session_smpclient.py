"""Drives an SMP server with smpclient and prints what it saw as JSON.

usage: session_smpclient.py ADDRESS VERSION IMAGE
ADDRESS is a serial port, or `udp:PORT` on this machine; VERSION is 1 or 2.
"""

import asyncio
import hashlib
import json
import sys

from smp.header import Version
from smpclient import SMPClient
from smpclient.generics import error, success
from smpclient.requests.enumeration_management import ListSupportedGroups
from smpclient.requests.file_management import FileHashChecksum, FileStatus, FileUpload, FileDownload
from smpclient.requests.image_management import ImageErase, ImageStatesRead, ImageStatesWrite, ImageUploadWrite
from smpclient.requests.os_management import EchoWrite, MCUMgrParametersRead, ResetWrite, TaskStatisticsRead
from smpclient.requests.settings_management import DeleteSetting, ReadSetting, SaveSettings, WriteSetting
from smpclient.requests.shell_management import Execute
from smpclient.requests.statistics_management import GroupData, ListOfGroups as ListOfStatistics
from smpclient.transport.serial import SMPSerialTransport
from smpclient.transport.udp import SMPUDPTransport


class UdpToPort(SMPUDPTransport):
    """smpclient asks for port 1337 by default; here the board has another."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def connect(self, address, timeout_s, port=1337) -> None:
        await super().connect(address, timeout_s, self._port)


class Session:
    def __init__(self, client: SMPClient, version: Version) -> None:
        self.client = client
        self.version = version

    async def ask(self, request, **fields):
        return await self.client.request(request(version=self.version, **fields))

    async def must(self, request, **fields):
        answer = await self.ask(request, **fields)
        assert success(answer), answer
        return answer

    async def code(self, request, **fields) -> int:
        answer = await self.ask(request, **fields)
        assert error(answer), answer
        return int(answer.err.rc) if hasattr(answer, "err") else int(answer.rc)

    async def states(self, answer) -> list:
        return [[s.slot, s.version, bool(s.active), bool(s.confirmed), bool(s.pending)] for s in answer.images]

    async def upload(self, image: bytes) -> int:
        if self.version == Version.V2:
            return [offset async for offset in self.client.upload(image, subsequent_timeout_s=5.0)][-1]
        offset = 0
        while offset < len(image):
            first = {"len": len(image), "sha": hashlib.sha256(image).digest()} if offset == 0 else {}
            chunk = image[offset : offset + 900]
            answer = await self.must(ImageUploadWrite, off=offset, data=chunk, **first)
            offset = answer.off
        return offset

    async def restarted(self) -> list:
        for _ in range(60):
            await asyncio.sleep(0.5)
            try:
                return await self.states(await self.must(ImageStatesRead))
            except (TimeoutError, asyncio.TimeoutError):
                continue
        raise TimeoutError("the board does not come back")


async def groups(s: Session, seen: dict) -> None:
    content = bytes(range(256)) * 8
    offset = 0
    while offset < len(content):
        first = {"len": len(content)} if offset == 0 else {}
        answer = await s.must(FileUpload, off=offset, data=content[offset : offset + 500], name="/lfs1/peer", **first)
        offset = answer.off
    back = b""
    while len(back) < len(content):
        back += (await s.must(FileDownload, off=len(back), name="/lfs1/peer")).data
    seen["file"] = back == content
    seen["file size"] = (await s.must(FileStatus, name="/lfs1/peer")).len
    digest = (await s.must(FileHashChecksum, name="/lfs1/peer", type="sha256")).output
    seen["file hash"] = digest == hashlib.sha256(content).digest()
    seen["file missing"] = await s.code(FileStatus, name="/lfs1/none")
    await s.must(WriteSetting, name="peer/x", val=b"abc")
    seen["setting"] = (await s.must(ReadSetting, name="peer/x")).val.hex()
    await s.must(SaveSettings)
    await s.must(DeleteSetting, name="peer/x")
    seen["setting missing"] = await s.code(ReadSetting, name="peer/x")
    seen["statistics"] = list((await s.must(ListOfStatistics)).stat_list)
    seen["counted"] = (await s.must(GroupData, name="smp")).fields["requests"] > 0
    shell = await s.must(Execute, argv=["kernel", "version"])
    seen["shell"] = [shell.o, shell.ret]
    seen["tasks"] = "mcumgr smp" in (await s.must(TaskStatisticsRead)).tasks
    seen["groups"] = list((await s.must(ListSupportedGroups)).groups)


async def drive(address: str, version: Version, image: bytes) -> dict:
    seen: dict = {}
    udp = address.startswith("udp:")
    transport = UdpToPort(int(address[4:])) if udp else SMPSerialTransport()
    async with SMPClient(transport, "127.0.0.1" if udp else address, timeout_s=5.0) as client:
        s = Session(client, version)
        parameters = await s.must(MCUMgrParametersRead)
        seen["buffers"] = [parameters.buf_size, parameters.buf_count]
        seen["echo"] = (await s.must(EchoWrite, d="peer speaking")).r
        await groups(s, seen)
        seen["before"] = await s.states(await s.must(ImageStatesRead))
        await s.must(ImageErase)
        seen["uploaded"] = await s.upload(image)
        listed = (await s.must(ImageStatesRead)).images
        wanted = next(entry.hash for entry in listed if entry.slot == 1)
        marked = await s.must(ImageStatesWrite, hash=wanted, confirm=False)
        seen["marked"] = await s.states(marked)
        seen["unknown"] = await s.code(ImageStatesWrite, hash=bytes(32), confirm=False)
        await s.must(ResetWrite)
        seen["tried"] = await s.restarted()
        seen["kept"] = await s.states(await s.must(ImageStatesWrite, hash=b"", confirm=True))
    return seen


if __name__ == "__main__":
    with open(sys.argv[3], "rb") as file:
        content = file.read()
    print(json.dumps(asyncio.run(drive(sys.argv[1], Version(int(sys.argv[2]) - 1), content))))
