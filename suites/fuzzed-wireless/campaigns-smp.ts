import {
  smpCommands,
  smpHavoc,
  smpLengthLies,
  smpMalformedCbor,
  smpNesting,
  smpShortened,
  smpTruncated,
} from '#fuzz/smp-cases.ts';
import { smpStateFields, smpTextFields, smpUploadFields } from '#fuzz/smp-field-cases.ts';
import { smpFraming } from '#fuzz/smp-frame-cases.ts';
import { type Campaign, RANDOM } from './campaign.ts';

/** Campaigns against the SMP server. */
export const SMP_CAMPAIGNS: readonly Campaign[] = [
  {
    id: 'smp-truncated',
    protocol: 'smp',
    title: 'Management messages that end too early or are damaged',
    why: 'Every message is cut at every byte, because each cut ends in another line of the parser; then bytes are changed at random. A sound server answers with an error or not at all, and serves the next request.',
    exposes: ['smp/buffer-leak'],
    batches: [
      { name: 'every-byte', of: 'requests cut short at every byte', cases: smpTruncated },
      { name: 'payload', of: 'requests whose payload ends too early', cases: smpShortened },
      { name: 'havoc', of: 'requests with random damage', cases: ({ seed }) => smpHavoc(seed, RANDOM) },
    ],
  },
  {
    id: 'smp-length-lies',
    protocol: 'smp',
    title: 'Management messages whose header length lies',
    why: 'The header says how long the message is, and what arrived may be shorter or longer. A server that believes the header reads beyond its buffer, or takes the rest for another request.',
    exposes: ['smp/header-length-trusted'],
    batches: [{ name: 'header', of: 'requests with a lying header length', cases: smpLengthLies }],
  },
  {
    id: 'smp-framing',
    protocol: 'smp',
    title: 'Broken serial frames',
    why: 'In front of the message lie base64 lines, a length and a checksum, read byte by byte in an interrupt. Lengths 0 and 1 once wrapped around in the Zephyr transport; each of these frames must be dropped and the next one read.',
    exposes: ['smp/frame-length-underflow'],
    batches: [{ name: 'serial', of: 'broken serial frames', cases: smpFraming }],
  },
  {
    id: 'smp-commands',
    protocol: 'smp',
    title: 'Commands that do not exist',
    why: 'Operations, versions, groups and commands are swept beyond what the server knows. The way out of an unknown command is rarely tested: a lock that stays taken there silences the server for good.',
    exposes: ['smp/unknown-group-locks', 'smp/debug-command'],
    batches: [{ name: 'sweep', of: 'unknown commands', cases: smpCommands }],
  },
  {
    id: 'smp-nesting',
    protocol: 'smp',
    title: 'Deeply nested values',
    why: 'A value inside a value inside a value costs a recursive parser a stack frame each, and small devices have room for a few dozen. The nested value belongs to a key the server does not even know, so it only has to be skipped.',
    exposes: ['smp/cbor-depth'],
    batches: [{ name: 'cbor', of: 'nested CBOR values', cases: smpNesting }],
  },
  {
    id: 'smp-cbor',
    protocol: 'smp',
    title: 'CBOR that no encoder makes',
    why: 'Lengths beyond the message, keys of wrong types, open ends, reserved values: the payload is valid SMP around broken CBOR. The server must say so, and its next answer must carry nothing of what came before.',
    exposes: ['smp/buffer-leak'],
    batches: [{ name: 'malformed', of: 'malformed CBOR payloads', cases: smpMalformedCbor }],
  },
  {
    id: 'smp-fields',
    protocol: 'smp',
    title: 'Fields with values at their limits',
    why: 'The message is well-formed and its values are not: texts longer than the server’s buffer, offsets outside the slot, hashes of the wrong size. An offset that is written without a look lets anybody overwrite flash.',
    exposes: ['smp/echo-overflow', 'smp/upload-offset-unchecked'],
    batches: [
      { name: 'texts', of: 'requests with extreme texts', cases: smpTextFields },
      { name: 'upload', of: 'uploads with contradictory fields', cases: ({ seed }) => smpUploadFields(seed) },
      { name: 'state', of: 'image state requests with wrong fields', cases: smpStateFields },
    ],
  },
];
