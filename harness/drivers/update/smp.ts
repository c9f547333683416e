import type { CallOptions, OfferOptions, Receipt, UpdateTransport } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { complaintOf } from '#codecs/smp-error.ts';
import { IMAGE_COMMAND, OS_COMMAND, SMP_GROUP, SMP_OP, type SmpMessage } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { type SlotState, slotsOf } from '#drivers/identity/image-state.ts';
import { uploadImage } from '#drivers/update/smp-upload.ts';

/** Writing a trailer may have to wait for flash. */
const STATE_MS = 10_000;
/** From the answer to a reset request until the chip has surely restarted (`CONFIG_MCUMGR_GRP_OS_RESET_MS` is 250). */
const RESTART_MS = 600;

/** Updates a board through mcumgr: image upload, image state, os reset. Path `smp`. */
export class SmpUpdate implements UpdateTransport {
  readonly paths = ['smp'];
  readonly #client: SmpClient;

  constructor(client: SmpClient) {
    this.#client = client;
  }

  async offer(image: Uint8Array, options: OfferOptions): Promise<Receipt> {
    const uploaded = await uploadImage(this.#client, image, options);
    if (!uploaded.accepted) return uploaded;
    const slot = await this.#uploaded(options);
    if (slot === null) {
      return {
        accepted: false,
        step: 'verify',
        reason: 'no image is listed in the update slot after the upload',
      };
    }
    // Where slots are peers without a trial, a newer image is pending from the moment it is complete.
    if (slot.pending) return { accepted: true, detail: `${uploaded.detail}; pending without being marked` };
    const hash = Uint8Array.from(Buffer.from(slot.hash, 'hex'));
    const permanent = options.mode === 'permanent';
    const answer = await this.#writeState({ hash, confirm: permanent }, options);
    const complaint = complaintOf(answer.map);
    if (complaint !== null) return { accepted: false, step: 'mark-pending', reason: complaint.text };
    return { accepted: true, detail: `${uploaded.detail}; marked ${permanent ? 'permanent' : 'for test'}` };
  }

  async activate(options: CallOptions): Promise<void> {
    const command = { op: SMP_OP.write, group: SMP_GROUP.os, command: OS_COMMAND.reset };
    const { map } = await this.#client.ask(command, [], options);
    const complaint = complaintOf(map);
    if (complaint !== null) {
      throw new PeerError({
        code: 'reset-refused',
        message: 'the application refuses to restart',
        got: complaint.text,
        remedy: 'restart the board by its reset line instead',
      });
    }
    await this.#client.clock.sleep(RESTART_MS, options.signal);
  }

  async confirm(options: CallOptions): Promise<Receipt> {
    const { map } = await this.#writeState({ confirm: true }, options);
    const complaint = complaintOf(map);
    return complaint === null
      ? { accepted: true, detail: 'SMP image state: confirmed' }
      : { accepted: false, step: 'confirm', reason: complaint.text };
  }

  async #uploaded(options: CallOptions): Promise<SlotState | null> {
    const command = { op: SMP_OP.read, group: SMP_GROUP.image, command: IMAGE_COMMAND.state };
    const { map } = await this.#client.ask(command, [], { signal: options.signal });
    return slotsOf(map).find((entry) => !entry.active && entry.hash !== '') ?? null;
  }

  #writeState(wanted: { hash?: Uint8Array; confirm: boolean }, options: CallOptions): Promise<SmpMessage> {
    const command = { op: SMP_OP.write, group: SMP_GROUP.image, command: IMAGE_COMMAND.state };
    const limits = { signal: options.signal, deadlineMs: STATE_MS };
    const { hash, confirm } = wanted;
    return this.#client.ask(
      command,
      hash === undefined
        ? [['confirm', confirm]]
        : [
            ['hash', hash],
            ['confirm', confirm],
          ],
      limits,
    );
  }
}
