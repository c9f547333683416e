import assert from 'node:assert/strict';
import { constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { encodeMcubootImage, findTlv, isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { encodePss } from '#codecs/rsa-pss.ts';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { waitFor } from '#core/wait.ts';
import { parseBanner } from '#drivers/identity/banner.ts';
import { factoryFlash } from '../factory.ts';
import { openMachine } from '../machine.ts';
import { qemuThere } from '../qemu-there.fixture.ts';
import { referenceFacts } from '../reference-facts.ts';
import { nrf51822 } from './chips.ts';
import { rsaTestKeys } from './keys.ts';

const LENGTH = 256;
const SALT = new Uint8Array(32).fill(0x5a);
const key = createPrivateKey(rsaTestKeys.signing.pem);
const { publicDer } = mcubootKey(rsaTestKeys.signing.pem);

/** What the key's owner can make of any encoded message: RSASP1, RFC 8017, 5.2.1. */
function raw(encoded: Uint8Array): Uint8Array {
  return Uint8Array.from(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded));
}

/** The encoded message with bits of a byte flipped; in front of the hash the same bits of the unmasked block flip. */
function flipped(digest: Uint8Array, at: number, bits: number): Uint8Array {
  const encoded = Uint8Array.from(encodePss(digest, SALT, LENGTH));
  encoded[at] = (encoded[at] ?? 0) ^ bits;
  return raw(encoded);
}

/** Signatures of a digest, by what is odd about them. The block has 190 zeros, 1, and the salt (RFC 8017, 9.1.1). */
const REFUSED: Readonly<Record<string, (digest: Uint8Array) => Uint8Array>> = {
  'a salt of 20 bytes': (digest) => raw(encodePss(digest, SALT.subarray(12), LENGTH)),
  'no salt': (digest) => raw(encodePss(digest, new Uint8Array(), LENGTH)),
  'a first byte of padding that is not zero': (digest) => flipped(digest, 0, 1),
  'a last byte of padding that is not zero': (digest) => flipped(digest, 189, 1),
  'another byte between padding and salt': (digest) => flipped(digest, 190, 3),
  'another last byte': (digest) => flipped(digest, LENGTH - 1, 1),
  zero: () => new Uint8Array(LENGTH),
  'the modulus': () => publicDer.slice(-LENGTH - 3, -3),
};

describe('boards/microbit/firmware/signature', function () {
  this.timeout(120_000);
  const facts = referenceFacts(null);
  const image = parseMcubootImage(facts.firmware.golden.bytes);
  assert.ok(!isDefect(image));
  const digest = findTlv(image, TLV.sha256) ?? assert.fail('no hash');

  before(function () {
    if (!qemuThere()) skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    try {
      factoryFlash(nrf51822, facts, null);
    } catch {
      skipBecause(this, 'the firmware is not built: npm run firmware');
    }
  });

  /** Whether golden starts with this signature. */
  async function starts(signature: Uint8Array): Promise<boolean> {
    assert.ok(!isDefect(image));
    const unprotectedTlvs = image.unprotectedTlvs.map((tlv) =>
      tlv.type === TLV.rsa2048Pss ? { ...tlv, value: signature } : tlv,
    );
    const content = factoryFlash(nrf51822, facts, null);
    content.set(encodeMcubootImage({ ...image, unprotectedTlvs }), nrf51822.slot0.offset);
    const { machine, hub, clock, base } = await openMachine(content, calm());
    try {
      const wait = {
        clock,
        signals: [hub.closed],
        deadlineMs: 60_000,
        onDeadline: () => assert.fail('silent'),
      };
      const seen = waitFor<boolean>(wait, (resolve) =>
        hub.onLine(({ text }) => {
          if (parseBanner(text) !== null) resolve(true);
          if (text.includes('Image in the primary slot is not valid!')) resolve(false);
        }),
      );
      await machine.powerOn(calm());
      return await seen;
    } finally {
      await base[Symbol.asyncDispose]();
    }
  }

  it('takes what the key signed, with whatever salt of 32 bytes', async () => {
    assert.ok(await starts(raw(encodePss(digest, SALT, LENGTH))));
    assert.ok(await starts(raw(encodePss(digest, new Uint8Array(32), LENGTH))));
  });

  for (const [what, signatureOf] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, async () => assert.equal(await starts(signatureOf(digest)), false));
  }
});
