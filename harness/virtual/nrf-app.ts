import type { ImageStore } from '#virtual/image-store.ts';
import type { BootedApp, Silicon } from '#virtual/silicon.ts';
import type { DeviceRadio } from '#virtual/device-radio.ts';
import type { DeviceTimers } from '#virtual/device-timers.ts';
import type { Worked } from '#virtual/flash-window.ts';
import { AppFault } from '#virtual/app-fault.ts';
import type { VirtualDatagrams } from '#virtual/datagrams.ts';
import { SmpConsole } from '#virtual/smp-console.ts';
import { managementGroups, type ManagementStore } from '#virtual/smp-management.ts';
import { SmpService, type SmpServiceOptions } from '#virtual/smp-service.ts';
import { SmpServer } from '#virtual/smp-server.ts';
import type { VirtualUart } from '#virtual/uart.ts';

/** A chip whose application manages MCUboot's slots. */
export interface ImageSilicon extends Silicon {
  readonly images: ImageStore;
  /** What serves the console where no application can be booted; null where nothing does. */
  recovery(onReset: () => void): SmpServiceOptions['server'] | null;
}

/** What the application of a virtual nRF board runs on. */
export interface NrfAppOptions {
  readonly app: BootedApp;
  readonly silicon: ImageSilicon;
  readonly uart: VirtualUart;
  readonly timers: DeviceTimers;
  readonly flaws: ReadonlySet<string>;
  /** Limit of the watchdog, ms; null: there is none. */
  readonly watchdogMs: number | null;
  /** Number of the boot loader's mode (smp.md section 5), and whether it refuses older versions. */
  readonly bootMode: number;
  readonly noDowngrade: boolean;
  /** Another way to the server than the console. */
  readonly datagrams?: VirtualDatagrams;
  /** Its Bluetooth LE; left out: built without. */
  readonly radio?: DeviceRadio;
  /** What a development build manages besides; a product does not. */
  readonly management?: ManagementStore;
  work<T>(work: () => T): Worked<T>;
  guard(step: () => void): void;
  /** Restarts the chip at once. */
  restart(): void;
}

const BUFFERS = { size: 1024, count: 4 };
/** With UDP built in (`CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE`): a datagram of any size has to fit. */
const UDP_BUFFERS = { size: 2048, count: 4 };
/** `CONFIG_MCUMGR_GRP_OS_RESET_MS`. */
const RESET_MS = 250;
/** Time a fault handler leaves the UART to drain. */
export const FAULT_RESET_MS = 100;

const CRASH = new AppFault([
  'E: ***** USAGE FAULT *****',
  'E:   Attempt to execute undefined instruction',
  'E: >>> ZEPHYR FATAL ERROR 36: Unknown error on CPU 0',
  'E: Current thread: 0x20000f58 (main)',
  'E: Halting system',
]);

/** Runs the application that was jumped to, as its payload says it behaves. */
export function runNrfApp(options: NrfAppOptions): void {
  const { app, uart, timers } = options;
  uart.print([
    '*** Booting Zephyr OS build v4.4.0 ***',
    `*** assay-fw ${app.product} v${app.version} build ${app.buildId} ***`,
  ]);
  if (options.flaws.has('mcuboot/app-confirms-at-start'))
    options.work(() => options.silicon.images.confirm());
  switch (app.behaviour) {
    case 'healthy':
    case 'never-confirms':
      serve(options);
      return;
    case 'crashes':
      throw CRASH;
    case 'hangs':
      if (options.watchdogMs !== null) timers.after(options.watchdogMs, () => options.restart());
  }
}

function serve(options: NrfAppOptions): void {
  const { uart, timers, flaws, datagrams, radio } = options;
  const buffers = buffersOf(options);
  const service = new SmpService({
    server: counted(serverOf(options), options.management),
    timers,
    buffers,
    work: (work) => options.work(work),
    guard: (step) => options.guard(step),
  });
  const smp = new SmpConsole({ service, uart, flaws, bufferSize: buffers.size });
  uart.listen((bytes) => options.guard(() => smp.receive(bytes)));
  datagrams?.listen((packet, answer) => service.accept(packet, answer));
  radio?.start({
    manage: (packet, answer) => service.accept(packet, answer),
    crash: (fault) =>
      options.guard(() => {
        throw fault;
      }),
  });
}

function buffersOf({ datagrams }: Pick<NrfAppOptions, 'datagrams'>): typeof BUFFERS {
  return datagrams === undefined ? BUFFERS : UDP_BUFFERS;
}

function serverOf({ app, silicon, timers, flaws, management, ...options }: NrfAppOptions): SmpServer {
  const startedAt = timers.clock.now();
  const uptimeMs = () => timers.clock.now() - startedAt;
  return new SmpServer({
    store: silicon.images,
    flaws,
    buffers: buffersOf(options),
    info: {
      s: 'Zephyr',
      n: 'unknown',
      r: 'v4.4.0',
      v: '4.4.0',
      b: app.buildId,
      m: 'arm',
      p: 'cortex-m4',
      i: 'nrf52840dk_nrf52840',
      o: 'Zephyr',
    },
    bootMode: options.bootMode,
    noDowngrade: options.noDowngrade,
    mayConfirm: () => app.behaviour === 'healthy',
    onReset: () => timers.after(RESET_MS, () => options.restart()),
    ...(management === undefined ? {} : { more: managementGroups(management, uptimeMs) }),
  });
}

/** The server of a development build counts what it does. */
function counted(server: SmpServer, management: ManagementStore | undefined): SmpServiceOptions['server'] {
  const counters = management?.statistics['smp'];
  if (counters === undefined) return server;
  return {
    handle: (packet) => {
      const answers = server.handle(packet);
      counters['requests'] = (counters['requests'] ?? 0) + 1;
      counters['answers'] = (counters['answers'] ?? 0) + answers.length;
      return answers;
    },
  };
}
