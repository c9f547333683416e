import assert from 'node:assert/strict';
import { IMAGE_ERROR } from '#virtual/mcuboot/image-error.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { bench, damage, running, traceOf, update, upload } from '#virtual/mcuboot/modes.fixture.ts';
import { type McubootOddityId, mcubootOddities } from '#virtual/mcuboot/oddities.ts';
import { mcubootFlaws } from '#virtual/mcuboot/flaws.ts';
import type { BootModeName } from '#virtual/mcuboot/profile.ts';
import { REFERENCE_RAM, REFERENCE_RECIPIENT, referenceImage } from '#virtual/mcuboot/reference.ts';
import { writeCell } from '#virtual/mcuboot/trailer.ts';
import type { StorageOperation } from '#virtual/storage.ts';

/** Neither erased nor set. */
const TORN = 0x03;

/** A chip with an update on trial, or with one that is asked for. */
function staged(mode: BootModeName) {
  const made = bench(mode);
  made.chip.stage(running(made.chip), update);
  return made;
}

function onTrial(mode: BootModeName) {
  const made = staged(mode);
  assert.equal(running(made.chip).confirmed, false);
  return made;
}

/** Versions that the next boots run. */
function versions({ chip }: ReturnType<typeof bench>, count = 3): readonly (string | null)[] {
  return Array.from({ length: count }, () => chip.boot().app?.version ?? null);
}

