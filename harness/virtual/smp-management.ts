import type { SmpGroupHandlers } from '#virtual/smp-request.ts';
import { OS_COMMAND, SMP_GROUP } from '#codecs/smp.ts';
import { enumerationGroup } from '#virtual/smp-enumeration-group.ts';
import { filesGroup, type VirtualFiles } from '#virtual/smp-files-group.ts';
import { settingsGroup, type VirtualSettings } from '#virtual/smp-settings-group.ts';
import { shellGroup } from '#virtual/smp-shell-group.ts';
import { statisticsGroup, taskStatistics } from '#virtual/smp-statistics-group.ts';

/** What a board of a development build keeps beside its images; files and stored settings outlast a restart. */
export interface ManagementStore {
  readonly files: VirtualFiles;
  readonly settings: VirtualSettings;
  /** What the server counted since the board was made, by group and name. */
  readonly statistics: Record<string, Record<string, number>>;
}

/** A board as it leaves the factory: an empty file system, one setting. */
export function managementStore(): ManagementStore {
  const stored = new Map<string, Uint8Array>([['app/name', Buffer.from('assay')]]);
  return {
    files: new Map(),
    settings: { stored, running: new Map(stored) },
    statistics: { smp: { requests: 0, answers: 0 } },
  };
}

/**
 * The groups of a development build besides image and os: files, settings, counters, a shell, enumeration, and what the
 * os group has more. A product leaves them out: they give the board away (smp.md section 9).
 */
export function managementGroups(
  store: ManagementStore,
  uptimeMs: () => number,
): Readonly<Record<number, SmpGroupHandlers>> {
  const groups = {
    [SMP_GROUP.os]: { [OS_COMMAND.taskStatistics]: { read: taskStatistics } },
    [SMP_GROUP.statistics]: statisticsGroup(store.statistics),
    [SMP_GROUP.settings]: settingsGroup(store.settings),
    [SMP_GROUP.files]: filesGroup(store.files),
    [SMP_GROUP.shell]: shellGroup(uptimeMs),
  };
  const ids = [SMP_GROUP.image, SMP_GROUP.enumeration, ...Object.keys(groups).map(Number)];
  const sorted = ids.sort((one, other) => one - other);
  return { ...groups, [SMP_GROUP.enumeration]: enumerationGroup(sorted) };
}
