import { spawn } from 'node:child_process';

/** A Python that has the vendor's esptool 5 (PyPI). */
const PYTHON = process.env['ASSAY_ESPTOOL_PYTHON'] ?? 'python3';
const LIMIT_MS = 120_000;

/** What a run of the vendor's tool came to. */
export interface ToolRun {
  readonly ok: boolean;
  /** What it printed, both streams. */
  readonly text: string;
}

/** Runs `esptool` or `espefuse` to its end. */
export function runTool(tool: 'esptool' | 'espefuse', args: readonly string[]): Promise<ToolRun> {
  return python(['-m', tool, ...args]);
}

/** Its version; null where there is none of version 5. */
export async function toolVersion(): Promise<string | null> {
  const { ok, text } = await python(['-m', 'esptool', 'version']);
  const version = /^(5\.\S+)$/m.exec(text)?.[1];
  return ok && version !== undefined ? version : null;
}

/** Path of the stub that the tool sends, so that ours can send the same. */
export async function toolStub(chip: string): Promise<string | null> {
  const script = `import os, esptool; print(os.path.join(os.path.dirname(esptool.__file__), "targets", "stub_flasher", "2", "${chip}.json"))`;
  const { ok, text } = await python(['-c', script]);
  return ok ? text.trim() : null;
}

function python(args: readonly string[]): Promise<ToolRun> {
  return new Promise((resolve) => {
    const child = spawn(PYTHON, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      env: { ...process.env, NO_COLOR: '1', COLUMNS: '200' },
    });
    let text = '';
    const take = (chunk: Buffer) => (text += chunk.toString('utf8'));
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => resolve({ ok: false, text: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, text }));
  });
}
