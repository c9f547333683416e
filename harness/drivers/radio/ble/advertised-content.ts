import type { CallOptions } from '#core/capabilities.ts';
import type { DeviceAddress } from '#codecs/ble/address.ts';
import type { HciHost } from '#drivers/radio/ble/hci-host.ts';

/** What is advertised, and how. */
export interface AdvertisedContent {
  readonly data: Uint8Array;
  readonly scanResponse?: Uint8Array;
  /** In 0.625 ms; default 20 ms. */
  readonly interval?: number;
  /** Default: yes. */
  readonly isConnectable?: boolean;
}

/** ADV_IND and ADV_NONCONN_IND (Core 6 Vol 4 Part E 7.8.5). */
const ADVERTISING = { connectable: 0, nonConnectable: 3 } as const;

/** Tells a controller what to advertise; it begins when it is enabled. */
export async function setUpAdvertising(
  host: HciHost,
  own: DeviceAddress,
  content: AdvertisedContent,
  call: CallOptions,
): Promise<void> {
  const { data, scanResponse = new Uint8Array(), interval = 0x20, isConnectable = true } = content;
  await host.command(
    {
      type: 'leSetAdvertisingParameters',
      intervalMin: interval,
      intervalMax: interval,
      advertisingType: isConnectable ? ADVERTISING.connectable : ADVERTISING.nonConnectable,
      ownAddressType: own.type,
      peerAddressType: 0,
      peerAddress: new Uint8Array(6),
      channels: 7,
      filterPolicy: 0,
    },
    call,
  );
  await host.command({ type: 'leSetAdvertisingData', ...filled(data) }, call);
  await host.command({ type: 'leSetScanResponseData', ...filled(scanResponse) }, call);
}

function filled(data: Uint8Array): { readonly significant: number; readonly data: Uint8Array } {
  const whole = new Uint8Array(31);
  whole.set(data.subarray(0, whole.length));
  return { significant: Math.min(data.length, whole.length), data: whole };
}
