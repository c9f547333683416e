// bleno as a peer: a GATT server on the UART that BLUETOOTH_HCI_SOCKET_UART_PORT names. Answers each line of JSON with one.
const { createInterface } = require('node:readline');
const bleno = require('@stoprocent/bleno').withBindings('hci', { hciDriver: 'uart' });

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
let value = Buffer.from(Array.from({ length: 100 }, (_, index) => index));
let notify = null;

const characteristic = new bleno.Characteristic({
  uuid: 'da2e7828fbce4e01ae9e261174997c48',
  properties: ['read', 'write', 'writeWithoutResponse', 'notify'],
  onReadRequest: (_handle, offset, answer) =>
    answer(bleno.Characteristic.RESULT_SUCCESS, value.subarray(offset)),
  onWriteRequest: (_handle, data, offset, _withoutResponse, answer) => {
    value = Buffer.concat([value.subarray(0, offset), data]);
    answer(bleno.Characteristic.RESULT_SUCCESS);
  },
  onSubscribe: (_handle, _size, update) => (notify = update),
  onUnsubscribe: () => (notify = null),
});
const service = new bleno.PrimaryService({
  uuid: '8d53dc1d1db74cd3868b8a527460aa84',
  characteristics: [characteristic],
});

const advertise = () => bleno.startAdvertising('bleno', ['fff0'], () => undefined);

bleno.on('stateChange', (state) => {
  if (state === 'poweredOn') advertise();
  else say({ state });
});
bleno.on('advertisingStart', (error) => {
  if (error) say({ error: String(error) });
  else bleno.setServices([service], () => say({ address: bleno.address }));
});
bleno.on('disconnect', advertise);
// A parser that dies of a packet must not take the process along: what remains of the server is what is looked at.
process.on('uncaughtException', (error) => say({ crashed: String(error) }));

const verbs = {
  value: () => ({ value: value.toString('hex') }),
  notify: (request) => {
    notify?.(Buffer.from(request.value, 'hex'));
    return {};
  },
};
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const request = JSON.parse(line);
  say(verbs[request.do](request));
});
lines.on('close', () => process.exit(0));
