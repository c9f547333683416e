import { signatureTlvs } from '#codecs/mcuboot-build.ts';
import { encodeMcubootImage, type McubootImage } from '#codecs/mcuboot-image.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { flipBit, type Forgery } from '#fuzz/forgery.ts';
import {
  signatureOf,
  soundMcuboot,
  withinPayload,
  withSignatures,
  withUnprotected,
} from '#fuzz/mcuboot-layout.ts';

const RAISED = { major: 9, minor: 0, revision: 0, build: 0 };

/** Changed images in which everything that needs no key is repaired, or taken from elsewhere. */
export const mcubootTampered: readonly Forgery[] = [
  tampered('rehashed', {
    title: 'Payload changed, hash made to fit',
    changes: 'a payload byte is changed and the hash entry recomputed; the signature is the old one',
    temptation: 'the image is consistent in itself; only the signature tells that the maker did not make it',
    missing: 'mcuboot/signature-result-ignored',
    intact: ['structure', 'hash', 'trusted-key'],
    forge: (base) => rehashed(soundMcuboot(flipBit(base, withinPayload(base)))),
  }),
  tampered('version-raised', {
    title: 'A higher version, hash made to fit',
    changes: 'the version in the header is raised to 9.0.0 and the hash entry recomputed',
    temptation: 'an old image with a new number passes every comparison of versions',
    missing: 'mcuboot/signature-result-ignored',
    intact: ['structure', 'hash', 'trusted-key'],
    forge(base) {
      const image = soundMcuboot(base);
      return rehashed({ ...image, header: { ...image.header, version: RAISED } });
    },
  }),
  tampered('shrunk', {
    title: 'Half of the payload, sizes made to fit',
    changes: 'the payload is cut in the middle and the image size in the header made to fit',
    temptation: 'every size is right and every entry in place, so that only the hash tells',
    missing: 'mcuboot/hash-tlv-trusted',
    intact: ['structure', 'trusted-key'],
    forge(base) {
      const image = soundMcuboot(base);
      const payload = image.payload.subarray(0, image.payload.length >> 1);
      return encodeMcubootImage({
        ...image,
        payload,
        header: { ...image.header, imageSize: payload.length },
      });
    },
  }),
  tampered('borrowed-signature', {
    title: 'The signature of another image',
    changes: 'the signature is that of another genuine image, everything else as the maker made it',
    temptation: 'signature and key are the maker’s; they are just not about this image',
    missing: 'mcuboot/signature-result-ignored',
    intact: ['structure', 'hash', 'trusted-key'],
    forge(base, { build }) {
      const other = signatureOf(soundMcuboot(build({ version: '1.5.0' })));
      return encodeMcubootImage(withSignatures(soundMcuboot(base), [other]));
    },
  }),
  tampered('borrowed-entries', {
    title: 'Hash, key and signature of another image',
    changes: 'the whole unprotected area is that of another genuine image',
    temptation: 'hash and signature agree with each other; only the bytes they are about are elsewhere',
    missing: 'mcuboot/hash-tlv-trusted',
    intact: ['structure', 'trusted-key'],
    forge(base, { build }) {
      const { unprotectedTlvs } = soundMcuboot(build({ version: '1.5.0' }));
      return encodeMcubootImage({ ...soundMcuboot(base), unprotectedTlvs });
    },
  }),
];

type Tampered = Pick<Forgery, 'title' | 'changes' | 'temptation' | 'missing' | 'intact' | 'forge'>;

function tampered(id: string, own: Tampered): Forgery {
  return {
    attack: 'tampered',
    id,
    category: 'payload',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-347',
    ...own,
  };
}

/** The image with a hash entry that fits. */
function rehashed(image: McubootImage): Uint8Array {
  return encodeMcubootImage(withUnprotected(image, TLV.sha256, signatureTlvs(image, null)));
}