const SHOWN: Partial<Record<McubootOddityId, (mode: BootModeName) => void>> = {
  'mcuboot/torn-copy-done'(mode) {
    const made = staged(mode);
    const trace = traceOf(made.chip, () => void made.chip.boot());
    for (const operation of trace.slice(0, -1)) made.chip.storage.apply(operation);
    writeCell(made.primary, made.primary.at.copyDone, [TORN]);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
  },
  'mcuboot/consumed-trial'(mode) {
    const made = staged(mode);
    for (const operation of traceOf(made.chip, () => void made.chip.boot())) {
      made.chip.storage.apply(operation);
    }
    assert.deepEqual(versions(made), ['1.2.0', '1.2.0', '1.2.0']);
  },
  'mcuboot/torn-confirmation'(mode) {
    const made = onTrial(mode);
    writeCell(made.primary, made.primary.at.imageOk, [TORN]);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
    assert.deepEqual(
      traceOf(made.chip, () => assert.equal(made.chip.images.confirm(), IMAGE_ERROR.ok)),
      [],
    );
    assert.equal(storedCounter(made.chip.storage), 2);
  },
  'mcuboot/torn-request'(mode) {
    const made = bench(mode);
    upload(made.chip, update);
    writeCell(made.secondary, made.secondary.at.magic, [0x77, 0xc2, 0x95, 0xf3]);
    assert.deepEqual(versions(made), ['1.2.0', '1.2.0', '1.2.0']);
    assert.equal(made.chip.images.setPending(null, false), IMAGE_ERROR.headerMagic);
  },
  'mcuboot/final-request-becomes-trial'(mode) {
    const made = bench(mode);
    upload(made.chip, update);
    const [magic] = traceOf(made.chip, () => void made.chip.images.setPending(null, true));
    made.chip.storage.apply(magic ?? assert.fail('nothing is written'));
    assert.deepEqual(versions(made), ['1.3.0', '1.2.0', '1.2.0']);
  },
  'mcuboot/revert-lost-by-two-cuts'(mode) {
    const made = onTrial(mode);
    const { chip, primary, secondary } = made;
    const boot = () => void chip.boot();
    const first = traceOf(chip, boot);
    const magic = first.findIndex(({ address }) => address === secondary.address + secondary.at.magic);
    for (const operation of first.slice(0, magic)) chip.storage.apply(operation);
    writeCell(secondary, secondary.at.magic, [0x77, 0xc2, 0x95, 0xf3]);
    const second = traceOf(chip, boot);
    const erase = second.findIndex(
      ({ kind, address }) =>
        kind === 'erase' && address > primary.address + primary.at.status - primary.sector,
    );
    for (const operation of second.slice(0, erase + 1)) chip.storage.apply(operation);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
    assert.equal(running(chip).confirmed, true);
  },
  'mcuboot/revert-lost-with-scratch'(mode) {
    const made = onTrial(mode);
    const { chip, primary } = made;
    const boot = () => void chip.boot();
    const trailer = primary.address + primary.trailerSector * primary.sector;
    const first = traceOf(chip, boot);
    const forgotten = first.findIndex(
      ({ kind, address }) =>
        kind === 'erase' && address >= trailer && address < primary.address + primary.size,
    );
    for (const operation of first.slice(0, forgotten + 1)) chip.storage.apply(operation);
    const second = traceOf(chip, boot);
    const begun = second.findIndex(({ kind }) => kind === 'write');
    for (const operation of second.slice(0, begun)) chip.storage.apply(operation);
    assert.deepEqual(versions(made), ['1.3.0', '1.3.0', '1.3.0']);
    assert.equal(running(chip).confirmed, true);
  },
  'mcuboot/revert-restarted-over-half'(mode) {
    const made = bench(mode);
    const { chip, primary, secondary } = made;
    chip.stage(running(chip), referenceImage({ version: '1.3.0', seed: 3 }));
    running(chip);
    const first = traceOf(chip, () => void chip.boot());
    const erase = first.findIndex(({ kind, address }) => kind === 'erase' && address === primary.address);
    for (const operation of first.slice(0, erase + 1)) chip.storage.apply(operation);
    const second = traceOf(chip, () => assert.equal(running(chip).version, '1.2.0'));
    const magic = second.findIndex(({ address }) => address === secondary.address + secondary.at.magic);
    for (const operation of second.slice(0, magic + 1)) chip.storage.apply(operation);
    assert.deepEqual(versions(made), [null, null, null]);
  },
  'mcuboot/torn-swap-info-panics'(mode) {
    for (const [torn, outcome] of [
      [0x06, [null, null, null]],
      [0x03, ['1.3.0', '1.3.0', '1.3.0']],
    ] as const) {
      const made = staged(mode);
      const { chip, primary } = made;
      const first = traceOf(chip, () => void chip.boot());
      const info = first.findIndex(({ address }) => address === primary.address + primary.at.swapInfo);
      for (const operation of first.slice(0, info)) chip.storage.apply(operation);
      writeCell(primary, primary.at.swapInfo, [torn]);
      const second = traceOf(chip, () => assert.equal(running(chip).version, '1.3.0'));
      const begun = second.findIndex(({ kind }) => kind === 'write');
      for (const operation of second.slice(0, begun)) chip.storage.apply(operation);
      assert.deepEqual(versions(made), outcome);
    }
  },
  'mcuboot/weak-progress-mark'(mode) {
    const made = staged(mode);
    const { chip, primary } = made;
    const isMark = ({ kind, address }: StorageOperation) =>
      kind === 'write' &&
      address >= primary.address + primary.at.status &&
      address < primary.address + primary.at.swapSize;
    const trace = traceOf(chip, () => running(chip));
    const marks = trace.flatMap((operation, index) => (isMark(operation) ? [{ index, operation }] : []));
    const start = chip.storage.save();
    const outcomes = marks.slice(1).map(({ index }, before) => {
      chip.storage.load(start);
      for (const operation of trace.slice(0, index)) chip.storage.apply(operation);
      damage(chip, (flash) => {
        flash[marks[before]?.operation.address ?? 0] = 0xff;
      });
      return chip.boot().app === null;
    });
    assert.ok(outcomes.includes(true), String(outcomes));
  },
  'mcuboot/weak-confirmation'(mode) {
    const made = bench(mode);
    made.chip.stage(running(made.chip), referenceImage({ version: '1.3.0', size: 9000 }));
    assert.equal(running(made.chip).confirmed, false);
    assert.equal(made.chip.images.confirm(), IMAGE_ERROR.ok);
    assert.deepEqual(versions(made, 1), ['1.3.0']);
    const fade = (flash: Uint8Array) => {
      flash[made.primary.address + made.primary.at.imageOk] = 0xff;
    };
    damage(made.chip, fade);
    assert.deepEqual(versions(made), ['1.2.0', '1.2.0', '1.2.0']);
    damage(made.chip, fade);
    const again = mode === 'swap-using-offset' ? null : '1.3.0';
    assert.deepEqual(versions(made, 1), [again]);
  },
  'mcuboot/endless-revert'(mode) {
    const made = onTrial(mode);
    made.secondary.scramble();
    for (let boot = 0; boot < 3; boot++) {
      const trace = traceOf(made.chip, () => assert.equal(running(made.chip).version, '1.3.0'));
      assert.deepEqual(
        trace.map(({ kind }) => kind),
        ['erase'],
      );
      assert.equal(running(made.chip).confirmed, false);
    }
  },
  'mcuboot/damaged-primary-asserts'(mode) {
    const made = staged(mode);
    const entries = 0x200 + 2048;
    damage(made.chip, (flash) =>
      flash.fill(0, made.primary.address + entries, made.primary.address + entries + 2),
    );
    for (let boot = 0; boot < 2; boot++) {
      const { app, log } = made.chip.boot();
      assert.equal(app, null);
      assert.match(log.at(-1) ?? '', /ASSERTION FAIL/);
    }
  },
  'mcuboot/damaged-primary-blocks-update'(mode) {
    const made = staged(mode);
    damage(made.chip, (flash) => flash.fill(0, made.primary.address, made.primary.address + 4));
    assert.deepEqual(versions(made), [null, null, null]);
    const other = staged('swap-using-scratch');
    damage(other.chip, (flash) => flash.fill(0, other.primary.address, other.primary.address + 4));
    assert.deepEqual(versions(other, 1), ['1.3.0']);
  },
  'mcuboot/torn-header-refuses-update'(mode) {
    const made = staged(mode);
    const major = 20;
    damage(made.chip, (flash) => {
      flash[made.primary.address + major] = 0xff;
    });
    const { app, log } = made.chip.boot();
    assert.equal(app, null);
    assert.ok(log.includes('E: Insufficient version in secondary slot'));
    assert.ok(made.secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/unvalidated-counter-rises'(mode) {
    const made = bench(mode, { validatePrimary: false });
    const entry = Buffer.from('500004000200', 'hex');
    damage(made.chip, (flash) => {
      flash[Buffer.from(flash).indexOf(entry, made.primary.address) + 4] = 18;
    });
    assert.deepEqual(versions(made, 1), ['1.2.0']);
    assert.equal(storedCounter(made.chip.storage), 18);
    made.chip.stage(running(made.chip), update);
    assert.deepEqual(versions(made, 1), ['1.2.0']);
  },
  'mcuboot/leftover-refuses-update'(mode) {
    const made = onTrial(mode);
    const { chip, secondary } = made;
    assert.equal(chip.images.confirm(), IMAGE_ERROR.ok);
    running(chip);
    secondary.eraseSectors(1, secondary.sectors);
    for (let at = 0; at < update.length; at += 512) chip.images.write(at, update.subarray(at, at + 512));
    assert.equal(chip.images.setPending(null, false), IMAGE_ERROR.ok);
    const { log } = chip.boot();
    assert.ok(log.some((line) => line.includes('wrong upload address?')));
    assert.ok(secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/erased-primary-counts-as-newest'(mode) {
    const made = staged(mode);
    made.primary.scramble();
    const { app, log } = made.chip.boot();
    assert.equal(app, null);
    assert.ok(log.includes('I: Image 0 in slot 1 erased due to downgrade prevention'));
    assert.ok(made.secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/keys-left-in-trailer'(mode) {
    const imageKey = new Uint8Array(16).fill(0x5a);
    const encryption = { recipient: REFERENCE_RECIPIENT, imageKey, seed: new Uint8Array(32) };
    const { chip, primary } = bench(mode, { encryption: { kind: 'ec256', bits: 128 } });
    running(chip);
    upload(chip, referenceImage({ version: '1.3.0', manner: { encryption } }));
    chip.images.setPending(null, true);
    running(chip);
    running(chip);
    assert.ok(Buffer.from(primary.bytes).includes(Buffer.from(imageKey)));
  },
  'mcuboot/trial-raises-counter'(mode) {
    const { chip, primary, secondary } = bench(mode);
    running(chip);
    upload(chip, loadable);
    chip.images.setPending(null, false);
    assert.deepEqual([running(chip).version, storedCounter(chip.storage)], ['1.3.0', 3]);
    assert.equal(chip.boot().app, null);
    assert.ok([primary, secondary].every(({ bytes }) => bytes.every((byte) => byte === 0xff)));
  },
  'mcuboot/torn-confirmation-erases'(mode) {
    const { chip, secondary } = bench(mode);
    running(chip);
    upload(chip, referenceImage({ version: '1.3.0', manner: { ramAddress: REFERENCE_RAM.start } }));
    chip.images.setPending(null, false);
    running(chip);
    writeCell(secondary, secondary.at.imageOk, [TORN]);
    assert.equal(running(chip).version, '1.2.0');
    assert.ok(secondary.bytes.every((byte) => byte === 0xff));
  },
  'mcuboot/unmarked-image-erased'(mode) {
    const { chip, primary } = bench(mode);
    damage(chip, (flash) =>
      flash.fill(0xff, primary.address + primary.at.swapInfo, primary.address + primary.size),
    );
    assert.equal(chip.boot().app, null);
    assert.ok(primary.bytes.every((byte) => byte === 0xff));
  },
};

/** The same update, for RAM. */
const loadable = referenceImage({
  version: '1.3.0',
  counter: 3,
  manner: { ramAddress: REFERENCE_RAM.start },
});

describe('oddities of MCUboot', () => {
  for (const { id, modes, twin } of mcubootOddities) {
    if (twin !== 'shows') {
      it(`${id} is what a flaw of the twin does`, () => {
        assert.ok(mcubootFlaws.some((flaw) => flaw.id === twin));
      });
      continue;
    }
    for (const mode of modes) {
      it(`${id} shows on the twin in ${mode}`, () => (SHOWN[id] ?? assert.fail('not shown'))(mode));
    }
  }
});
