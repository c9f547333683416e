import { BASE } from './style-base.ts';
import { MEDIA } from './style-media.ts';
import { PARTS } from './style-parts.ts';

/** The page's one style sheet: later parts refine earlier ones. */
export const STYLE: string = BASE + PARTS + MEDIA;
