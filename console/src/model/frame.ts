/** One binary message of the video socket (`form=live`): 17 bytes of header, then an access unit in Annex B. */

const HEADER_BYTES = 17;
const KEYFRAME = 1;

export interface Frame {
  readonly key: boolean;
  readonly arrivalMs: number;
  readonly ptsUs: number;
  readonly unit: Uint8Array<ArrayBuffer>;
}

/** The parsed message, or null when it is too short to be one. */
export function parse(message: ArrayBuffer): Frame | null {
  if (message.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(message);
  return {
    key: (view.getUint8(0) & KEYFRAME) === KEYFRAME,
    arrivalMs: Number(view.getBigUint64(1, true) / 1000n),
    ptsUs: Number(view.getBigUint64(9, true)),
    unit: new Uint8Array(message, HEADER_BYTES),
  };
}
