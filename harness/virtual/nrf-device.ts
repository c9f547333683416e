import type { Clock } from '#core/clock.ts';
import { AppFault } from '#virtual/app-fault.ts';
import { BootHalt } from '#virtual/mcuboot/halt.ts';
import type { VirtualDatagrams } from '#virtual/datagrams.ts';
import type { DeviceRadio } from '#virtual/device-radio.ts';
import { DeviceTimers } from '#virtual/device-timers.ts';
import { FlashWindow, type FlashTimes, type Worked } from '#virtual/flash-window.ts';
import { FAULT_RESET_MS, runNrfApp, type ImageSilicon } from '#virtual/nrf-app.ts';
import type { PoweredDevice } from '#virtual/powered.ts';
import type { Booted } from '#virtual/silicon.ts';
import { SmpConsole } from '#virtual/smp-console.ts';
import type { ManagementStore } from '#virtual/smp-management.ts';
import { SmpService } from '#virtual/smp-service.ts';
import { PowerLost } from '#virtual/storage.ts';
import type { VirtualUart } from '#virtual/uart.ts';

/** What a virtual nRF board is made of. */
export interface NrfDeviceOptions {
  readonly silicon: ImageSilicon;
  readonly uart: VirtualUart;
  readonly clock: Clock;
  readonly flaws: ReadonlySet<string>;
  /** Limit of the watchdog, ms; null: the board has none. */
  readonly watchdogMs: number | null;
  /** Number of the boot loader's mode, and whether it refuses older versions: what mcumgr tells of it. */
  readonly bootMode: number;
  readonly noDowngrade: boolean;
  /** Another way to the application's server than the console. */
  readonly datagrams?: VirtualDatagrams;
  /** Its Bluetooth LE; left out: built without. */
  readonly radio?: DeviceRadio;
  /** What a development build manages besides; a product does not. */
  readonly management?: ManagementStore;
  /** How long flash takes; default as `TIMES`. */
  readonly times?: FlashTimes;
}

/**
 * About four times faster than an nRF52840 (85 ms a page, 41 us a word), so that even a swap of full slots is over
 * before an identity read gives up.
 */
const TIMES: FlashTimes = { erasePage: 20, writeWord: 0.01, burnFuse: 0.01 };
/** From reset to the boot loader's first flash access, and from its jump to the application's first line. */
const ROM_MS = 20;
const START_MS = 80;
/** From the answer to a reset request in recovery to the reset, and its one packet buffer. */
const RECOVERY_RESET_MS = 250;
const RECOVERY_BUFFERS = { size: 1024, count: 1 };
/** Lines up to this one come before the flash work of an upgrade, the others behind it. */
const WORK_BEGINS = /Starting swap/;

/** A whole virtual nRF board: supply, reset line, boot loader, application, all on one UART and one clock. */
export class NrfDevice implements PoweredDevice {
  readonly #options: NrfDeviceOptions;
  readonly #timers: DeviceTimers;
  readonly #window: FlashWindow;
  readonly #listeners = new Set<(lost: PowerLost) => void>();
  #powered = false;
  #boots = 0;

  constructor(options: NrfDeviceOptions) {
    this.#options = options;
    this.#timers = new DeviceTimers(options.clock);
    this.#window = new FlashWindow(options.silicon.storage, options.clock, options.times ?? TIMES);
  }

  get powered(): boolean {
    return this.#powered;
  }

  powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#start();
  }

  powerOff(): PowerLost | null {
    const lost = this.#powered ? this.#window.interrupt(this.#boots) : null;
    this.#powered = false;
    this.#stop();
    return lost;
  }

  pullReset(): void {
    if (!this.#powered) return;
    this.#window.interrupt(this.#boots);
    this.#start();
  }

  onPowerLost(listener: (lost: PowerLost) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A debugger takes over: what flash work is under way is completed. */
  halt(): void {
    this.#window.close();
  }

  #stop(): void {
    this.#timers.cancelAll();
    this.#options.uart.silence();
    this.#deafen();
  }

  #start(): void {
    this.#stop();
    this.#boots += 1;
    this.#timers.after(ROM_MS, () => this.#guard(() => this.#boot()));
  }

  #boot(): void {
    this.#options.silicon.storage.powerUp();
    const { value: booted, ms } = this.#window.run(() => this.#options.silicon.boot());
    const split = ms === 0 ? booted.log.length : 1 + booted.log.findIndex((line) => WORK_BEGINS.test(line));
    this.#options.uart.print(booted.log.slice(0, split));
    this.#timers.after(ms, () => {
      this.#window.close();
      this.#options.uart.print(booted.log.slice(split));
      this.#jump(booted);
    });
  }

  #jump({ app }: Booted): void {
    if (app === null) {
      this.#recover();
      return;
    }
    const watchdogMs = this.#options.flaws.has('mcuboot/no-watchdog') ? null : this.#options.watchdogMs;
    const run = () =>
      runNrfApp({
        ...this.#options,
        app,
        timers: this.#timers,
        watchdogMs,
        work: (work) => this.#work(work),
        guard: (step) => this.#guard(step),
        restart: () => this.#restart(),
      });
    this.#timers.after(START_MS, () => this.#guard(run));
  }

  /** Nothing to boot: where the boot loader has a server of its own, it waits for an image. */
  #recover(): void {
    const { silicon, uart, flaws } = this.#options;
    const timers = this.#timers;
    const server = silicon.recovery(() => timers.after(RECOVERY_RESET_MS, () => this.#restart()));
    if (server === null) return;
    uart.print(['I: Enter the serial recovery mode']);
    const work = <T>(step: () => T) => this.#work(step);
    const guard = (step: () => void) => this.#guard(step);
    const service = new SmpService({ server, timers, buffers: RECOVERY_BUFFERS, work, guard });
    const console = new SmpConsole({ service, uart, flaws, bufferSize: RECOVERY_BUFFERS.size });
    uart.listen((bytes) => this.#guard(() => console.receive(bytes)));
  }

  #work<T>(work: () => T): Worked<T> {
    return this.#window.run(work);
  }

  #restart(): void {
    this.#window.interrupt(this.#boots);
    this.#start();
  }

  /** Runs a step of the device: a fault restarts it, a cut turns it off, a defect of the simulation is passed on. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof PowerLost) this.#lose(error);
      else if (error instanceof AppFault || error instanceof BootHalt) this.#crash(error.lines);
      else this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lose(lost: PowerLost): void {
    this.#window.close();
    this.#powered = false;
    this.#stop();
    for (const listener of this.#listeners) listener(lost);
  }

  #crash(lines: readonly string[]): void {
    this.#timers.cancelAll();
    this.#options.uart.listen(null);
    this.#deafen();
    this.#options.uart.print(lines);
    this.#timers.after(FAULT_RESET_MS, () => this.#restart());
  }

  /** What the application listened to besides its console. */
  #deafen(): void {
    this.#options.datagrams?.listen(null);
    this.#options.radio?.stop();
  }

  #fail(error: Error): void {
    this.#powered = false;
    this.#timers.cancelAll();
    this.#options.uart.fail(error);
  }
}
