import type { DeviceAddress } from '#codecs/ble/address.ts';
import type { HciEvent, LeEvent } from '#codecs/ble/hci.ts';
import type { RawPdu } from '#codecs/ble/pdu.ts';

/** A report of somebody who advertises. */
export interface Sighting {
  readonly address: DeviceAddress;
  readonly data: Uint8Array;
  readonly isScanResponse: boolean;
}

/** Of the event types of reports: 4 is a scan response, and bit 3 of an extended one. */
const LEGACY_RESPONSE = 4;
const EXTENDED_RESPONSE = 8;

/** Hands on what a report holds: some controllers send extended ones to a host that has asked the legacy way. */
export function tellSightings(event: HciEvent | LeEvent | RawPdu, tell: (sighting: Sighting) => void): void {
  if (event.type !== 'advertisingReport' && event.type !== 'extendedReport') return;
  const responseBit = event.type === 'extendedReport' ? EXTENDED_RESPONSE : LEGACY_RESPONSE;
  for (const { addressType, address, data, eventType } of event.reports) {
    const isScanResponse = (eventType & responseBit) !== 0;
    tell({ address: { type: addressType & 1, bytes: address }, data, isScanResponse });
  }
}
