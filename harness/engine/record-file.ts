import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { InternalError } from '#core/errors.ts';
import { toLine } from '#core/evidence.ts';
import { ConsoleLog } from '#engine/console-log.ts';
import { makeFolder } from '#engine/make-folder.ts';
import { diskError, onDisk } from '#engine/disk-error.ts';
import type { EvidenceSink } from '#engine/recorder.ts';
import { RunFolder, writeAll } from '#engine/run-folder.ts';

/** Whose record it is. */
export interface RecordName {
  readonly board: string;
  readonly flaws: readonly string[];
  readonly scenario: string;
}

/** A scenario's record under way. */
export interface RecordFile extends EvidenceSink {
  /** Path of the evidence in the run folder, forward slashes. */
  readonly file: string;
  /** Keeps the summary, once the evidence is complete. */
  finish(summary: Json): void;
  close(): void;
}

function safe(name: string): string {
  if (/^[\w@+.-]+$/.test(name) && !name.startsWith('.')) return name;
  throw new InternalError({
    code: 'record-name',
    message: `${JSON.stringify(name)} cannot be part of a file name`,
    expected: 'letters, digits, - _ . + @',
    remedy: 'choose simpler ids for boards, flaws and scenarios',
  });
}

/** A path below the run folder of which each part is safe. */
function pathOf(file: string): string {
  return file.split('/').map(safe).join('/');
}

/** `records/<board>/<scenario>`, or `records/<board>@<flaws>/<scenario>`, with `/` as `.` and no extension. */
export function recordPlace({ board, flaws, scenario }: RecordName): string {
  const built = flaws.length === 0 ? '' : `@${flaws.join('+')}`;
  const flat = (text: string) => safe(text.replaceAll('/', '.'));
  return `records/${flat(`${board}${built}`)}/${flat(scenario)}`;
}

function inFolder(folder: RunFolder, place: string): RecordFile {
  const file = `${place}.jsonl`;
  const path = join(folder.path, file);
  const fd = onDisk(path, () => {
    makeFolder(dirname(path));
    return openSync(path, 'ax');
  });
  const log = new ConsoleLog(folder.path, `${place}.console.ndjson`);
  return {
    file,
    keeps: true,
    log,
    append(entry) {
      try {
        writeAll(fd, Buffer.from(toLine(entry)));
      } catch (error) {
        throw diskError(error, path);
      }
    },
    putBytes: (bytes) => folder.putBytes(bytes),
    attach: (what, value) => folder.writeJson(place.replace(/^records/, what) + '.json', value),
    keepFile: (name, content) =>
      content instanceof Uint8Array
        ? folder.write(pathOf(name), content)
        : folder.writeJson(pathOf(name), content),
    keepFinding: (id, files) =>
      folder.writeFolder(`${dirname(place).replace(/^records/, 'findings')}/${safe(id)}`, files),
    finish: (summary) => folder.writeJson(`${place}.json`, summary),
    close() {
      closeSync(fd);
      log.close();
    },
  };
}

function nowhere(place: string): RecordFile {
  const nothing = () => undefined;
  return {
    file: `${place}.jsonl`,
    keeps: false,
    append: nothing,
    putBytes: sha256Hex,
    attach: nothing,
    keepFile: nothing,
    keepFinding: nothing,
    log: { write: nothing, kept: () => null },
    finish: nothing,
    close: nothing,
  };
}

/** Begins a record in a run folder, or one that is kept nowhere. Throws BenchError where the disk does not take it. */
export function openRecord(runDir: string | null, name: RecordName): RecordFile {
  const place = recordPlace(name);
  return runDir === null ? nowhere(place) : inFolder(RunFolder.reopen(runDir), place);
}
