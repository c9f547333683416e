import { ppk2About, PPK2_NOMINAL } from '#codecs/ppk2-calibration.ts';
import { Ppk2Reader } from '#codecs/ppk2-samples.ts';
import { openOcdAnswer, openOcdWords } from '#codecs/openocd-rpc.ts';
import { scpiBoolean, scpiError, scpiLine, scpiNumber } from '#codecs/scpi.ts';
import { numatoRelay } from '#codecs/serial-relay.ts';
import { jsonObject } from '#codecs/json-fields.ts';
import { shellyGeneration, shellyState } from '#codecs/shelly.ts';
import { meteredWatts, relayState } from '#codecs/tasmota.ts';
import { readHubStatus } from '#codecs/uhubctl.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A parser of answers, which has no encoder to compare with. */
function parser(name: string, seeds: readonly string[], read: (bytes: Uint8Array) => unknown): CodecTarget {
  return {
    name,
    seeds: () => seeds.map(bytesOf),
    run: (bytes) => {
      read(bytes);
      return [];
    },
  };
}

const lineOf = (bytes: Uint8Array) => scpiLine(bytes) ?? Buffer.from(bytes).toString('latin1');

/** Parsers of what instruments of a bench answer. */
export const targets: readonly CodecTarget[] = [
  parser('ppk2-metadata', ['Calibrated: 1\nR0: 1031.64\nGS0: 1\nO4: -nan\nHW: 9173\nEND'], ppk2About),
  parser('ppk2-samples', ['\u0000\u0001\u0002\u0003\u00ff\u00ff\u00ff\u00ff'], (bytes) =>
    new Ppk2Reader(PPK2_NOMINAL, 3000).push(bytes),
  ),
  parser('scpi-number', ['3.2981E+00\n', '-1.5E-03', '0.012A\n', '9.9E36\n'], (bytes) =>
    scpiNumber(lineOf(bytes)),
  ),
  parser('scpi-boolean', ['1\n', 'OFF\n'], (bytes) => scpiBoolean(lineOf(bytes))),
  parser('scpi-error', ['-113,"Undefined header"\n', '0,"No error"\n'], (bytes) => scpiError(lineOf(bytes))),
  parser('relay-answer', ['relay read 0\n\ron\n\r>'], (bytes) => numatoRelay().closedIn?.(bytes)),
  parser(
    'hub-status',
    ['Current status for hub 1-1 [0bda:5411 Hub, USB 2.10, 4 ports, ppps]\n  Port 2: 0000 off\n'],
    (bytes) => readHubStatus(Buffer.from(bytes).toString('latin1')),
  ),
  parser('tasmota-result', ['{"POWER":"OFF"}', '{"POWER1":"ON"}'], (bytes) =>
    relayState({ topic: 'x' }, bytes),
  ),
  parser('tasmota-status', ['{"StatusSNS":{"ENERGY":{"Power":5}}}'], meteredWatts),
  parser('shelly-about', ['{"type":"SHPLG-S"}', '{"gen":2}'], (bytes) => shellyGeneration(jsonObject(bytes))),
  parser('shelly-state', ['{"output":true,"apower":1.5}'], (bytes) =>
    shellyState('rpc', 0, jsonObject(bytes)),
  ),
  parser('shelly-status', ['{"relays":[{"ison":true}],"meters":[{"power":1}]}'], (bytes) =>
    shellyState('gen1', 0, jsonObject(bytes)),
  ),
  parser('openocd-answer', ['0 0x1 0x2\u001a', '1 invalid command name "x"\u001a'], (bytes) => {
    const answer = openOcdAnswer(bytes);
    return answer?.ok === true ? openOcdWords(answer.text, 2) : answer;
  }),
];
