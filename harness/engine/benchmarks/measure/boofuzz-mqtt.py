"""Fuzzes an MQTT port with boofuzz for so many cases, and says how many seconds they took: boofuzz_mqtt.py PORT CASES"""

import os
import sys
import time

from boofuzz import Block, Byte, Bytes, FuzzLoggerText, Request, Session, Size, Static, String, Target, TCPSocketConnection

port, cases = int(sys.argv[1]), int(sys.argv[2])
connect = Request("connect", children=(Static("packet", b"\x10\x10\x00\x04MQTT\x04\x02\x00\x1e\x00\x04fuzz"),))
publish = Request(
    "publish",
    children=(
        Byte("first", 0x30),
        Size("remaining", block_name="body", length=1),
        Block(
            "body",
            children=(
                Size("topic-length", block_name="topic", length=2, endian=">"),
                String("topic", "assay/board/ota"),
                Bytes("payload", b'{"url":"http://127.0.0.1/"}'),
            ),
        ),
    ),
)
session = Session(
    target=Target(connection=TCPSocketConnection("127.0.0.1", port)),
    fuzz_loggers=[FuzzLoggerText(file_handle=open(os.devnull, "w"))],
    web_port=None,
    sleep_time=0.0,
    index_end=cases,
    db_filename="results.db",
)
session.connect(connect)
session.connect(connect, publish)
began = time.perf_counter()
session.fuzz()
print(f"took {session.num_cases_actually_fuzzed} {time.perf_counter() - began}")
