import type { CommandGroup } from '../command.ts';
import { diff } from '../image/diff.ts';
import { inspect } from '../image/inspect.ts';
import { sign } from '../image/sign.ts';
import { verify } from '../image/verify.ts';

/** `assay image`: images, tables and flash dumps, taken apart, checked, signed and compared. */
export const command: CommandGroup = {
  summary: 'inspect, check, sign and compare firmware images and flash dumps',
  actions: { inspect, verify, sign, diff },
};
