import type { Dice } from '#core/dice.ts';
import { H4, type H4Packet } from '#codecs/ble/h4.ts';
import { LE_EVENTS } from '#codecs/ble/hci-event.ts';
import type { HciPort, HciPortEvents } from '#codecs/ble/hci-port.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import {
  decodeAcl,
  decodeCommand,
  encodeEvent,
  encodeLeEvent,
  encodeReturns,
  type HciCommand,
  type HciEvent,
  type LeEvent,
} from '#codecs/ble/hci.ts';
import type { Air } from '#virtual/ble/air.ts';
import { DEFAULT_FACTS, type ControllerFacts } from '#virtual/ble/controller-facts.ts';
import { ControllerGap } from '#virtual/ble/controller-gap.ts';
import { infoHandlers } from '#virtual/ble/controller-info.ts';
import { ControllerLinks } from '#virtual/ble/controller-links.ts';
import type { Handlers } from '#virtual/ble/controller-handlers.ts';

export interface ControllerOptions {
  readonly name: string;
  readonly air: Air;
  /** The public address; all zero where there is none, as on nRF chips. */
  readonly address: Uint8Array;
  readonly facts?: ControllerFacts;
  readonly random: Dice;
  /** What becomes of each packet on its way to the host: damage for tests of hosts. */
  readonly tamper?: (packet: H4Packet) => readonly H4Packet[];
}

/** An LE controller without a radio: HCI on one side, the air on the other. */
export class VirtualController implements HciPort {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #gap: ControllerGap;
  readonly #links: ControllerLinks;
  readonly #handlers: Handlers;
  #host: HciPortEvents | null = null;
  #unheard: H4Packet[] = [];
  #closed = false;

  constructor(options: ControllerOptions) {
    this.name = options.name;
    this.#options = options;
    const facts = options.facts ?? DEFAULT_FACTS;
    const tell = (event: HciEvent | LeEvent) => this.#tell(event);
    this.#links = new ControllerLinks({ facts, tell, deliver: (packet) => this.#toHost(packet) });
    this.#gap = new ControllerGap({ air: options.air, address: options.address, tell, links: this.#links });
    this.#handlers = {
      ...infoHandlers({ facts, address: options.address, random: options.random }),
      ...this.#links.handlers,
      ...this.#gap.handlers,
      reset: () => this.#reset(),
    };
  }

  listen(events: HciPortEvents): void {
    this.#host = events;
    for (const packet of this.#unheard.splice(0)) events.packet(packet);
  }

  send(packet: H4Packet): void {
    if (this.#closed) return;
    this.#options.air.later(() => this.#receive(packet));
  }

  close(): Promise<void> {
    this.#reset();
    this.#closed = true;
    return Promise.resolve();
  }

  #reset(): { readonly status: number } {
    this.#gap.reset();
    this.#links.reset();
    return { status: HCI_STATUS.success };
  }

  #receive({ indicator, body }: H4Packet): void {
    if (indicator === H4.command) this.#command(body);
    if (indicator !== H4.acl) return;
    const packet = decodeAcl(body);
    if (!(packet instanceof Error)) this.#links.fromHost(packet);
  }

  /** A command that cannot be read is refused by its opcode, where that much is there. */
  #command(body: Uint8Array): void {
    const opcode = (body[0] ?? 0) + 256 * (body[1] ?? 0);
    const command = decodeCommand(body);
    if (command instanceof Error) this.#status(opcode, HCI_STATUS.invalidParameters);
    else if (command.type === 'raw') this.#status(opcode, HCI_STATUS.unknownCommand);
    else this.#run(opcode, command);
  }

  #run(opcode: number, command: HciCommand): void {
    const handler = this.#handlers[command.type] as ((given: HciCommand) => number | object) | undefined;
    if (handler === undefined) {
      this.#status(opcode, HCI_STATUS.unknownCommand);
      return;
    }
    const answer = handler(command);
    if (typeof answer === 'number') {
      this.#status(opcode, answer);
      return;
    }
    const returns = encodeReturns(command.type, answer as never);
    this.#tell({ type: 'commandComplete', credits: 1, opcode, returns });
  }

  #status(opcode: number, status: number): void {
    this.#tell({ type: 'commandStatus', status, credits: 1, opcode });
  }

  /** Events after a command's status come behind it, because they take another turn. */
  #tell(event: HciEvent | LeEvent): void {
    this.#toHost(isLe(event) ? encodeLeEvent(event) : encodeEvent(event));
  }

  #toHost(packet: H4Packet): void {
    const packets = this.#options.tamper?.(packet) ?? [packet];
    this.#options.air.later(() => {
      if (this.#closed) return;
      if (this.#host === null) this.#unheard.push(...packets);
      else for (const one of packets) this.#host.packet(one);
    });
  }
}

function isLe(event: HciEvent | LeEvent): event is LeEvent {
  return event.type in LE_EVENTS;
}
