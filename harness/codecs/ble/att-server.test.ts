import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AttServer } from '#codecs/ble/att-server.ts';
import { decodeAtt, encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import { gattDatabase, PROPERTY, valueOf } from '#codecs/ble/gatt-database.ts';

const VENDOR = '8d53dc1d-1db7-4cd3-868b-8a527460aa84';
const refused: number[] = [];
const DATABASE = gattDatabase([
  {
    uuid: '1800',
    characteristics: [
      { uuid: '2a00', properties: PROPERTY.read, value: Uint8Array.from(Buffer.from('assay')) },
    ],
  },
  {
    uuid: VENDOR,
    characteristics: [
      { uuid: 'fff1', properties: PROPERTY.read | PROPERTY.write, longest: 40 },
      { uuid: 'fff2', properties: PROPERTY.writeCommand | PROPERTY.notify },
      { uuid: 'fff3', properties: PROPERTY.read | PROPERTY.notify, needsEncryption: true },
      {
        uuid: 'fff4',
        properties: PROPERTY.write,
        written: (value) => (value[0] === 1 ? null : (refused.push(value.length), 0x80)),
      },
    ],
  },
]);

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const handleOf = (uuid: string) => valueOf(DATABASE, uuid)?.handle ?? 0;

class Client {
  readonly server = new AttServer({ database: DATABASE });
  encrypted = false;

  raw(text: string): string {
    const answer = this.server.handle(hex(text), this.encrypted);
    return answer === null ? 'silence' : Buffer.from(answer).toString('hex');
  }

  ask(pdu: AttPdu): AttPdu | null {
    const answer = this.server.handle(encodeAtt(pdu), this.encrypted);
    return answer === null ? null : (decodeAtt(answer) as AttPdu);
  }
}

describe('ATT server', () => {
  /** What a sound server answers to one damaged PDU (wireless-fuzzing 2.2). */
  for (const [request, answer] of [
    ['0a 03', '010a000004'],
    ['0c 03 00', '010c000004'],
    ['18', '0118000004'],
    ['06 01 00', '0106000004'],
    ['10 0100ffff 002800', '0110000004'],
    ['3f', '013f000006'],
    ['04 0500 0300', '0104050001'],
    ['0a 0000', '010a000001'],
    ['02', '0102000004'],
    ['12', '0112000004'],
    ['08 0100ffff', '0108000004'],
    ['0e 0300', '010e000004'],
    ['', 'silence'],
    ['52', 'silence'],
    ['7f', 'silence'],
    ['d2 0300 00', 'silence'],
    ['1e', 'silence'],
    ['01 0a', 'silence'],
  ] as const) {
    it(`answers ${request === '' ? 'nothing' : request} with ${answer}`, () => {
      assert.equal(new Client().raw(request), answer);
    });
  }

  it('lists services, characteristics and descriptors', () => {
    const client = new Client();
    const services = client.ask({
      type: 'readByGroupReq',
      start: 1,
      end: 0xffff,
      attributeType: hex('0028'),
    });
    assert.deepEqual(services, { type: 'readByGroupRsp', each: 6, rows: hex('0100 0300 0018') });
    const vendor = client.ask({ type: 'readByGroupReq', start: 4, end: 0xffff, attributeType: hex('0028') });
    assert.equal((vendor as { each: number }).each, 20);
    const found = client.ask({
      type: 'findByValueReq',
      start: 1,
      end: 0xffff,
      attributeType: 0x2800,
      value: hex('0018'),
    });
    assert.deepEqual(found, { type: 'findByValueRsp', found: [{ handle: 1, groupEnd: 3 }] });
    const name = client.ask({ type: 'readByTypeReq', start: 1, end: 0xffff, attributeType: hex('0328') });
    assert.deepEqual(name, {
      type: 'readByTypeRsp',
      each: 7,
      rows: hex('0200 02 0300 002a 0500 0a 0600 f1ff 0700 14 0800 f2ff'),
    });
    const last = DATABASE.length;
    const end = client.ask({ type: 'findInfoReq', start: last + 1, end: 0xffff });
    assert.deepEqual(end, { type: 'error', request: 4, handle: last + 1, code: 0x0a });
  });

  it('agrees on an MTU, and cuts by it', () => {
    const client = new Client();
    const handle = handleOf('fff1');
    client.ask({ type: 'writeReq', handle, value: new Uint8Array(40).fill(7) });
    assert.equal((client.ask({ type: 'readReq', handle }) as { value: Uint8Array }).value.length, 22);
    assert.deepEqual(client.ask({ type: 'mtuReq', mtu: 100 }), { type: 'mtuRsp', mtu: 517 });
    assert.equal((client.ask({ type: 'readReq', handle }) as { value: Uint8Array }).value.length, 40);
    assert.equal(client.server.mtu, 100);
    client.ask({ type: 'mtuReq', mtu: 0 });
    assert.equal(client.server.mtu, 23);
  });

  it('writes what it may, and says why not', () => {
    const client = new Client();
    const write = (uuid: string, value: Uint8Array) =>
      client.ask({ type: 'writeReq', handle: handleOf(uuid), value });
    assert.deepEqual(write('fff1', new Uint8Array(40)), { type: 'writeRsp' });
    assert.equal((write('fff1', new Uint8Array(41)) as { code: number }).code, 0x0d);
    assert.equal((write('2a00', new Uint8Array(1)) as { code: number }).code, 0x03);
    assert.equal((write('fff4', hex('02')) as { code: number }).code, 0x80);
    assert.deepEqual(refused, [1]);
  });

  it('puts prepared parts together, and forgets them when told to', () => {
    const client = new Client();
    const handle = handleOf('fff1');
    const prepare = (offset: number, value: Uint8Array) =>
      client.ask({ type: 'prepareReq', handle, offset, value });
    assert.deepEqual(prepare(0, hex('0102')), { type: 'prepareRsp', handle, offset: 0, value: hex('0102') });
    prepare(2, hex('03'));
    assert.deepEqual(client.ask({ type: 'executeReq', flags: 1 }), { type: 'executeRsp' });
    assert.deepEqual(client.ask({ type: 'readReq', handle }), { type: 'readRsp', value: hex('010203') });
    prepare(9, hex('04'));
    assert.equal((client.ask({ type: 'executeReq', flags: 1 }) as { code: number }).code, 0x07);
    for (let part = 0; part < 64; part++) prepare(0, hex('05'));
    assert.equal((prepare(0, hex('05')) as { code: number }).code, 0x09);
    client.ask({ type: 'executeReq', flags: 0 });
    assert.equal(client.server.queued, 0);
  });

  it('keeps what needs encryption from a link without, its configuration too', () => {
    const client = new Client();
    const handle = handleOf('fff3');
    const subscribe = () => client.ask({ type: 'writeReq', handle: handle + 1, value: hex('0100') });
    assert.equal((client.ask({ type: 'readReq', handle }) as { code: number }).code, 0x0f);
    assert.equal((subscribe() as { code: number }).code, 0x0f);
    client.encrypted = true;
    assert.deepEqual(subscribe(), { type: 'writeRsp' });
    assert.equal(client.server.configured(handle), 1);
  });

  it('gives several values their lengths, and checks every handle', () => {
    const client = new Client();
    const name = handleOf('2a00');
    const two = client.ask({ type: 'readVariableReq', handles: [{ handle: name }, { handle: name }] });
    const value = Uint8Array.from(Buffer.from('assay'));
    assert.deepEqual(two, { type: 'readVariableRsp', values: [{ value }, { value }] });
    const wrong = client.ask({ type: 'readVariableReq', handles: [{ handle: name }, { handle: 0xff }] });
    assert.equal((wrong as { code: number }).code, 1);
  });

  it('lives through any bytes, with answers that fit the MTU', () => {
    const pdus = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 });
    const check = fc.property(pdus, (requests) => {
      const { server } = new Client();
      for (const request of requests) {
        const answer = server.handle(request, false);
        assert.ok(answer === null || (answer.length > 0 && answer.length <= Math.max(23, server.mtu)));
      }
    });
    fc.assert(check, { numRuns: 200 });
  });
});
