import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#core/digest.ts';
import { encodeIntelHex, flattenHex, type HexFile, parseIntelHex } from '#codecs/intel-hex.ts';
import { buildMcubootImage } from '#codecs/mcuboot-build.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { skipBecause } from '#contracts/skip.ts';

/** Zephyr 4.4.0 builds that somebody else made and packaged. */
const BUILDS = ['zephyr_4_4_0_hci_uart_nrf52dk_default', 'zephyr_4_4_0_hci_usb_nrf52840dk_default'] as const;
const LARGEST = 1024 * 1024;

/** The builds as the intelhex library reads and writes them; imgtool's own reader is the same. */
const READER = `
import hashlib, importlib, io, json, sys
from intelhex import IntelHex
answer = []
for name in sys.argv[1:]:
    path = str(importlib.import_module(name).HEX_PATH)
    file = IntelHex(path)
    out = io.StringIO()
    file.write_hex_file(out, byte_count=16, eolstyle='native')
    answer.append({
        'path': path,
        'segments': [[a, b - a, hashlib.sha256(file.tobinstr(start=a, end=b - 1)).hexdigest()] for a, b in file.segments()],
        'start': file.start_addr,
        'text': out.getvalue(),
    })
print(json.dumps(answer))
`;

interface Read {
  readonly path: string;
  readonly segments: readonly (readonly [address: number, length: number, digest: string])[];
  readonly start: { readonly EIP: number } | { readonly CS: number; readonly IP: number } | null;
  readonly text: string;
}

let builds: readonly Read[] = [];

function realHex({ path }: Read): HexFile {
  const file = parseIntelHex(readFileSync(path, 'latin1'));
  return 'defect' in file ? assert.fail(JSON.stringify(file)) : file;
}

function startOf({ start }: Read): HexFile['start'] {
  if (start === null) return null;
  return 'EIP' in start
    ? { kind: 'linear', address: start.EIP }
    : { kind: 'segment', cs: start.CS, ip: start.IP };
}

/** The bytes of a build, as a programmer would write them. */
function codeOf(read: Read): Uint8Array {
  return (flattenHex(realHex(read), LARGEST) ?? assert.fail('the build is too large')).bytes;
}

describe('Real Zephyr builds of nRF52 boards', () => {
  before(function () {
    const python = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';
    const { status, stdout } = spawnSync(python, ['-c', READER, ...BUILDS], { encoding: 'utf8' });
    if (status !== 0)
      skipBecause(this, 'no python with the packages of .ci/peers.txt; set ASSAY_PEER_PYTHON');
    builds = JSON.parse(stdout) as readonly Read[];
  });

  it('are read as the intelhex library reads them', () => {
    assert.equal(builds.length, BUILDS.length);
    for (const read of builds) {
      const { segments, start } = realHex(read);
      const ours = segments.map(({ address, bytes }) => [address, bytes.length, sha256Hex(bytes)]);
      assert.deepEqual(ours, read.segments);
      assert.deepEqual(start, startOf(read));
    }
  });

  it('are written to the byte as the intelhex library writes them', () => {
    for (const read of builds) assert.equal(encodeIntelHex(realHex(read)), read.text);
  });

  it('begin with vectors of the machine they are for', () => {
    for (const read of builds) {
      const code = Buffer.from(codeOf(read));
      const stack = code.readUInt32LE(0);
      assert.ok(stack > 0x2000_0000 && stack <= 0x2004_0000, 'the stack is in the RAM of an nRF52');
      assert.equal(code.readUInt32LE(4) & 1, 1, 'the reset vector is a Thumb address');
    }
  });

  it('signed from HEX by imgtool, and from their bytes here, are the same image', function () {
    const folder = mkdtempSync(join(tmpdir(), 'assay-zephyr-'));
    try {
      const pem = String(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
      writeFileSync(join(folder, 'key.pem'), pem, { mode: 0o600 });
      for (const read of builds) {
        const out = join(folder, 'signed.bin');
        const options = [
          '-k',
          join(folder, 'key.pem'),
          '-v',
          '4.4.0',
          '-H',
          '0x200',
          '-S',
          '0x80000',
          '--align',
          '4',
        ];
        const tool = process.env['ASSAY_IMGTOOL'] ?? 'imgtool';
        const { error, status, stderr } = spawnSync(
          tool,
          ['sign', ...options, '--pad-header', read.path, join(folder, 'signed.hex')],
          { encoding: 'utf8' },
        );
        if (error !== undefined) skipBecause(this, 'no imgtool; set ASSAY_IMGTOOL');
        assert.equal(status, 0, stderr);
        const theirs = parseIntelHex(readFileSync(join(folder, 'signed.hex'), 'latin1'));
        const bytes = 'defect' in theirs ? null : flattenHex(theirs, LARGEST);
        const key = mcubootKey(pem);
        const version = { major: 4, minor: 4, revision: 0, build: 0 };
        const ours = buildMcubootImage({ version, payload: codeOf(read), headerSize: 0x200, key });
        writeFileSync(out, ours);
        assert.deepEqual(bytes?.bytes, ours);
        assert.equal(verifyMcubootImage(ours, { keys: [key] }).valid, true);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
