import type { Clock } from '#core/clock.ts';
import { AppFault } from '#virtual/app-fault.ts';
import { DeviceStreams } from '#virtual/device-streams.ts';
import { DeviceTimers } from '#virtual/device-timers.ts';
import type { DatagramHub } from '#virtual/datagram-hub.ts';
import { EspApp } from '#virtual/esp-app.ts';
import { EspCoap } from '#virtual/esp-coap.ts';
import { guruMeditation, taskWatchdog } from '#virtual/esp-fault.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { EspLoader } from '#virtual/esp-loader/esp-loader.ts';
import { EspMdns } from '#virtual/esp-mdns.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import type { EspTrust } from '#virtual/esp-tls.ts';
import { FlashWindow, type FlashTimes } from '#virtual/flash-window.ts';
import type { Network } from '#virtual/network.ts';
import type { PoweredDevice } from '#virtual/powered.ts';
import type { Booted, BootedApp } from '#virtual/silicon.ts';
import { PowerLost } from '#virtual/storage.ts';
import type { VirtualUart } from '#virtual/uart.ts';

/** What a virtual ESP32 board is made of. */
export interface EspDeviceOptions {
  readonly chip: EspChip;
  readonly uart: VirtualUart;
  readonly clock: Clock;
  readonly network: Network;
  readonly flaws: ReadonlySet<string>;
  readonly deviceId: string;
  readonly broker: { readonly host: string; readonly port: number };
  /** Whom the application trusts by HTTPS; left out: nobody. */
  readonly trust?: EspTrust | null;
  /** Where it serves datagrams; left out: it serves none. */
  readonly datagrams?: DatagramHub;
  /** Limit of the task watchdog, ms; null: it is off. */
  readonly watchdogMs: number | null;
}

/** Of the usual 4 MB SPI flash. */
const TIMES: FlashTimes = { erasePage: 45, writeWord: 0.01, burnFuse: 1 };
/** EN rises slowly; when it is up, the chip looks at GPIO0. */
const STRAP_MS = 5;
/** From there to the second-stage boot loader, from its jump to the first line of the application, and to the network. */
const ROM_MS = 25;
const START_MS = 120;
const WIFI_MS = 300;
const ROM_BAUD = 115_200;
const PANIC_MS = 100;
/** RTC watchdog of the boot loader (CONFIG_BOOTLOADER_WDT_TIME_MS). */
const BOOT_WATCHDOG_MS = 9000;

/** Reset causes as the ESP32's ROM prints them, and as `esp_reset_reason` names them. */
const CAUSE = {
  power: { rom: '0x1 (POWERON_RESET)', reset: 'poweron' },
  software: { rom: '0xc (SW_CPU_RESET)', reset: 'sw' },
  pin: { rom: '0x1 (POWERON_RESET)', reset: 'poweron' },
  watchdog: { rom: '0x10 (RTCWDT_RTC_RESET)', reset: 'wdt' },
  /** To the ROM a panic is a restart by software. */
  panic: { rom: '0xc (SW_CPU_RESET)', reset: 'panic' },
} as const;

type Cause = (typeof CAUSE)[keyof typeof CAUSE];

/** A whole virtual ESP32 board: supply, reset line, boot loader, application and its network, on one clock. */
export class EspDevice implements PoweredDevice {
  readonly #options: EspDeviceOptions;
  readonly #timers: DeviceTimers;
  readonly #window: FlashWindow;
  readonly #streams: DeviceStreams;
  readonly #listeners = new Set<(lost: PowerLost) => void>();
  #powered = false;
  /** Counts resets: seed of what an interrupted flash operation leaves. */
  #life = 0;
  #boots = 0;
  #reset: Cause['reset'] = CAUSE.power.reset;
  #lines = { dtr: false, rts: false };

  constructor(options: EspDeviceOptions) {
    this.#options = options;
    this.#timers = new DeviceTimers(options.clock);
    this.#window = new FlashWindow(options.chip.storage, options.clock, TIMES);
    this.#streams = new DeviceStreams(options.network, (step) => this.#guard(step));
  }

  get powered(): boolean {
    return this.#powered;
  }

  powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#boots = 0;
    this.#start(CAUSE.power);
  }

  powerOff(): PowerLost | null {
    const lost = this.#powered ? this.#window.interrupt(this.#life) : null;
    this.#goDark();
    return lost;
  }

  pullReset(): void {
    if (!this.#powered) return;
    this.#window.interrupt(this.#life);
    this.#start(CAUSE.pin);
  }

  /**
   * Control lines of the USB bridge, through the two transistors of a DevKitC: RTS alone holds the chip in reset, DTR
   * alone pulls GPIO0 low, by which a start ends in the serial loader.
   */
  setLines(lines: { readonly dtr?: boolean; readonly rts?: boolean }): void {
    const wasHeld = this.#isHeld();
    this.#lines = { ...this.#lines, ...lines };
    if (!this.#powered || wasHeld === this.#isHeld()) return;
    this.#window.interrupt(this.#life);
    if (wasHeld) this.#start(CAUSE.pin);
    else this.#stop();
  }

  onPowerLost(listener: (lost: PowerLost) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A debugger takes over: what flash work is under way is completed. */
  halt(): void {
    this.#window.close();
  }

  #isHeld(): boolean {
    return this.#lines.rts && !this.#lines.dtr;
  }

  #goDark(): void {
    this.#powered = false;
    this.#stop();
    this.#options.uart.silence();
  }

  #stop(): void {
    this.#life += 1;
    this.#timers.cancelAll();
    this.#streams.abortAll();
    this.#options.datagrams?.silence();
  }

  #start(cause: Cause): void {
    this.#reset = cause.reset;
    this.#stop();
    this.#options.uart.silence();
    this.#options.uart.setBaudRate(ROM_BAUD);
    this.#boots += 1;
    this.#after(STRAP_MS, () => {
      const downloads = this.#lines.dtr && !this.#lines.rts;
      this.#after(ROM_MS, () => (downloads ? this.#download(cause) : this.#runRom(cause)));
    });
  }

  #runRom({ rom }: Cause): void {
    this.#print('ets Jul 29 2019 12:21:46', '', `rst:${rom},boot:0x13 (SPI_FAST_FLASH_BOOT)`);
    this.#boot();
  }

  /** The ROM waits for a host; nothing of the application runs. */
  #download({ rom }: Cause): void {
    const { chip, uart } = this.#options;
    this.#print(
      'ets Jul 29 2019 12:21:46',
      '',
      `rst:${rom},boot:0x3 (DOWNLOAD_BOOT)`,
      'waiting for download',
    );
    const loader = new EspLoader({
      model: chip.traits.chip,
      storage: chip.storage,
      encrypted: chip.traits.flashEncryption !== null,
      send: (bytes) => uart.send(bytes),
      onBaudRate: (baudRate) => uart.setBaudRate(baudRate),
      onRun: () => this.#start(CAUSE.software),
    });
    uart.listen((bytes) => this.#guard(() => loader.receive(bytes)));
  }

  #boot(): void {
    this.#options.chip.storage.powerUp();
    const { value: booted, ms } = this.#window.run(() => this.#options.chip.boot());
    this.#print(...booted.log);
    this.#after(ms, () => {
      this.#window.close();
      this.#jump(booted);
    });
  }

  #jump({ app }: Booted): void {
    if (app === null) this.#after(BOOT_WATCHDOG_MS, () => this.#start(CAUSE.watchdog));
    else this.#after(START_MS, () => this.#run(app));
  }

  #run(app: BootedApp): void {
    const { chip, flaws } = this.#options;
    this.#print(`*** assay-fw ${app.product} v${app.version} build ${app.buildId} ***`);
    if (flaws.has('esp-idf/app-confirms-at-start')) chip.ota(app).markValid();
    if (app.behaviour === 'crashes') throw guruMeditation('IllegalInstruction');
    if (app.behaviour === 'hangs') this.#hang();
    else this.#serve(app);
  }

  #hang(): void {
    const { flaws, watchdogMs } = this.#options;
    if (watchdogMs === null || flaws.has('esp-idf/no-watchdog')) return;
    this.#after(watchdogMs, () => {
      throw taskWatchdog('main');
    });
  }

  #serve(app: BootedApp): void {
    const { chip, deviceId, broker, trust = null } = this.#options;
    const ota = chip.ota(app);
    const descriptor = ota.describe(ota.running);
    if (descriptor === null) throw guruMeditation('LoadProhibited');
    const runtime = this.#runtime();
    const served = new EspApp(
      { runtime, chip, app, deviceId, broker, trust, boots: this.#boots, reset: this.#reset },
      descriptor,
    );
    this.#after(WIFI_MS, () => {
      served.start();
      this.#serveDatagrams(runtime);
    });
  }

  #serveDatagrams(runtime: EspRuntime): void {
    const { datagrams, deviceId } = this.#options;
    if (datagrams === undefined) return;
    const coap = new EspCoap(runtime, JSON.stringify({ boots: this.#boots }));
    const mdns = new EspMdns(runtime, `${deviceId}.local`);
    for (const [service, server] of [
      ['coap', coap],
      ['mdns', mdns],
    ] as const) {
      datagrams.serve(service, (bytes) =>
        this.#guard(() => {
          const answer = server.take(bytes);
          if (answer !== null) datagrams.answer(service, answer);
        }),
      );
    }
  }

  #runtime(): EspRuntime {
    return {
      clock: this.#options.clock,
      flaws: this.#options.flaws,
      after: (ms, step) => this.#after(ms, step),
      connect: (host, port, events) => this.#streams.connect(host, port, events),
      connectTls: (host, port, checks, events) => this.#streams.connectTls(host, port, checks, events),
      print: (...lines) => this.#print(...lines),
      work: (work) => this.#window.run(work),
      restart: () => this.#start(CAUSE.software),
    };
  }

  #print(...lines: string[]): void {
    this.#options.uart.print(lines);
  }

  #after(ms: number, step: () => void): void {
    this.#timers.after(ms, () => this.#guard(step));
  }

  /** Runs a step of the device: a fault restarts it, a cut turns it off, a defect of the simulation is passed on. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof PowerLost) this.#lose(error);
      else if (error instanceof AppFault) this.#panic(error);
      else this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lose(lost: PowerLost): void {
    this.#window.close();
    this.#goDark();
    for (const listener of this.#listeners) listener(lost);
  }

  #panic(fault: AppFault): void {
    this.#stop();
    this.#print(...fault.lines);
    this.#after(PANIC_MS, () => this.#start(CAUSE.panic));
  }

  #fail(error: Error): void {
    this.#powered = false;
    this.#stop();
    this.#options.uart.fail(error);
  }
}
