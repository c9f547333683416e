import assert from 'node:assert/strict';
import { PeerError, UsageError } from '#core/errors.ts';
import { formatAddress, parseAddress, sameAddress } from '#codecs/ble/address.ts';
import { AD, advertisedName, decodeAdvertising, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { attUuid, attUuidText, UUID } from '#codecs/ble/uuid.ts';

describe('device addresses', () => {
  it('are written highest byte first and kept lowest byte first', () => {
    const address = parseAddress('c4:11:22:33:44:55/public');
    assert.deepEqual(address, { type: 0, bytes: Uint8Array.of(0x55, 0x44, 0x33, 0x22, 0x11, 0xc4) });
    assert.equal(formatAddress(address), 'C4:11:22:33:44:55/public');
    assert.equal(sameAddress(address, parseAddress('C4:11:22:33:44:55')), false);
  });

  it('are refused where they are none', () => {
    for (const text of ['', 'c4:11:22:33:44', 'c4:11:22:33:44:55/other', 'c4-11-22-33-44-55']) {
      assert.throws(() => parseAddress(text), UsageError);
    }
  });
});

describe('UUIDs of attributes', () => {
  it('have one text for each form', () => {
    for (const text of Object.values(UUID)) assert.equal(attUuidText(attUuid(text)), text);
    assert.equal(attUuidText(attUuid('00002902-0000-1000-8000-00805f9b34fb')), '2902');
    assert.equal(attUuidText(new Uint8Array(3)), null);
    assert.throws(() => attUuid('29'), UsageError);
  });
});

describe('advertising data', () => {
  const data = [
    { type: AD.flags, data: Uint8Array.of(6) },
    { type: AD.name, data: Uint8Array.from(Buffer.from('assay')) },
  ];

  it('come back as they were written, and end at a length of 0', () => {
    const bytes = encodeAdvertising(data);
    assert.deepEqual(decodeAdvertising(Uint8Array.from([...bytes, 0, 99])), data);
    assert.equal(advertisedName(data), 'assay');
  });

  it('are refused where a length points behind their end', () => {
    const bytes = encodeAdvertising([{ type: AD.name, data: Uint8Array.of(1), claimed: 30 }]);
    assert.ok(decodeAdvertising(bytes) instanceof PeerError);
  });
});
