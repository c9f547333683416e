import assert from 'node:assert/strict';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { aesCmac } from '#codecs/ble/aes-cmac.ts';
import { isOnP256, p256Pair, p256Shared } from '#codecs/ble/p256.ts';
import { ah, c1, f4, f5, f6, g2, s1, reversed } from '#codecs/ble/pairing-crypto.ts';

const hex = (text: string) => hexToBytes(text.replaceAll(' ', ''));

/** Sample data of Core Vol 3 Part H Appendix D and 2.2, and of Vol 2 Part G 7.1.2. */
const U = hex('20b003d2f297be2c5e2c83a7e9f9a5b9eff49111acf4fddbcc0301480e359de6');
const V = hex('55188b3d32f6bb9a900afcfbeed4e72a59cb9ac2f19d7cfb6b4fdd49f47fc5fd');
const N1 = hex('d5cb8454d177733effffb2ec712baeab');
const N2 = hex('a6e8e7cc25a75f6e216583f7ff3dc4cf');
const DHKEY = hex('ec0234a357c8ad05341010a60a397d9b99796b13b4f866f1868d34f373bfa698');
const A1 = { type: 0, address: hex('56123737bfce') };
const A2 = { type: 0, address: hex('a713702dcfc1') };
const MAC_KEY = hex('2965f176a1084a02fd3f6a20ce636e20');
const SECRET_A = hex('3f49f6d4a3c55f3874c9b3e3d2103f504aff607beb40b7995899b8a6cd3c1abd');
const SECRET_B = hex('55188b3d32f6bb9a900afcfbeed4e72a59cb9ac2f19d7cfb6b4fdd49f47fc5fd');

describe('AES-CMAC (RFC 4493)', () => {
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c');
  const message = hex(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
      '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  );
  for (const [length, mac] of [
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ] as const) {
    it(`gives the published value for ${length} bytes`, () => {
      assert.equal(bytesToHex(aesCmac(key, message.subarray(0, length))), mac);
    });
  }
});

describe('functions of pairing (Core Vol 3 Part H)', () => {
  it('c1', () => {
    const confirm = c1(new Uint8Array(16), hex('5783d52156ad6f0e6388274ec6702ee0'), {
      request: hex('07071000000101'),
      response: hex('05000800000302'),
      initiator: { type: 1, address: hex('a1a2a3a4a5a6') },
      responder: { type: 0, address: hex('b1b2b3b4b5b6') },
    });
    assert.equal(bytesToHex(confirm), '1e1e3fef878988ead2a74dc5bef13b86');
  });

  it('s1', () => {
    const responder = hex('000f0e0d0c0b0a091122334455667788');
    const initiator = hex('010203040506070899aabbccddeeff00');
    assert.equal(
      bytesToHex(s1(new Uint8Array(16), responder, initiator)),
      '9a1fe1f0e8b0f49b5b4216ae796da062',
    );
  });

  it('f4', () => assert.equal(bytesToHex(f4(U, V, N1, 0)), 'f2c916f107a9bd1cf1eda1bea974872d'));

  it('f5', () => {
    const { macKey, ltk } = f5(DHKEY, N1, N2, A1, A2);
    assert.equal(bytesToHex(macKey), bytesToHex(MAC_KEY));
    assert.equal(bytesToHex(ltk), '6986791169d7cd23980522b594750a38');
  });

  it('f6', () => {
    const r = hex('12a3343bb453bb5408da42d20c2d0fc8');
    const check = { own: N1, other: N2, r, features: hex('010102'), from: A1, to: A2 };
    assert.equal(bytesToHex(f6(MAC_KEY, check)), 'e3c473989cd0e8c5d26c0b09da958f61');
  });

  it('g2', () => assert.equal(g2(U, V, N1, N2), 0x2f9ed5ba % 1_000_000));

  it('ah', () => {
    assert.equal(bytesToHex(ah(hex('ec0234a357c8ad05341010a60a397d9b'), hex('708194'))), '0dfbaa');
  });

  it('turns bytes around without touching them', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    assert.deepEqual([...reversed(bytes), ...bytes], [3, 2, 1, 1, 2, 3]);
  });
});

describe('P-256 of pairing', () => {
  const a = p256Pair(SECRET_A);
  const b = p256Pair(SECRET_B);

  it('has the published key pairs', () => {
    assert.equal(bytesToHex(a?.point.x ?? new Uint8Array()), bytesToHex(U));
    assert.equal(
      bytesToHex(b?.point.y ?? new Uint8Array()),
      '4c55f33e429dad377356703a9ab85160472d1130e28e36765f89aff915b1214a',
    );
  });

  it('has the published shared key from both sides', () => {
    assert.ok(a !== null && b !== null);
    for (const shared of [p256Shared(a.secret, b.point), p256Shared(b.secret, a.point)]) {
      assert.equal(bytesToHex(shared ?? new Uint8Array()), bytesToHex(DHKEY));
    }
  });

  it('knows points that are none', () => {
    assert.ok(a !== null);
    const zero = new Uint8Array(32);
    for (const point of [
      { x: a.point.x, y: zero },
      { x: zero, y: zero },
      { x: new Uint8Array(32).fill(0xff), y: a.point.y },
    ]) {
      assert.equal(isOnP256(point), false);
      assert.equal(p256Shared(SECRET_A, point), null);
    }
    assert.ok(isOnP256(a.point));
  });

  it('has no key pair for scalars beyond the curve', () => {
    assert.equal(p256Pair(new Uint8Array(32)), null);
    assert.equal(p256Pair(new Uint8Array(32).fill(0xff)), null);
  });
});
