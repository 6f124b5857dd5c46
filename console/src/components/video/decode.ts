/** WebCodecs: decode at once, draw only the newest picture, and when decoding starves go on at the next keyframe. */
import { admit } from "../../model/drift";
import { parse } from "../../model/frame";
import type { Playing } from "../../net/watch";
import { penOf } from "./pen";
import type { Screen, Shown } from "./screen";

export function decodeTo(canvas: HTMLCanvasElement, shown: Shown): Screen {
  const pen = penOf(canvas);
  const arrivals = new Map<number, number>();
  let decoder: VideoDecoder | null = null;
  let config: VideoDecoderConfig | null = null;
  let newest: VideoFrame | null = null;
  let drawing = 0;
  let needsKey = true;
  let shownMs = 0; // when the picture on screen arrived, by the same clock as those that come

  function output(picture: VideoFrame): void {
    newest?.close();
    newest = picture;
    drawing ||= requestAnimationFrame(draw);
  }

  function draw(): void {
    drawing = 0;
    if (newest === null) return;
    const arrivalMs = arrivals.get(newest.timestamp);
    pen.draw(newest);
    for (const pts of arrivals.keys()) if (pts <= newest.timestamp) arrivals.delete(pts);
    newest.close();
    newest = null;
    if (arrivalMs === undefined) return;
    shownMs = arrivalMs;
    shown(arrivalMs);
  }

  function renew(): void {
    if (decoder !== null && decoder.state !== "closed") decoder.close();
    decoder = config === null ? null : new VideoDecoder({ output, error: renew });
    if (config !== null) decoder?.configure(config);
    needsKey = true;
  }

  function forget(): void {
    cancelAnimationFrame(drawing);
    drawing = 0;
    newest?.close();
    newest = null;
    arrivals.clear();
    shownMs = 0;
  }

  return {
    begin({ codec, width, height }: Playing) {
      pen.size(width, height);
      config = { codec, codedWidth: width, codedHeight: height, optimizeForLatency: true };
      renew();
    },
    take(message) {
      const frame = parse(message);
      if (frame === null || decoder?.state !== "configured") return;
      const deed = admit(frame.key, needsKey, decoder.decodeQueueSize, shownMs > 0 ? frame.arrivalMs - shownMs : 0);
      needsKey = deed === "skip";
      if (needsKey) return;
      if (deed === "restart" && config !== null) {
        decoder.reset();
        decoder.configure(config);
        arrivals.clear();
      }
      arrivals.set(frame.ptsUs, frame.arrivalMs);
      decoder.decode(new EncodedVideoChunk({ type: frame.key ? "key" : "delta", timestamp: frame.ptsUs, data: frame.unit }));
    },
    blank() {
      forget();
      config = null;
      renew();
      pen.blank();
    },
    close() {
      forget();
      config = null;
      renew();
    },
  };
}
