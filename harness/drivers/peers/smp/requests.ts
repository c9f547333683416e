import { hash } from 'node:crypto';
import type { CallOptions } from '#core/capabilities.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { listGroups } from '#drivers/smp/enumeration.ts';
import { closeFile, downloadFile, fileHash, fileHashTypes, fileSize } from '#drivers/smp/files.ts';
import { confirmImage, eraseImage, readImages, testImage } from '#drivers/smp/image.ts';
import {
  echo,
  readBootloader,
  readBootMode,
  readBuffers,
  readDateTime,
  readInfo,
  readTasks,
  reset,
  writeDateTime,
} from '#drivers/smp/os.ts';
import {
  commitSettings,
  loadSettings,
  readSetting,
  removeSetting,
  saveSettings,
  writeSetting,
} from '#drivers/smp/settings.ts';
import { runShell } from '#drivers/smp/shell.ts';
import { listStatistics, readStatistics } from '#drivers/smp/statistics.ts';
import { ChunkCutter, UPLOAD } from '#drivers/update/smp-chunk.ts';

/** One request, by our client's function and by the name and fields it has elsewhere. */
export interface SmpRequestCase {
  /** `<module> <request>` of the package `smp`. */
  readonly theirs: string;
  readonly fields: Readonly<Record<string, unknown>>;
  send(client: SmpClient, options: CallOptions): Promise<unknown>;
}

const hex = (bytes: Uint8Array) => ({ hex: Buffer.from(bytes).toString('hex') });

/** A request of every kind, its fields drawn at random. */
export const requestKinds: readonly ((random: Draw) => SmpRequestCase)[] = [
  (random) => {
    const text = random.word(300);
    return { theirs: 'os EchoWrite', fields: { d: text }, send: (client, call) => echo(client, text, call) };
  },
  plain('os MCUMgrParametersRead', readBuffers),
  plain('os TaskStatisticsRead', readTasks),
  plain('os DateTimeRead', readDateTime),
  plain('os BootloaderInformationRead', readBootloader),
  plain('os ResetWrite', reset),
  plain('image ImageStatesRead', readImages),
  plain('file SupportedFileHashChecksumTypes', fileHashTypes),
  plain('file FileClose', closeFile),
  plain('settings CommitSettings', commitSettings),
  plain('settings LoadSettings', loadSettings),
  plain('settings SaveSettings', saveSettings),
  plain('statistics ListOfGroups', listStatistics),
  plain('enumeration ListOfGroups', listGroups),
  () => ({
    theirs: 'os BootloaderInformationRead',
    fields: { query: 'mode' },
    send: (client, call) => readBootMode(client, call),
  }),
  () => {
    const datetime = '2026-01-31T12:00:00';
    return {
      theirs: 'os DateTimeWrite',
      fields: { datetime },
      send: (client, call) => writeDateTime(client, datetime, call),
    };
  },
  (random) => {
    const bootMode = random.below(256);
    return {
      theirs: 'os ResetWrite',
      fields: { boot_mode: bootMode },
      send: (client, call) => reset(client, { ...call, bootMode }),
    };
  },
  (random) => {
    const format = random.pick(['s', 'sv', 'a', 'nrmp']);
    return {
      theirs: 'os OSApplicationInfoRead',
      fields: { format },
      send: (client, call) => readInfo(client, format, call),
    };
  },
  (random) => {
    const id = random.bytes(32);
    return {
      theirs: 'image ImageStatesWrite',
      fields: { hash: hex(id), confirm: false },
      send: (client, call) => testImage(client, id, call),
    };
  },
  (random) => {
    const id = random.oneIn(2) ? random.bytes(32) : undefined;
    return {
      theirs: 'image ImageStatesWrite',
      fields: { confirm: true, ...(id === undefined ? {} : { hash: hex(id) }) },
      send: (client, call) => confirmImage(client, id, call),
    };
  },
  (random) => {
    const slot = random.oneIn(2) ? random.below(8) : undefined;
    return {
      theirs: 'image ImageErase',
      fields: slot === undefined ? {} : { slot },
      send: (client, call) => eraseImage(client, slot, call),
    };
  },
  upload,
  named('file FileStatus', (client, name, call) => fileSize(client, name, call)),
  named('file FileDownload', (client, name, call) => downloadFile(client, name, call), { off: 0 }),
  named('file FileHashChecksum', (client, name, call) => fileHash(client, name, 'sha256', call), {
    type: 'sha256',
  }),
  named('settings ReadSetting', (client, name, call) => readSetting(client, name, call)),
  named('settings DeleteSetting', (client, name, call) => removeSetting(client, name, call)),
  named('statistics GroupData', (client, name, call) => readStatistics(client, name, call)),
  (random) => {
    const [name, value] = [random.word(31), random.bytes(random.below(256))];
    return {
      theirs: 'settings WriteSetting',
      fields: { name, val: hex(value) },
      send: (client, call) => writeSetting(client, name, value, call),
    };
  },
  (random) => {
    const argv = Array.from({ length: random.below(5) }, () => random.word(20));
    return {
      theirs: 'shell Execute',
      fields: { argv },
      send: (client, call) => runShell(client, argv, call),
    };
  },
];

function plain(
  theirs: string,
  send: (client: SmpClient, options: CallOptions) => Promise<unknown>,
): (random: Draw) => SmpRequestCase {
  return () => ({ theirs, fields: {}, send });
}

function named(
  theirs: string,
  send: (client: SmpClient, name: string, options: CallOptions) => Promise<unknown>,
  more: Readonly<Record<string, unknown>> = {},
): (random: Draw) => SmpRequestCase {
  return (random) => {
    const name = `/${random.word(60)}`;
    return { theirs, fields: { name, ...more }, send: (client, options) => send(client, name, options) };
  };
}

/** A chunk of an upload, the first or any other. */
function upload(random: Draw): SmpRequestCase {
  const image = random.bytes(64 + random.below(3000));
  const limit = 128 + random.below(2000);
  const number = random.oneIn(3) ? random.below(4) : undefined;
  const cutter = new ChunkCutter(image, { limit, ...(number === undefined ? {} : { image: number }) });
  const first = cutter.at(0);
  const chunk = random.oneIn(2) && first.end < image.length ? cutter.at(first.end) : first;
  const data = image.subarray(chunk.start, chunk.end);
  const opening = {
    len: image.length,
    sha: hex(hash('sha256', image, 'buffer')),
    ...(number === undefined ? {} : { image: number }),
  };
  return {
    theirs: 'image ImageUploadWrite',
    fields: { off: chunk.start, data: hex(data), ...(chunk.start === 0 ? opening : {}) },
    send: (client, options) => client.ask(UPLOAD, chunk.members, options),
  };
}
