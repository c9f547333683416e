import type { CommandGroup } from '../command.ts';
import { diff } from '../image/diff.ts';
import { forge } from '../image/forge.ts';
import { inspect } from '../image/inspect.ts';
import { sign } from '../image/sign.ts';
import { verify } from '../image/verify.ts';

/** `assay image`: images, tables and flash dumps, taken apart, checked, signed, forged and compared. */
export const command: CommandGroup = {
  summary: 'inspect, check, sign, forge and compare firmware images and flash dumps',
  actions: { inspect, verify, sign, forge, diff },
};
