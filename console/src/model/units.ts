/** Unit positions as the live socket sends them: 14 bytes each, little endian. */

export const RECORD_BYTES = 14;
const UNKNOWN_HEADING = 65535;

export interface Position {
  readonly lon: number;
  readonly lat: number;
  readonly heading_deg: number | null;
  readonly speed_mps: number;
}

/** The positions by unit index; bytes after the last whole record are ignored. */
export function decode(frame: ArrayBuffer): Map<number, Position> {
  const view = new DataView(frame);
  const found = new Map<number, Position>();
  for (let at = 0; at + RECORD_BYTES <= view.byteLength; at += RECORD_BYTES) {
    const heading = view.getUint16(at + 10, true);
    found.set(view.getUint16(at, true), {
      lon: view.getInt32(at + 2, true) / 1e7,
      lat: view.getInt32(at + 6, true) / 1e7,
      heading_deg: heading === UNKNOWN_HEADING ? null : heading / 100,
      speed_mps: view.getUint16(at + 12, true) / 100,
    });
  }
  return found;
}
