"""Bumble as a peer: controllers, a GATT server, or a host. Answers each line of JSON with one."""

import asyncio
import dataclasses
import json
import sys

from bumble import gatt, hci, l2cap
from bumble.controller import Controller
from bumble.core import AdvertisingData
from bumble.device import Device, Peer
from bumble.host import Host
from bumble.link import LocalLink
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink

ADDRESS = 'C4:00:00:00:00:B2/P'
RANDOM_ADDRESS = 'C4:00:00:00:00:B2'
SERVICE = '8d53dc1d-1db7-4cd3-868b-8a527460aa84'
VALUE = 'da2e7828-fbce-4e01-ae9e-261174997c48'
SECRET = '0000fff2-0000-1000-8000-00805f9b34fb'


def say(answer):
    sys.stdout.write(json.dumps(answer) + '\n')
    sys.stdout.flush()


async def lines():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


def pairing(secure):
    delegate = PairingDelegate(
        PairingDelegate.NO_OUTPUT_NO_INPUT,
        PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY,
        PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY,
    )
    return lambda connection: PairingConfig(sc=secure, mitm=False, bonding=True, delegate=delegate)


class Person(PairingDelegate):
    """Somebody at Bumble's side: types the passkey that they are told, and remembers what is shown."""

    def __init__(self, io, passkey):
        super().__init__(
            PairingDelegate.IoCapability(io),
            PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY,
            PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY,
        )
        self.passkey = passkey
        self.shown = asyncio.get_running_loop().create_future()

    def show(self, number):
        if not self.shown.done():
            self.shown.set_result(number)

    async def display_number(self, number, digits):
        self.show(number)

    async def compare_numbers(self, number, digits):
        self.show(number)
        return True

    async def get_number(self):
        return self.passkey


async def controllers(paths):
    link = LocalLink()
    for index, path in enumerate(paths):
        transport = await open_transport(f'unix-server:{path}')
        Controller(f'C{index}', host_source=transport.source, host_sink=transport.sink, link=link)
    say({'ready': True})
    async for _ in lines():
        say({})


def echo(channel):
    channel.sink = channel.write


async def server(paths):
    link = LocalLink()
    transport = await open_transport(f'unix-server:{paths[0]}')
    Controller('theirs', host_source=transport.source, host_sink=transport.sink, link=link)
    own = Controller('own', link=link)
    device = Device(address=hci.Address(RANDOM_ADDRESS), host=Host(own, AsyncPipeSink(own)))
    value = gatt.Characteristic(
        VALUE,
        gatt.Characteristic.Properties.READ
        | gatt.Characteristic.Properties.WRITE
        | gatt.Characteristic.Properties.WRITE_WITHOUT_RESPONSE
        | gatt.Characteristic.Properties.NOTIFY,
        gatt.Characteristic.READABLE | gatt.Characteristic.WRITEABLE,
        bytes(range(100)),
    )
    secret = gatt.Characteristic(
        SECRET,
        gatt.Characteristic.Properties.READ,
        gatt.Characteristic.READABLE | gatt.Characteristic.READ_REQUIRES_ENCRYPTION,
        bytes([42]),
    )
    device.add_service(gatt.Service(SERVICE, [value, secret]))
    device.pairing_config_factory = pairing(True)
    await device.power_on()
    echoing = l2cap.LeCreditBasedChannelSpec(psm=0x80, mtu=300, mps=64, max_credits=4)
    device.create_l2cap_server(echoing, handler=echo)
    await device.start_advertising(auto_restart=True)
    say({'ready': True})
    person = None
    async for request in lines():
        if request['do'] == 'attributes':
            say(
                [
                    {'handle': one.handle, 'uuid': str(one.type.to_hex_str('-')).lower()}
                    for one in device.gatt_server.attributes
                ]
            )
        elif request['do'] == 'value':
            say({'value': bytes(value.value).hex()})
        elif request['do'] == 'notify':
            await device.notify_subscribers(value, bytes.fromhex(request['value']))
            say({})
        elif request['do'] == 'secure':
            device.pairing_config_factory = pairing(request['secure'])
            say({})
        elif request['do'] == 'person':
            person = Person(request['io'], request['passkey'])
            config = PairingConfig(sc=request['secure'], mitm=True, bonding=False, delegate=person)
            device.pairing_config_factory = lambda _, config=config: config
            say({})
        elif request['do'] == 'shown':
            say({'number': await asyncio.wait_for(person.shown, 5)})


