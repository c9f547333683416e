import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calm } from '#contracts/rigs.ts';
import { RealClock } from '#drivers/clock.ts';
import { uhubctlPower } from '#drivers/power/uhubctl.ts';

/** A program that answers as uhubctl does, for a hub that keeps its state in a file. */
const PROGRAM = `#!${process.execPath}
const fs = require('node:fs');
const [state, moves, kind] = [process.argv[1] + '.off', !process.argv[1].endsWith('stuck'), process.argv[1].endsWith('ganged') ? 'ganged' : 'ppps'];
const args = process.argv.slice(2);
const value = (name) => args[args.indexOf(name) + 1];
if (args.includes('--version')) { console.log('2.5.0'); process.exit(0); }
if (value('--location') !== '1-1') { console.log('No compatible devices detected at location ' + value('--location') + '!'); process.exit(1); }
const show = (word) => console.log(word + ' status for hub 1-1 [0bda:5411 Generic USB2.1 Hub, USB 2.10, 4 ports, ' + kind + ']\\n  Port ' + value('--ports') + ': ' + (fs.existsSync(state) ? '0000 off' : '0503 power highspeed enable connect [1366:1051 SEGGER J-Link 000683000000]'));
show('Current');
if (args.includes('--action')) {
  console.log('Sent power ' + value('--action') + ' request');
  if (value('--action') === 'on') fs.rmSync(state, { force: true });
  else if (moves) fs.writeFileSync(state, '');
  show('New');
}
`;

describe('drivers/power/uhubctl', () => {
  let folder = '';
  const at = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, PROGRAM);
    chmodSync(path, 0o755);
    return path;
  };
  const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assay-hub-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('switches a port, and reads the hub back', async () => {
    const program = at('uhubctl');
    const power = await uhubctlPower({ location: '1-1', port: 2, program }).open(context());
    const { verified } = await power.cut({ kind: 'after', ms: 0 }, calm());
    assert.match(verified, /reads port 2 as off; the voltage itself was not measured/);
    assert.ok(existsSync(`${program}.off`));
    await power.on(calm());
    assert.ok(!existsSync(`${program}.off`));
  });

  it('says when the port stays powered, and when there is no such hub or program', async () => {
    const stuck = await uhubctlPower({ location: '1-1', port: 2, program: at('stuck') }).open(context());
    await assert.rejects(stuck.off(calm()), {
      code: 'supply-still-on',
      got: /port 2 of 1-1 is still powered/,
    });
    const missing = uhubctlPower({ location: '9-9', port: 2, program: at('uhubctl') }).open(context());
    await assert.rejects(missing, { name: 'BenchError' });
    const absent = uhubctlPower({ location: '1-1', port: 2, program: join(folder, 'none') }).open(context());
    await assert.rejects(absent, { code: 'program-failed', remedy: /^install / });
  });

  it('examines program and hub: only ppps is well', async () => {
    const { signal } = calm();
    const states = async (name: string, location = '1-1') =>
      (await uhubctlPower({ location, port: 2, program: at(name) }).examine?.(signal))?.map(
        ({ check, state }) => `${check} ${state}`,
      );
    assert.deepEqual(await states('uhubctl'), ['tool well', 'hub-switching well']);
    assert.deepEqual(await states('ganged'), ['tool well', 'hub-switching doubtful']);
    assert.deepEqual(await states('uhubctl', '9-9'), ['tool well', 'hub broken']);
    const none = await uhubctlPower({ location: '1-1', port: 2, program: join(folder, 'none') }).examine?.(
      signal,
    );
    assert.equal(none?.[0]?.mend, 'sudo apt-get install uhubctl');
  });
});
