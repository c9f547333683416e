import {
  decodeDfuRequest,
  decodeDfuResponse,
  encodeDfuRequest,
  encodeDfuResponse,
  readDfuWords,
} from '#codecs/dfu-transport.ts';
import {
  decodeEspRequest,
  decodeEspResponse,
  encodeEspRequest,
  encodeEspResponse,
  ESP_OP,
  espBlock,
  espCommand,
  espSync,
  readBlock,
  splitStatus,
} from '#codecs/esp-loader.ts';
import { encodeSecurityInfo, parseSecurityInfo } from '#codecs/esp-security-info.ts';
import { parseEspStub } from '#codecs/esp-stub.ts';
import { encodeSlip, SlipDecoder } from '#codecs/slip.ts';
import { ZlibStream } from '#codecs/zlib-stream.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const LIMIT = 512;
const INFLATED = 1 << 16;

const REQUESTS = [
  espSync(),
  espCommand(ESP_OP.deflBegin, 4096, 1, 0x4000, 0x11_0000, 0),
  espBlock(ESP_OP.flashData, 3, Uint8Array.of(0xc0, 0xdb, 1, 2)),
].map(encodeEspRequest);

const RESPONSES = [
  encodeEspResponse({ op: ESP_OP.readReg, value: 0x00f0_1d83, body: new Uint8Array(4) }),
  encodeEspResponse({ op: ESP_OP.flashMd5, value: 0, body: new Uint8Array(18).fill(7) }),
];

const SECURITY = encodeSecurityInfo({
  flags: 0x31,
  flashCryptCount: 1,
  keyPurposes: [9, 0, 0, 0, 0, 0, 0],
  chipId: 9,
  apiVersion: 0,
});

const STUB = JSON.stringify({ entry: 64, text: 'AAECAw==', text_start: 0, data: 'BA==', data_start: 9 });
/** `Assay` in a zlib stream. */
const ZLIB = Buffer.from('789c732c2e4eac0400055e01f3', 'hex');

/** What boot loaders say and are told over a serial line. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'slip',
    seeds: () => REQUESTS.map((request) => encodeSlip(request)),
    run: (bytes) =>
      new SlipDecoder(LIMIT).push(bytes).flatMap((item) => {
        if (item.kind !== 'frame') return [];
        const [again] = new SlipDecoder(LIMIT).push(encodeSlip(item.frame));
        return [[item.frame, again?.kind === 'frame' ? again.frame : new Uint8Array()] as const];
      }),
  },
  {
    name: 'esp-loader-request',
    seeds: () => REQUESTS,
    run: (bytes) => {
      const request = decodeEspRequest(bytes);
      if (request === null) return [];
      readBlock(request.data);
      return [[bytes, encodeEspRequest(request)]];
    },
  },
  {
    name: 'esp-loader-response',
    seeds: () => RESPONSES,
    run: (bytes) => {
      const response = decodeEspResponse(bytes);
      if (response === null) return [];
      for (const length of [0, 16, 32]) splitStatus(response.body, length);
      return [[bytes, encodeEspResponse(response)]];
    },
  },
  {
    name: 'esp-security-info',
    seeds: () => [SECURITY, SECURITY.subarray(0, 12)],
    run: (bytes) => {
      const info = parseSecurityInfo(bytes);
      return info === null ? [] : [[bytes, encodeSecurityInfo(info)]];
    },
  },
  {
    name: 'esp-stub',
    seeds: () => [Buffer.from(STUB)],
    run: (bytes) => {
      parseEspStub(Buffer.from(bytes).toString('utf8'));
      return [];
    },
  },
  {
    name: 'zlib-stream',
    seeds: () => [ZLIB],
    run: (bytes) => {
      const stream = new ZlibStream(INFLATED);
      for (let at = 0; at < bytes.length; at += 7) {
        if (typeof stream.push(bytes.subarray(at, at + 7)) === 'string') break;
      }
      return [];
    },
  },
  {
    name: 'dfu-transport',
    seeds: () => [
      encodeDfuRequest(1, Uint8Array.of(2, 0, 16, 0, 0)),
      encodeDfuResponse({ op: 3, result: 1, payload: new Uint8Array(8) }),
    ],
    run: (bytes) => {
      const [request, response] = [decodeDfuRequest(bytes), decodeDfuResponse(bytes)];
      readDfuWords(bytes, 3);
      return [
        ...(request === null ? [] : ([[bytes, encodeDfuRequest(request.op, request.payload)]] as const)),
        ...(response === null ? [] : ([[bytes, encodeDfuResponse(response)]] as const)),
      ];
    },
  },
];
