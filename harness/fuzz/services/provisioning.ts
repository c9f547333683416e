import {
  CONFIG_FIELD,
  CONFIG_MESSAGE,
  endpointUuid,
  SECURITY_FIELD,
  SECURITY_MESSAGE,
  SESSION_FIELD,
  type ProvisioningEndpoint,
} from '#codecs/ble/provisioning.ts';
import { handleOf, type SeenService, type ServiceGrammar } from '#fuzz/services/grammar.ts';
import { protoMessage, type ProtoField } from '#fuzz/services/proto-message.ts';
import type { Overridable } from '#fuzz/services/overridable.ts';
import type { ServiceMove, ServiceSession } from '#fuzz/services/session.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const SECURITY = { 1: 'security1', 2: 'security2' } as const;

/** A message of a security scheme, in the envelope of the session. */
function session(name: string, version: 1 | 2, message: number, command: ProtoField): Overridable {
  const scheme = SECURITY[version];
  return protoMessage(name, [
    { name: 'version', number: SESSION_FIELD.version, value: version },
    {
      name: scheme,
      number: SESSION_FIELD[scheme],
      value: [{ name: 'message', number: SECURITY_FIELD.message, value: message }, command],
    },
  ]);
}

function commandOf(number: number, fields: readonly ProtoField[]): ProtoField {
  return { name: 'command', number, value: fields };
}

const bytes = (name: string, number: number, value: Uint8Array): ProtoField => ({ name, number, value });

const { command0, command1 } = SECURITY_FIELD;
const MESSAGES = {
  key1: session('client key', 1, SECURITY_MESSAGE.command0, commandOf(command0, [bytes('key', 1, KEY)])),
  proof1: session(
    'client proof',
    1,
    SECURITY_MESSAGE.command1,
    commandOf(command1, [bytes('proof', 2, KEY)]),
  ),
  key2: session(
    'user name and key',
    2,
    SECURITY_MESSAGE.command0,
    commandOf(command0, [bytes('name', 1, ascii('wifiprov')), bytes('key', 2, KEY)]),
  ),
  proof2: session(
    'client proof',
    2,
    SECURITY_MESSAGE.command1,
    commandOf(command1, [bytes('proof', 1, KEY)]),
  ),
  config: protoMessage('credentials', [
    { name: 'message', number: CONFIG_FIELD.message, value: CONFIG_MESSAGE.setConfig },
    {
      name: 'set',
      number: CONFIG_FIELD.setConfig,
      value: [
        bytes('ssid', 1, ascii('assay-bench')),
        bytes('passphrase', 2, ascii('assay-password')),
        bytes('bssid', 3, new Uint8Array(6)),
        { name: 'channel', number: 4, value: 6 },
      ],
    },
  ]),
  apply: protoMessage('apply', [
    { name: 'message', number: CONFIG_FIELD.message, value: CONFIG_MESSAGE.applyConfig },
    { name: 'apply', number: CONFIG_FIELD.applyConfig, value: new Uint8Array() },
  ]),
} as const;

function sessions(seen: SeenService): readonly ServiceSession[] | null {
  const at = (endpoint: ProvisioningEndpoint) => handleOf(seen, endpointUuid(seen.uuid, endpoint));
  const [handshake, config] = [at('session'), at('config')];
  if (handshake === null || config === null) return null;
  const ask = (handle: number, message: Overridable): readonly ServiceMove[] => [
    { do: 'write', handle, message },
    { do: 'read', handle },
  ];
  const first = ask(handshake, MESSAGES.key1);
  return [
    { name: 'provisioning, security 1', moves: [...first, ...ask(handshake, MESSAGES.proof1)] },
    {
      name: 'provisioning, security 2',
      moves: [...ask(handshake, MESSAGES.key2), ...ask(handshake, MESSAGES.proof2)],
    },
    {
      name: 'provisioning, credentials',
      moves: [...first, ...ask(config, MESSAGES.config), ...ask(config, MESSAGES.apply)],
    },
    {
      name: 'provisioning, after it was over',
      moves: [...first, ...ask(config, MESSAGES.config), ...ask(config, MESSAGES.apply), ...first],
    },
  ];
}

/** ESP-IDF's provisioning (protocomm), with security 1 and 2. */
export const PROVISIONING_GRAMMAR: ServiceGrammar = {
  id: 'provisioning',
  title: 'ESP-IDF provisioning',
  sessions,
};
