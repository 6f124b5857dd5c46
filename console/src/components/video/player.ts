/** Which way pictures come: WebCodecs where it can be had, else Media Source Extensions. */
import { bufferTo } from "./buffer";
import { decodeTo } from "./decode";
import type { Screen, Shown } from "./screen";

/** WebCodecs needs a secure context; without it the browser falls back to fragmented MP4. */
export function form(): "live" | "mp4" {
  return "VideoDecoder" in window && window.isSecureContext ? "live" : "mp4";
}

/** H.264 is shown by every browser, and VP9 by every one that has WebCodecs; for anything else ask. */
export const isEverywhere = (codec: string) => codec.startsWith("avc1.") || (form() === "live" && codec.startsWith("vp09."));

/** Whether this browser shows a codec: H.265 needs hardware that not every machine has. */
export async function canShow(codec: string): Promise<boolean> {
  if (form() === "mp4") return MediaSource.isTypeSupported(`video/mp4; codecs="${codec}"`);
  const { supported } = await VideoDecoder.isConfigSupported({ codec });
  return supported === true;
}

export function player(canvas: HTMLCanvasElement, shown: Shown): Screen {
  return form() === "live" ? decodeTo(canvas, shown) : bufferTo(canvas, shown);
}
