/** What a CBOR item from outside may cost to read. */
export interface CborBounds {
  /** Containers inside each other; a plain map is 1. */
  readonly depth: number;
  /** Items in all, keys and values counted one by one. */
  readonly items: number;
}

/** End of the first item, or why it cannot be read within the bounds. */
export type CborExtent =
  { readonly ok: true; readonly end: number } | { readonly ok: false; readonly why: string };

interface Open {
  /** Items still to come; Infinity until a break. */
  left: number;
  readonly map: boolean;
  /** Items seen so far: a break in a map must not split a pair. */
  seen: number;
}

interface Head {
  readonly major: number;
  readonly minor: number;
  readonly value: number;
  readonly next: number;
}

const BREAK = 0xff;
const ARGUMENT_BYTES = [1, 2, 4, 8];

/**
 * Measures the first CBOR item (RFC 8949 section 3) without recursion and without building anything, so that a
 * recursive decoder can be run over it safely afterwards.
 */
export function measureCbor(bytes: Uint8Array, bounds: CborBounds): CborExtent {
  const open: Open[] = [];
  let at = 0;
  for (let items = 0; items <= bounds.items; items++) {
    if (bytes[at] === BREAK && !closeIndefinite(open)) return refuse('a break where none belongs', at);
    if (bytes[at] === BREAK) at += 1;
    else {
      const head = readHead(bytes, at);
      if (typeof head === 'string') return refuse(head, at);
      const opened = enter(head, bytes.length, open);
      if (typeof opened === 'string') return refuse(opened, at);
      if (open.length > bounds.depth) return refuse(`nested deeper than ${bounds.depth}`, at);
      at = opened;
    }
    closeFinished(open);
    if (open.length === 0) return { ok: true, end: at };
  }
  return refuse(`more than ${bounds.items} items`, at);
}

function refuse(why: string, at: number): CborExtent {
  return { ok: false, why: `${why} (at byte ${at})` };
}

function readHead(bytes: Uint8Array, at: number): Head | string {
  const initial = bytes[at];
  if (initial === undefined) return 'ends too early';
  const [major, minor] = [initial >> 5, initial & 31];
  if (minor < 24) return { major, minor, value: minor, next: at + 1 };
  if (minor === 31) return { major, minor, value: Infinity, next: at + 1 };
  const size = ARGUMENT_BYTES[minor - 24];
  if (size === undefined) return `reserved additional information ${minor}`;
  if (at + 1 + size > bytes.length) return 'ends too early';
  let value = 0;
  for (let i = 1; i <= size; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return { major, minor, value, next: at + 1 + size };
}

/** Counts the item in its container and opens a new one for containers; gives the offset to go on at. */
function enter(head: Head, length: number, open: Open[]): number | string {
  const parent = open.at(-1);
  if (parent !== undefined) {
    parent.left -= 1;
    parent.seen += 1;
  }
  if (head.major === 6) return 'a tag, which no SMP message has';
  if (head.major === 2 || head.major === 3) return stringEnd(head, length);
  if (head.major === 4 || head.major === 5) return openContainer(head, length, open);
  if (head.minor === 31) return 'an indefinite length on a number';
  return head.next;
}

function stringEnd(head: Head, length: number): number | string {
  if (head.minor === 31) return 'a string of indefinite length';
  return head.value > length - head.next ? 'a string longer than the message' : head.next + head.value;
}

function openContainer(head: Head, length: number, open: Open[]): number | string {
  const map = head.major === 5;
  const left = map ? head.value * 2 : head.value;
  if (head.minor !== 31 && left > length - head.next) return 'more members than the message has bytes';
  open.push({ left, map, seen: 0 });
  return head.next;
}

function closeIndefinite(open: Open[]): boolean {
  const innermost = open.at(-1);
  if (innermost === undefined || innermost.left !== Infinity) return false;
  if (innermost.map && innermost.seen % 2 === 1) return false;
  open.pop();
  return true;
}

function closeFinished(open: Open[]): void {
  while (open.at(-1)?.left === 0) open.pop();
}
