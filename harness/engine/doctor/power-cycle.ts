import { isAssayError } from '#core/errors.ts';
import { broken, type Examination, type Patient, type Seen, trouble, well } from '#engine/doctor/patient.ts';

/** Longer than capacitors keep a development board alive, and longer than a boot that nobody asked for takes. */
const DARK_MS = 3000;
const BOOT_MS = 10_000;

const SECOND_SUPPLY =
  'use a hub or supply that really switches (see docs/a-real-bench.md), and unplug every second supply: debug probe, UART adapter';

/** One harmless power cycle: does the board really go dark, and does it come back? */
export const powerCycle: Examination = {
  check: 'power-cycle',
  slot: 'power',
  async look(patient) {
    const { rig, call } = patient;
    if (rig.power === undefined || rig.identity === undefined) return null;
    try {
      const { verified } = await rig.power.cut({ kind: 'after', ms: 0 }, call);
      const alive = await signOfLife(patient);
      if (alive !== null) return alive;
      return await comesBack(patient, verified);
    } catch (error) {
      return stayedOn(error);
    } finally {
      await rig.power.on(call).catch(() => undefined);
    }
  },
};

/** A board whose supply is off says nothing and answers nothing. */
async function signOfLife({ rig, ear, call }: Patient): Promise<Seen | null> {
  ear?.forget();
  const dark = await rig.identity?.read({ signal: call.signal, deadlineMs: DARK_MS });
  if (dark?.running === true) {
    return broken(
      `the board answers while its supply is off (${dark.how}): the supply does not switch`,
      SECOND_SUPPLY,
    );
  }
  if (ear === null || ear.heard === '') return null;
  return broken(`the board speaks while its supply is off: ${ear.quotation}`, SECOND_SUPPLY);
}

async function comesBack({ rig, ear, call }: Patient, verified: string): Promise<Seen> {
  ear?.forget();
  const began = rig.clock.now();
  await rig.power?.on(call);
  const said = (await ear?.await(rig.clock, BOOT_MS, call.signal)) ?? null;
  const back = await rig.identity?.read(call);
  if (back?.running !== true)
    return broken(`the board did not come back: ${back?.why ?? ''}`, 'check its supply and its boot pins');
  if (said === '') {
    const seen =
      'the board answers after the power cycle without having printed anything at a boot: it may never have been off';
    return { state: 'doubtful', seen, mend: SECOND_SUPPLY };
  }
  return well(
    `went dark, and answered again within ${Math.round(rig.clock.now() - began)} ms of switching on (${verified})`,
  );
}

function stayedOn(error: unknown): Seen {
  if (isAssayError(error) && error.code === 'supply-still-on')
    return { ...trouble(error), mend: SECOND_SUPPLY };
  throw error;
}
