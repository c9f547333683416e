import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('ble', 'fuzzed-wireless');
const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/CVE-${id}`;

/** Mistakes that the virtual LE peripheral can be built with. */
export const bleFlaws = [
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
    'key-size-unchecked',
    'CWE-119',
    'The key size of a Pairing Request is used as it is',
    'A size of 253 is the length of a copy when encryption starts. Telink.',
    nvd('2019-19196'),
  ),
  flaw(
    'public-key-in-legacy',
    'CWE-476',
    'A public key is taken in legacy pairing',
    'The key goes to a context that only secure connections have allocated. TI CC2640R2.',
    nvd('2019-17520'),
  ),
  flaw(
    'zero-ltk',
    'CWE-287',
    'Encryption with a key of zeros is accepted before there is one',
    'The key slot of a pairing under way is read when the controller asks, and is still empty. Telink.',
    nvd('2019-19194'),
  ),
  flaw(
    'early-encryption',
    'CWE-287',
    'Encryption is accepted before the DHKey checks',
    'The key is derived after the random numbers, and given out at once; the check that proves it is skipped. TI.',
    nvd('2020-13593'),
  ),
  flaw(
    'off-curve-key',
    'CWE-347',
    'A public key is not checked to be on the curve',
    'Whoever sends a point of small order learns the key. Found in most stacks in 2018.',
    nvd('2018-5383'),
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
    'configuration-unprotected',
    'CWE-862',
    'Notifications of a protected value are had without encryption',
    'The client configuration has no permission of its own, and the value comes by notification.',
    nvd('2026-2411'),
  ),
] as const;
