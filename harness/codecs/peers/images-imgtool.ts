import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawCase } from '#codecs/peers/imgtool/cases.ts';
import { compareImage } from '#codecs/peers/imgtool/compare.ts';
import { draw } from '#codecs/peers/draw.ts';
import { sweepKeys } from '#codecs/peers/imgtool/keys.ts';
import { imgtoolPython, ImgtoolServer } from '#codecs/peers/imgtool/server.ts';
import type { Peer, PeerOptions, PeerResult } from '#codecs/peers/peer.ts';

/** MCUboot images against imgtool: each made on both sides, judged by the other, and compared byte for byte. */
export const peer: Peer = { name: 'images-imgtool', tool: 'imgtool', run };

async function run(options: PeerOptions): Promise<PeerResult> {
  const { count, seed } = options;
  const python = imgtoolPython(process.env);
  const skipped = 'imgtool is neither on PATH nor named by ASSAY_IMGTOOL (pip install imgtool)';
  if (python === null) return { compared: 0, differ: 0, skipped };
  const folder = mkdtempSync(join(tmpdir(), 'assay-imgtool-'));
  const server = new ImgtoolServer(python, folder);
  const shop = { folder, server, keys: sweepKeys() };
  let differ = 0;
  try {
    for (let index = 0; index < count; index++) {
      const choices = draw(seed, `imgtool ${index}`);
      const image = drawCase(choices);
      const difference = await compareImage(shop, image, choices);
      if (difference === null) continue;
      differ += 1;
      options.log(
        `image ${index} (${[image.signer ?? 'unsigned', ...image.options].join(' ')}): ${difference}`,
      );
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { compared: count, differ };
}
