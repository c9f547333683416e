import type { ImageStore } from '#virtual/image-store.ts';
import type { BootedApp, Silicon } from '#virtual/silicon.ts';
import type { DeviceTimers } from '#virtual/device-timers.ts';
import type { Worked } from '#virtual/flash-window.ts';
import { AppFault } from '#virtual/app-fault.ts';
import { SmpConsole, type SmpConsoleOptions } from '#virtual/smp-console.ts';
import { SmpServer } from '#virtual/smp-server.ts';
import type { VirtualUart } from '#virtual/uart.ts';

/** A chip whose application manages MCUboot's slots. */
export interface ImageSilicon extends Silicon {
  readonly images: ImageStore;
  /** What serves the console where no application can be booted; null where nothing does. */
  recovery(onReset: () => void): SmpConsoleOptions['server'] | null;
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
  work<T>(work: () => T): Worked<T>;
  guard(step: () => void): void;
  /** Restarts the chip at once. */
  restart(): void;
}

const BUFFERS = { size: 1024, count: 4 };
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
  const { app, silicon, uart, timers, flaws } = options;
  const server = new SmpServer({
    store: silicon.images,
    flaws,
    buffers: BUFFERS,
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
  });
  const smp = new SmpConsole({
    server,
    uart,
    timers,
    flaws,
    buffers: BUFFERS,
    work: (work) => options.work(work),
    guard: (step) => options.guard(step),
  });
  uart.listen((bytes) => options.guard(() => smp.receive(bytes)));
}
