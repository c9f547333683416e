/** Endpoints of ESP-IDF's provisioning over BLE, by what stands in the service's UUID in place of its two middle bytes. */
export const PROVISIONING_ENDPOINT = {
  control: 'ff4f',
  scan: 'ff50',
  session: 'ff51',
  config: 'ff52',
  version: 'ff53',
} as const;

export type ProvisioningEndpoint = keyof typeof PROVISIONING_ENDPOINT;

/** The service that ESP-IDF's examples advertise. */
export const PROVISIONING_SERVICE = '021a9004-0382-4aea-bff4-6b3f1c5adfb4';

/** UUID of an endpoint's characteristic under a service. */
export function endpointUuid(service: string, endpoint: ProvisioningEndpoint): string {
  return `${service.slice(0, 4)}${PROVISIONING_ENDPOINT[endpoint]}${service.slice(8)}`;
}

/** Field numbers of ESP-IDF's `session.proto`, `sec1.proto`, `sec2.proto` and `network_config.proto`. */
export const SESSION_FIELD = { version: 2, security0: 10, security1: 11, security2: 12 } as const;
export const SECURITY_FIELD = { message: 1, command0: 20, command1: 22 } as const;
export const CONFIG_FIELD = { message: 1, getStatus: 10, setConfig: 12, applyConfig: 14 } as const;

/** Messages of a security scheme's client, and of the configuration. */
export const SECURITY_MESSAGE = { command0: 0, command1: 2 } as const;
export const CONFIG_MESSAGE = { getStatus: 0, setConfig: 2, applyConfig: 4 } as const;
