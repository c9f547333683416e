// noble as a peer: a central on the UART that BLUETOOTH_HCI_SOCKET_UART_PORT names. Answers each line of JSON with one.
const { createInterface } = require('node:readline');
const noble = require('@stoprocent/noble').withBindings('hci', { hciDriver: 'uart' });

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
let peripheral = null;
let found = [];

const named = (uuid) => found.find((one) => one.uuid === uuid.replaceAll('-', ''));

const verbs = {
  async connect({ name }) {
    const seen = new Promise((resolve) => {
      noble.on('discover', (one) => {
        if (one.advertisement.localName === name) resolve(one);
      });
    });
    await noble.startScanningAsync([], false);
    peripheral = await seen;
    await noble.stopScanningAsync();
    await peripheral.connectAsync();
    return { address: peripheral.address };
  },
  async discover() {
    const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
    found = characteristics;
    return found.map(({ uuid, properties }) => ({ uuid, properties }));
  },
  async read({ uuid }) {
    return { value: (await named(uuid).readAsync()).toString('hex') };
  },
  async write({ uuid, value }) {
    await named(uuid).writeAsync(Buffer.from(value, 'hex'), false);
    return {};
  },
  async subscribe({ uuid }) {
    await named(uuid).subscribeAsync();
    return {};
  },
  async notified({ uuid }) {
    const value = await new Promise((resolve) => {
      named(uuid).once('data', resolve);
      say({ listening: true });
    });
    return { value: value.toString('hex') };
  },
  async disconnect() {
    await peripheral.disconnectAsync();
    return {};
  },
};

noble.on('stateChange', (state) => {
  if (state === 'poweredOn') say({ state });
});
const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const request = JSON.parse(line);
  try {
    say(await verbs[request.do](request));
  } catch (error) {
    say({ error: String(error) });
  }
});
lines.on('close', () => process.exit(0));
