import type { Campaign } from './campaign.ts';
import { BLE_CAMPAIGNS } from './campaigns-ble.ts';
import { BLE_SERVICE_CAMPAIGNS } from './campaigns-ble-services.ts';
import { DATAGRAM_CAMPAIGNS } from './campaigns-datagrams.ts';
import { HTTP_CAMPAIGNS, HTTPS_CAMPAIGNS } from './campaigns-http.ts';
import { MQTT_CAMPAIGNS } from './campaigns-mqtt.ts';
import { SMP_CAMPAIGNS } from './campaigns-smp.ts';

/** Every campaign of malformed input. */
export const CAMPAIGNS: readonly Campaign[] = [
  ...SMP_CAMPAIGNS,
  ...MQTT_CAMPAIGNS,
  ...HTTP_CAMPAIGNS,
  ...HTTPS_CAMPAIGNS,
  ...DATAGRAM_CAMPAIGNS,
  ...BLE_CAMPAIGNS,
  ...BLE_SERVICE_CAMPAIGNS,
];
