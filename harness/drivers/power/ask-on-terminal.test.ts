import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { calm, Enough } from '#contracts/rigs.ts';
import { askOnTerminal } from '#drivers/power/ask-on-terminal.ts';

function terminal(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  return { input, output };
}

describe('drivers/power/ask-on-terminal', () => {
  it('asks, and takes the line end for done', async () => {
    const { input, output } = terminal(true);
    const asked = askOnTerminal({ input, output })('Connect the supply of the board', calm());
    input.write('\n');
    await asked;
    assert.equal(String(output.read()), 'Connect the supply of the board, then press Enter: ');
  });

  it('ends when the caller gives up, and where there is nobody to ask', async () => {
    const waiting = askOnTerminal(terminal(true));
    const stop = new AbortController();
    const asked = waiting('Connect it', { signal: stop.signal });
    stop.abort(new Enough());
    await assert.rejects(asked);
    await assert.rejects(askOnTerminal(terminal(false))('Connect it', calm()), { code: 'nobody-to-ask' });
  });
});
