import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { assay } from './fake-streams.fixture.ts';

const NODE = ['--conditions=source', '--import', 'tsx', 'harness/cli/main.ts'];

describe('assay twin', () => {
  it('serves a board until Ctrl-C, and lets go of its port', async function () {
    this.timeout(30_000);
    const child = spawn(process.execPath, [...NODE, 'twin', 'nrf52840-dk', '--tcp', '--udp', '0']);
    let said = '';
    let isStopped = false;
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (isStopped || !said.includes('| *** assay-fw nrf52840-dk')) return;
      isStopped = true;
      child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    assert.equal(code, 0, said);
    assert.match(said, /SMP over UDP at 127\.0\.0\.1:\d+/);
    const port = Number(/console and SMP, 115200 baud at 127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    const refused = await new Promise<string>((resolve) => {
      connect({ host: '127.0.0.1', port }).on('error', (error) => resolve(error.message));
    });
    assert.match(refused, /ECONNREFUSED/);
  });

  for (const [what, args, code] of [
    ['a board that there is not', ['nrf52840'], /did you mean nrf52840-dk/],
    ['a terminal and a port at once', ['nrf52840-dk', '--pty', '--tcp'], /leave one of them out/],
    ['a port without TCP', ['nrf52840-dk', '--port', '4001'], /--tcp \[--port N\]/],
    ['a mistake that there is not', ['nrf52840-dk', '--tcp', '--flaw', 'no/such'], /flaws of the board/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { exitCode, stderr } = await assay('twin', ...args);
      assert.equal(exitCode, 64);
      assert.match(stderr, code);
    });
  }
});
