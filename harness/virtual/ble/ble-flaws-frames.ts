import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('ble', 'fuzzed-wireless');
const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/CVE-${id}`;

/** Mistakes with frames, attributes, channels and what is advertised. */
export const frameFlaws = [
  flaw(
    'write-length-trusted',
    'CWE-121',
    'A written value is copied without a look at the buffer',
    'The handler of a characteristic copies as many bytes as came into a buffer on its stack.',
  ),
  flaw(
    'handle-not-complete',
    'CWE-125',
    'A request too short for its handle is read beyond its end',
    'The parser takes two bytes of handle whether they came or not. bleno 0.12.4 dies of seven such requests.',
  ),
  flaw(
    'prepared-write-overlap',
    'CWE-787',
    'Prepared writes are added up, and their offsets believed',
    'The room for the whole value is counted from the parts, while each is written where its offset says.',
    nvd('2026-25508'),
  ),
  flaw(
    'enhanced-connect-overflow',
    'CWE-121',
    'More channels are answered than the answer has room for',
    'A request may name five channels; the answer is built on the stack for as many as came.',
    nvd('2021-3434'),
  ),
  flaw(
    'short-k-frame',
    'CWE-617',
    'A first segment of one byte runs into an assertion',
    'The length of the SDU is pulled from the buffer without a look at whether two bytes are there.',
    nvd('2021-3454'),
  ),
  flaw(
    'start-fragment-trusted',
    'CWE-125',
    'A first fragment without a whole header is taken for a frame',
    'The length is read from bytes that have not come yet. Microchip ATSAMB11 stopped after a few of them.',
    nvd('2019-19195'),
  ),
  flaw(
    'frame-length-trusted',
    'CWE-190',
    'Length and header of a frame are added in sixteen bits',
    'A length of FFFF wraps to three, a buffer of that size is taken, and the fragments run over it.',
  ),
  flaw(
    'second-mtu-deadlock',
    'CWE-667',
    'A second MTU request while the first is served takes a lock twice',
    'The device answers nothing any more, and does not advertise after the link is gone. ST WB55.',
    nvd('2019-19192'),
  ),
  flaw(
    'stalled-write-spins',
    'CWE-835',
    'A prepared write that is never executed makes the timer spin',
    'After thirty seconds the host task runs for ever; the controller still acknowledges. NimBLE 1.6.0.',
    nvd('2024-24746'),
  ),
  flaw(
    'disconnect-in-flight',
    'CWE-416',
    'A response that is under way when the link ends is freed twice',
    'Requests queued behind a disconnection are answered from memory that is gone.',
    nvd('2026-11368'),
  ),
  flaw(
    'empty-frame-underflow',
    'CWE-191',
    'A frame of length 0 with bytes behind it runs below zero',
    'The opcode is taken off a length that is 0, and what is left is copied. Dialog DA14580.',
    nvd('2019-17517'),
  ),
  flaw(
    'padding-copied',
    'CWE-120',
    'The whole packet is copied into a buffer of the frame’s size',
    'The length of the link layer is used where that of L2CAP should be. Dialog DA14680.',
    nvd('2019-17518'),
  ),
  flaw(
    'continuation-overflow',
    'CWE-787',
    'A continuation longer than what is missing is appended whole',
    'Only the first fragment is measured against the buffer. The BlueFrag class of Bluedroid.',
    nvd('2020-0022'),
  ),
  flaw(
    'stalled-fragment-spins',
    'CWE-835',
    'A frame that is never finished makes the timer spin',
    'The timer of the reassembly ends where it began, and runs for ever. NimBLE 1.6.0.',
    nvd('2024-24746'),
  ),
  flaw(
    'client-features-overflow',
    'CWE-787',
    'Client Supported Features are copied as long as they come',
    'The field has one byte; the write is as long as its PDU.',
  ),
  flaw(
    'variable-read-stops',
    'CWE-393',
    'Handles behind those that fill the answer are not looked at',
    'Read Multiple Variable answers with some of the values where it owes an error.',
  ),
  flaw(
    'unasked-response-taken',
    'CWE-416',
    'A connection response that nobody asked for is taken',
    'Its channel is looked up by a number that no request has given out. Zephyr up to 4.1.',
    nvd('2025-10456'),
  ),
  flaw(
    'advertising-length-trusted',
    'CWE-125',
    'Advertising data are walked by lengths that nobody compares with what is there',
    'The walk goes on behind the report. Zephyr before 3.5.',
    nvd('2023-4424'),
  ),
  flaw(
    'mesh-segments-trusted',
    'CWE-787',
    'The number of segments of a provisioning transaction is believed',
    'A continuation is written where its number says, beyond a buffer of the announced length.',
    nvd('2022-24893'),
  ),
] as const;
