import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, ECDH, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { explain, isAssayError } from '#core/errors.ts';
import { espPrivateKey, espPublicKey } from '#codecs/esp-key.ts';
import { keyDigestOfPem } from '#codecs/esp-secure-boot.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';

const CURVES = ['prime192v1', 'prime256v1', 'secp384r1'] as const;

describe('keys for Secure Boot', () => {
  for (const namedCurve of CURVES) {
    it(`reads ${namedCurve} from PKCS#8, SEC1 and SubjectPublicKeyInfo as one key`, () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
      const forms = [
        String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
        String(privateKey.export({ format: 'pem', type: 'sec1' })),
        String(publicKey.export({ format: 'pem', type: 'spki' })),
      ];
      const digests = new Set(forms.map(keyDigestOfPem));
      assert.equal(digests.size, 1);
      const [pkcs8, sec1] = forms.slice(0, 2).map(espPrivateKey);
      assert.deepEqual(pkcs8, sec1);
      assert.ok(forms.every((form) => espPublicKey(form).scheme === pkcs8?.scheme));
    });
  }

  it('completes a compressed point', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const der = publicKey.export({ format: 'der', type: 'spki' });
    const squeezed = ECDH.convertKey(der.subarray(-65), 'prime256v1', undefined, undefined, 'compressed');
    const prefix = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
    const short = Buffer.concat([prefix, Buffer.from(squeezed)]).toString('base64');
    const text = `-----BEGIN PUBLIC KEY-----\n${short}\n-----END PUBLIC KEY-----\n`;
    assert.equal(
      keyDigestOfPem(text),
      keyDigestOfPem(String(publicKey.export({ format: 'pem', type: 'spki' }))),
    );
  });

  it('reads RSA-3072 from PKCS#8, PKCS#1 and SubjectPublicKeyInfo as one key', () => {
    const key = createPrivateKey(testKeys.signing.pem);
    const forms = [
      String(key.export({ format: 'pem', type: 'pkcs1' })),
      String(createPublicKey(key).export({ format: 'pem', type: 'spki' })),
      String(createPublicKey(key).export({ format: 'pem', type: 'pkcs1' })),
    ];
    for (const form of forms) assert.equal(keyDigestOfPem(form), testKeys.signing.id);
    assert.equal(espPrivateKey(forms[0] ?? '').scheme, 'rsa-3072');
  });

  const strangers: readonly { readonly what: string; readonly code: string; readonly pem: () => string }[] = [
    {
      what: 'RSA-2048',
      code: 'esp-key-size',
      pem: () => pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 })),
    },
    { what: 'Ed25519', code: 'esp-key-curve', pem: () => pemOf(generateKeyPairSync('ed25519')) },
    {
      what: 'secp256k1',
      code: 'esp-key-curve',
      pem: () => pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })),
    },
    {
      what: 'a damaged file',
      code: 'esp-key-unreadable',
      pem: () => testKeys.signing.pem.replace('MII', 'MIJ'),
    },
    { what: 'an encrypted file', code: 'esp-key-unreadable', pem: () => encrypted() },
    { what: 'no PEM', code: 'esp-key-unreadable', pem: () => 'correct horse battery staple' },
  ];
  for (const { what, code, pem } of strangers) {
    it(`refuses ${what}, and repeats nothing of it`, () => {
      const text = pem();
      assert.throws(
        () => espPrivateKey(text),
        (error: unknown) => {
          assert.ok(isAssayError(error) && error.name === 'UsageError' && error.code === code, String(error));
          const shown = `${explain(error)}${inspect(error, { depth: 9 })}`;
          for (const line of text.split('\n')) {
            if (line.length >= 16 && !line.startsWith('-----')) assert.ok(!shown.includes(line.slice(0, 16)));
          }
          return true;
        },
      );
    });
  }

  it('refuses a public key where a private one is needed', () => {
    const spki = String(createPublicKey(testKeys.signing.pem).export({ format: 'pem', type: 'spki' }));
    assert.throws(() => espPrivateKey(spki), { code: 'esp-key-unreadable' });
  });

  it('answers damaged PEM with its own errors only', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pem = String(privateKey.export({ format: 'pem', type: 'sec1' }));
    fc.assert(
      fc.property(fc.nat(pem.length - 1), fc.string({ maxLength: 3 }), (at, text) => {
        try {
          espPrivateKey(pem.slice(0, at) + text + pem.slice(at + text.length));
        } catch (error) {
          assert.ok(isAssayError(error), String(error));
        }
      }),
    );
  });
});

function pemOf({ privateKey }: { readonly privateKey: KeyObject }): string {
  return String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
}

function encrypted(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return String(
    privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'secret' }),
  );
}
