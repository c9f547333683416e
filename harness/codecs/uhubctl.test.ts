import assert from 'node:assert/strict';
import { readHubStatus } from '#codecs/uhubctl.ts';

/** In the form that uhubctl 2.5 prints. */
const SWITCHED = `Current status for hub 1-1 [0bda:5411 Generic USB2.1 Hub, USB 2.10, 4 ports, ppps]
  Port 2: 0503 power highspeed enable connect [1366:1051 SEGGER J-Link 000683000000]
Sent power off request
New status for hub 1-1 [0bda:5411 Generic USB2.1 Hub, USB 2.10, 4 ports, ppps]
  Port 2: 0000 off
`;
const TWO = `Current status for hub 2-1 [05e3:0626 GenesysLogic USB3.1 Hub, USB 3.10, 4 ports, ganged]
  Port 1: 02a0 power 5gbps Rx.Detect
Current status for hub 1-1, vendor 2109:2811, 4 ports
  Port 1: 0100 power
Current status for hub 3-4 [1a40:0101 USB 2.0 Hub, USB 2.00, 4 ports]
  Port 4: 0101 power connect []
`;

describe('codecs/uhubctl', () => {
  it('reads the last status of a hub that was switched', () => {
    assert.deepEqual(readHubStatus(SWITCHED), [
      {
        location: '1-1',
        title: '0bda:5411 Generic USB2.1 Hub',
        switching: 'ppps',
        ports: [{ port: 2, powered: false, device: null }],
      },
    ]);
  });

  it('reads several hubs, and how each switches', () => {
    const hubs = readHubStatus(TWO);
    assert.deepEqual(
      hubs.map(({ location, switching }) => [location, switching]),
      [
        ['2-1', 'ganged'],
        ['3-4', 'unknown'],
      ],
    );
    assert.deepEqual(hubs[1]?.ports, [{ port: 4, powered: true, device: '' }]);
  });

  it('finds nothing in what is no status', () => {
    for (const text of [
      '',
      'No compatible devices detected!\n',
      '  Port 1: 0100 power\n',
      '\u0000'.repeat(99),
    ]) {
      assert.deepEqual(readHubStatus(text), []);
    }
  });
});
