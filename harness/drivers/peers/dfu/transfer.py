"""Sends a DFU package over a serial port with nrfutil 6: port, package, packets between receipts.

Only nrfutil's own code speaks with the board. Its Bluetooth driver (pc_ble_driver_py) has no build for current Pythons
and is needed for one exception class only; looking for USB devices would wait for half a minute on a pseudo-terminal.
Both stand in here.
"""

import sys
import types


class NordicSemiException(Exception):
    """As in pc_ble_driver_py.exceptions."""


def stand_in(name, **members):
    module = types.ModuleType(name)
    for key, value in members.items():
        setattr(module, key, value)
    sys.modules[name] = module
    return module


driver = stand_in("pc_ble_driver_py")
driver.exceptions = stand_in("pc_ble_driver_py.exceptions", NordicSemiException=NordicSemiException)


class NoDevices:
    """A lister that knows one device, already in its boot loader."""

    def get_device(self, **_):
        return types.SimpleNamespace(serial_number="1", vendor_id="1915", product_id="521F")


stand_in("nordicsemi.lister.device_lister", DeviceLister=NoDevices)
stand_in("nordicsemi.dfu.dfu_trigger", DFUTrigger=object)

from importlib.metadata import version  # noqa: E402

if len(sys.argv) == 1:
    import serial  # noqa: F401

    print(version("nrfutil"))
    sys.exit(0)

from nordicsemi.dfu.dfu import Dfu  # noqa: E402
from nordicsemi.dfu.dfu_transport_serial import DfuTransportSerial  # noqa: E402

port, package, receipts = sys.argv[1:4]
transport = DfuTransportSerial(port, flow_control=False, timeout=10, prn=int(receipts))
try:
    Dfu(zip_file_path=package, dfu_transport=transport, connect_delay=0).dfu_send_images()
    print("sent")
except NordicSemiException as error:
    print(f"refused: {error}")
