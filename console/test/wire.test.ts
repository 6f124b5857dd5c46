import { describe, expect, it } from "vitest";
import { parse } from "../src/model/frame";
import { decode, RECORD_BYTES } from "../src/model/units";

function aRecord(index: number, lon: number, lat: number, heading: number, speed: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(RECORD_BYTES));
  view.setUint16(0, index, true);
  view.setInt32(2, Math.round(lon * 1e7), true);
  view.setInt32(6, Math.round(lat * 1e7), true);
  view.setUint16(10, heading, true);
  view.setUint16(12, speed, true);
  return new Uint8Array(view.buffer);
}

function bytes(...parts: Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer;
}

describe("a frame of unit positions", () => {
  it("gives every unit its place, heading and speed", () => {
    const found = decode(bytes(aRecord(7, 127.0276368, 37.4979502, 9050, 1389), aRecord(65534, -70.5, -33.4, 0, 0)));
    expect(found.get(7)).toEqual({ lon: 127.0276368, lat: 37.4979502, heading_deg: 90.5, speed_mps: 13.89 });
    expect(found.get(65534)).toEqual({ lon: -70.5, lat: -33.4, heading_deg: 0, speed_mps: 0 });
  });

  it("knows the heading that nobody knows", () => {
    expect(decode(bytes(aRecord(1, 127, 37, 65535, 0))).get(1)?.heading_deg).toBeNull();
  });

  it("ignores a broken last record", () => {
    expect(decode(bytes(aRecord(1, 127, 37, 0, 0), new Uint8Array(9))).size).toBe(1);
    expect(decode(new ArrayBuffer(0)).size).toBe(0);
  });
});

describe("a picture of the video socket", () => {
  it("is a flag, two times and an access unit", () => {
    const head = new DataView(new ArrayBuffer(17));
    head.setUint8(0, 1);
    head.setBigUint64(1, 1_795_316_400_123_456n, true);
    head.setBigUint64(9, 66_667n, true);
    const frame = parse(bytes(new Uint8Array(head.buffer), new Uint8Array([0, 0, 0, 1, 0x67])));
    expect(frame).toMatchObject({ key: true, arrivalMs: 1_795_316_400_123, ptsUs: 66_667 });
    expect([...(frame?.unit ?? [])]).toEqual([0, 0, 0, 1, 0x67]);
  });

  it("reads only the first bit as keyframe", () => {
    const message = new Uint8Array(18);
    message[0] = 2;
    expect(parse(message.buffer)?.key).toBe(false);
  });

  it("is nothing when it holds no more than its header", () => {
    expect(parse(new ArrayBuffer(17))).toBeNull();
    expect(parse(new ArrayBuffer(3))).toBeNull();
  });
});
