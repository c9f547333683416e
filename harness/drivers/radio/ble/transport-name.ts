import { UsageError } from '#core/errors.ts';

/** Where a controller is, in Bumble's names for transports. */
export type TransportName =
  | { readonly scheme: 'serial'; readonly path: string; readonly baudRate: number; readonly rtscts: boolean }
  | { readonly scheme: 'tcp-client' | 'tcp-server'; readonly host: string; readonly port: number }
  | { readonly scheme: 'unix-client' | 'unix-server'; readonly path: string }
  | { readonly scheme: 'pty'; readonly link: string | null };

/** As Nordic's and Zephyr's HCI firmware is built. */
const BAUD_RATE = 1_000_000;
const LOOPBACK = '127.0.0.1';
const FORMS = [
  'serial:<path>[,<baud>][,rtscts]',
  'tcp-client:<host>:<port>',
  'tcp-server:<host or _>:<port>',
  'unix:<path>',
  'unix-server:<path>',
  'pty[:<link>]',
];

/** Reads the name of a transport. A server listens on loopback unless a host is named. Throws UsageError. */
export function parseTransportName(text: string): TransportName {
  const [, scheme = '', spec = ''] = /^([a-z-]+)(?::(.*))?$/.exec(text) ?? [];
  switch (scheme) {
    case 'serial':
      return serialName(spec) ?? unknown(text);
    case 'tcp-client':
    case 'tcp-server':
      return tcpName(scheme, spec) ?? unknown(text);
    case 'unix':
    case 'unix-client':
    case 'unix-server':
      if (spec === '') return unknown(text);
      return { scheme: scheme === 'unix-server' ? scheme : 'unix-client', path: spec };
    case 'pty':
      return { scheme, link: spec === '' ? null : spec };
    default:
      return unknown(text);
  }
}

function serialName(spec: string): TransportName | null {
  const [path = '', ...options] = spec.split(',');
  const rtscts = options.includes('rtscts');
  const [baud, ...others] = options.filter((option) => option !== 'rtscts');
  if (path === '' || others.length > 0 || (baud !== undefined && !/^[1-9]\d{1,6}$/.test(baud))) return null;
  return { scheme: 'serial', path, baudRate: baud === undefined ? BAUD_RATE : Number(baud), rtscts };
}

function tcpName(scheme: 'tcp-client' | 'tcp-server', spec: string): TransportName | null {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(spec) ?? [];
  if (host === '' || Number(port) > 0xffff) return null;
  return { scheme, host: host === '_' ? LOOPBACK : host, port: Number(port) };
}

function unknown(text: string): never {
  throw new UsageError({
    code: 'ble-transport',
    message: 'this is not a transport to a Bluetooth controller',
    expected: FORMS.join(', '),
    got: JSON.stringify(text),
    remedy: 'name the port of the controller, such as serial:/dev/ttyACM0,1000000,rtscts',
  });
}
