"""One paho-mqtt client at a time, told by lines of JSON what to do: start, report, stop."""

import json
import sys
import threading

import paho.mqtt.client as mqtt

# By thread: one whose socket was closed under it may die after its case is over.
died = {}
threading.excepthook = lambda args: died.update({args.thread: repr(args.exc_value)})


class Victim:
    def __init__(self, port: int, version: str) -> None:
        self.topics = []
        protocol = mqtt.MQTTv5 if version == "5.0" else mqtt.MQTTv311
        self.client = mqtt.Client(client_id="victim", protocol=protocol)
        self.client.on_connect = self.connected
        self.client.on_message = lambda client, data, message: self.topics.append(message._topic.hex())
        self.client.reconnect_delay_set(60, 60)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.thread = self.client._thread

    def connected(self, *_) -> None:
        self.client.subscribe("#")

    def report(self) -> dict:
        return {"topics": self.topics, "died": died.get(self.thread), "complained": False}

    def stop(self) -> None:
        self.client._thread_terminate = True
        if self.client._sock is not None:
            self.client._sock.close()


victim = None
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "start":
        victim = Victim(request["port"], request["version"])
        answer = {}
    elif request["do"] == "report":
        answer = victim.report()
    else:
        victim.stop()
        answer = {}
    print(json.dumps(answer), flush=True)
