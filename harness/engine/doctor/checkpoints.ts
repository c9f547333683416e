import { broken, type Examination, well } from '#engine/doctor/patient.ts';

const FILL = 0xa5;

/** A state that was saved comes back, whatever was written since. Only rigs whose flash does not wear have it. */
export const checkpoints: Examination = {
  check: 'checkpoint',
  slot: 'checkpoint',
  async look({ rig, call }) {
    const { checkpoint, probe, power, identity } = rig;
    if (checkpoint === undefined || probe === undefined || power === undefined || identity === undefined)
      return null;
    const { page } = rig.board.flash;
    const at = rig.board.areas.find((area) => area.name === rig.board.updateArea)?.offset ?? 0;
    const before = await probe.read(at, page, call);
    const saved = await checkpoint.save(call);
    await probe.write(at, new Uint8Array(page).fill(FILL), call);
    await checkpoint.restore(saved, call);
    await power.on(call);
    const back = await identity.read(call);
    if (!back.running)
      return broken(
        `nothing runs after a restore: ${back.why}`,
        'report this: a restore must give a state that boots',
      );
    const after = await probe.read(at, page, call);
    if (Buffer.compare(before, after) === 0)
      return well(`a saved state came back, over a page written at 0x${at.toString(16)}`);
    return broken(
      'a page that was written since the save is still there after the restore',
      'report this: a restore must give the whole state',
    );
  },
};
