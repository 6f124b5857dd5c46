/**
 * Who has which camera, agreed on without a word: the same rendezvous hash as the server's `core/rendezvous.py`.
 * `tests/unit/core/rendezvous.json` keeps the two together.
 */

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;
const utf8 = new TextEncoder();

/** The weight of a process and a camera, 32 bits. */
export function weight(name: string, key: string): number {
  return spread(spread(hash(key)) ^ hash(name));
}

/** The names, the one that has the key first, then who has it when that one is gone, and so on. */
export function ranked(names: readonly string[], key: string): string[] {
  const heaviest = new Map([...new Set(names)].map((name) => [name, weight(name, key)]));
  return [...heaviest.entries()]
    .sort(([a, wa], [b, wb]) => wb - wa || (a < b ? -1 : 1))
    .map(([name]) => name);
}

function hash(text: string): number {
  let found = FNV_OFFSET;
  for (const byte of utf8.encode(text)) found = Math.imul(found ^ byte, FNV_PRIME);
  return found >>> 0;
}

function spread(found: number): number {
  found = Math.imul(found ^ (found >>> 16), 0x85ebca6b);
  found = Math.imul(found ^ (found >>> 13), 0xc2b2ae35);
  return (found ^ (found >>> 16)) >>> 0;
}