async def host(paths):
    transport = await open_transport(f'unix-client:{paths[0]}')
    device = Device.with_hci('bumble', hci.Address(RANDOM_ADDRESS), transport.source, transport.sink)
    await device.power_on()
    say({'ready': True})
    state = {}
    async for request in lines():
        try:
            say(await HOST[request['do']](device, state, request))
        except Exception as error:
            say({'error': f'{type(error).__name__}: {error}'})


async def decoder(_):
    say({'ready': True})
    async for request in lines():
        packet = hci.HCI_Packet.from_bytes(bytes.fromhex(request['packet']))
        named = [(one.name, getattr(packet, one.name)) for one in dataclasses.fields(packet) if one.init]
        say([[name, int(value)] for name, value in named if isinstance(value, int)])


async def host_scan(device, _, request):
    found = asyncio.get_running_loop().create_future()

    def heard(advertisement):
        if str(advertisement.address).startswith(request['address']) and not found.done():
            found.set_result(advertisement)

    device.on('advertisement', heard)
    await device.start_scanning(legacy=True)
    advertisement = await asyncio.wait_for(found, 5)
    await device.stop_scanning(legacy=True)
    return {'name': advertisement.data.get(AdvertisingData.COMPLETE_LOCAL_NAME)}


async def host_connect(device, state, request):
    connection = await device.connect(hci.Address(request['address']))
    state['connection'] = connection
    state['peer'] = Peer(connection)
    return {'role': int(connection.role)}


async def host_discover(_, state, request):
    peer = state['peer']
    if 'mtu' in request:
        await peer.request_mtu(request['mtu'])
    await peer.discover_services()
    found = []
    for service in peer.services:
        await service.discover_characteristics()
        for characteristic in service.characteristics:
            await characteristic.discover_descriptors()
        found.append(
            {
                'uuid': service.uuid.to_hex_str('-').lower(),
                'characteristics': [
                    {
                        'handle': one.handle,
                        'uuid': one.uuid.to_hex_str('-').lower(),
                        'descriptors': [item.handle for item in one.descriptors],
                    }
                    for one in service.characteristics
                ],
            }
        )
    return found


def characteristic_of(state, uuid):
    for service in state['peer'].services:
        for one in service.characteristics:
            if one.uuid.to_hex_str('-').lower().startswith(uuid):
                return one
    raise KeyError(uuid)


async def host_read(_, state, request):
    value = await characteristic_of(state, request['uuid']).read_value()
    return {'value': bytes(value).hex()}


async def host_write(_, state, request):
    one = characteristic_of(state, request['uuid'])
    await one.write_value(bytes.fromhex(request['value']), with_response=True)
    return {}


async def host_subscribe(_, state, request):
    state['notified'] = asyncio.Queue()
    await characteristic_of(state, request['uuid']).subscribe(
        lambda value: state['notified'].put_nowait(bytes(value))
    )
    return {}


async def host_notified(_, state, __):
    return {'value': (await asyncio.wait_for(state['notified'].get(), 5)).hex()}


async def host_pair(device, state, request):
    device.pairing_config_factory = pairing(request['secure'])
    await asyncio.wait_for(state['connection'].pair(), 10)
    return {'encrypted': bool(state['connection'].is_encrypted)}


async def host_disconnect(_, state, __):
    await state['connection'].disconnect()
    return {}


HOST = {
    'scan': host_scan,
    'connect': host_connect,
    'discover': host_discover,
    'read': host_read,
    'write': host_write,
    'subscribe': host_subscribe,
    'notified': host_notified,
    'pair': host_pair,
    'disconnect': host_disconnect,
}

MODES = {'controllers': controllers, 'server': server, 'host': host, 'decoder': decoder}
asyncio.run(MODES[sys.argv[1]](sys.argv[2:]))
