import { encodeMcubootImage } from '#codecs/mcuboot-image.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import { NO_IDENTITY } from '#fuzz/mcuboot-hidden.ts';
import { soundMcuboot, unprotectedEntry, withUnprotected } from '#fuzz/mcuboot-layout.ts';

const SHA384_LENGTH = 48;
const SHA512_LENGTH = 64;
const otherHash: Tlv = { type: TLV.sha512, value: new Uint8Array(SHA512_LENGTH).fill(0x41) };
const wrong: Tlv = { type: TLV.sha256, value: new Uint8Array(32).fill(0x41) };

/** Genuine, signed images whose hash entry is missing, doubled or of another form. */
export const mcubootHashes: readonly Forgery[] = [
  hashForm('missing', () => [], {
    title: 'No hash entry',
    changes: 'the hash entry is taken out; the signature stays valid',
    temptation:
      'the signature is good, and who compares an entry where there is one finds none that is wrong',
    missing: 'mcuboot/hash-entry-optional',
    hidden: NO_IDENTITY,
  }),
  hashForm('empty', () => [{ type: TLV.sha256, value: new Uint8Array() }], {
    title: 'A hash entry without bytes',
    changes: 'the hash entry has no bytes',
    temptation: 'a comparison over the length of the entry compares nothing, and finds it equal',
    missing: 'mcuboot/hash-length-trusted',
    hidden: NO_IDENTITY,
  }),
  hashForm('short', (entry) => [{ ...entry, value: entry.value.subarray(0, 31) }], {
    title: 'A hash entry that is one byte short',
    changes: 'the last byte of the hash entry is missing; the others are right',
    temptation: 'a comparison over the length of the entry finds all of its bytes equal',
    missing: 'mcuboot/hash-length-trusted',
    hidden: NO_IDENTITY,
  }),
  hashForm('other-type', () => [{ type: TLV.sha384, value: new Uint8Array(SHA384_LENGTH).fill(0x41) }], {
    title: 'A hash of another kind',
    changes: 'a made-up SHA-384 entry stands in place of the SHA-256',
    temptation: 'the entry is known and allowed, and this build cannot compute what it should be',
    missing: 'mcuboot/hash-type-not-checked',
    hidden: NO_IDENTITY,
  }),
  hashForm('wrong-then-right', (entry) => [wrong, entry], {
    title: 'Two hash entries, the first one wrong',
    changes: 'a made-up hash entry stands in front of the right one',
    temptation:
      'the last comparison is good and overwrites the first; the management protocol reports the first',
    missing: 'mcuboot/last-hash-decides',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
  }),
  hashForm('right-then-wrong', (entry) => [entry, wrong], {
    title: 'Two hash entries, the second one wrong',
    changes: 'a made-up hash entry stands behind the right one',
    temptation: 'who looks for the entry stops at the first, and it is right',
    missing: 'mcuboot/hash-entry-ignored',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
  }),
  {
    ...hashForm('both-types', (entry) => [entry, otherHash], {
      title: 'A hash of another kind beside the right one',
      changes: 'a made-up SHA-512 entry stands behind the right hash; nothing signs either',
      temptation: 'bootutil compares the kind it was built for alone and passes over the other, by design',
      missing: null,
      intact: ['structure', 'hash', 'signature', 'trusted-key'],
    }),
    expect: 'harmless',
  },
  {
    ...hashForm('last', (entry) => [entry], {
      title: 'The hash behind the signature',
      changes: 'the hash entry stands behind key hash and signature',
      temptation:
        'the hash is computed before the entries are read, so their order means nothing here, by design',
      missing: null,
      intact: ['structure', 'hash', 'signature', 'trusted-key'],
    }),
    expect: 'harmless',
    forge(base) {
      const image = soundMcuboot(base);
      const hash = unprotectedEntry(image, TLV.sha256);
      const rest = withUnprotected(image, TLV.sha256, []);
      return encodeMcubootImage({ ...rest, unprotectedTlvs: [...rest.unprotectedTlvs, hash] });
    },
  },
];

type Form = Pick<Forgery, 'title' | 'changes' | 'temptation' | 'missing'> &
  Partial<Pick<Forgery, 'hidden' | 'intact'>>;

function hashForm(id: string, entries: (hash: Tlv) => readonly Tlv[], own: Form): Forgery {
  return {
    attack: 'hash-entry',
    id,
    category: 'structural',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-354',
    intact: ['structure', 'signature', 'trusted-key'],
    ...own,
    forge(base) {
      const image = soundMcuboot(base);
      return encodeMcubootImage(
        withUnprotected(image, TLV.sha256, entries(unprotectedEntry(image, TLV.sha256))),
      );
    },
  };
}
