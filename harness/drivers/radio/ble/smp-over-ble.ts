import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { formatAddress } from '#codecs/ble/address.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import { SMP_CHARACTERISTIC } from '#codecs/smp-fragments.ts';
import type { SmpCharacteristic } from '#drivers/channel/smp-characteristic.ts';
import type { AttClient } from '#drivers/radio/ble/att-client.ts';
import { discoverGatt } from '#drivers/radio/ble/gatt-discovery.ts';

/** What we ask for; a server agrees to less where it has less. */
const MTU = 498;

/** Finds mcumgr's characteristic and subscribes to it. PeerError `ble-no-smp` where the board has none. */
export async function openSmpCharacteristic(
  client: AttClient,
  call: CallOptions,
): Promise<SmpCharacteristic> {
  const agreed = await client.request({ type: 'mtuReq', mtu: MTU }, call);
  const mtu = agreed.type === 'mtuRsp' ? Math.max(23, Math.min(MTU, agreed.mtu)) : 23;
  const found = (await discoverGatt(client, call))
    .flatMap(({ characteristics }) => characteristics)
    .find(({ uuid }) => uuid === SMP_CHARACTERISTIC);
  const configuration = found?.descriptors.find(({ uuid }) => uuid === '2902');
  if (found === undefined || configuration === undefined) throw noSmp();
  const { handle } = found;
  const value = Uint8Array.of(1, 0);
  const subscribed = await client.request({ type: 'writeReq', handle: configuration.handle, value }, call);
  if (subscribed.type !== 'writeRsp') throw noSmp();
  return {
    name: formatAddress(client.link.peer),
    mtu,
    closed: client.link.closed,
    write: (part, { signal }) => {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      client.post(encodeAtt({ type: 'writeCommand', handle, value: part }));
      return Promise.resolve();
    },
    onNotification: (listener) =>
      client.onValue((from, bytes) => {
        if (from === handle) listener(bytes);
      }),
  };
}

function noSmp(): PeerError {
  return new PeerError({
    code: 'ble-no-smp',
    message: 'the board has no mcumgr service, or does not let us subscribe to it',
    expected: `the characteristic ${SMP_CHARACTERISTIC} with notifications`,
    remedy:
      'build the application with CONFIG_MCUMGR_TRANSPORT_BT, and pair first where it asks for encryption',
  });
}
