/** Which way pictures come: WebCodecs where it can be had, else Media Source Extensions. */
import { bufferTo } from "./buffer";
import { decodeTo } from "./decode";
import type { Screen, Shown } from "./screen";

/** WebCodecs needs a secure context; without it the browser falls back to fragmented MP4. */
export function form(): "live" | "mp4" {
  return "VideoDecoder" in window && window.isSecureContext ? "live" : "mp4";
}

export function player(canvas: HTMLCanvasElement, shown: Shown): Screen {
  return form() === "live" ? decodeTo(canvas, shown) : bufferTo(canvas, shown);
}
