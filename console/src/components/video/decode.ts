/** WebCodecs: decode at once, draw only the newest picture, and when decoding starves go on at the next keyframe. */
import { parse } from "../../model/frame";
import type { Playing } from "../../net/watch";
import { penOf } from "./pen";
import type { Screen, Shown } from "./screen";

/** Above this many waiting pictures we are behind; a whole cached GOP (30) must pass, it is how we catch up. */
const STARVED = 45;

export function decodeTo(canvas: HTMLCanvasElement, shown: Shown): Screen {
  const pen = penOf(canvas);
  const arrivals = new Map<number, number>();
  let decoder: VideoDecoder | null = null;
  let config: VideoDecoderConfig | null = null;
  let newest: VideoFrame | null = null;
  let drawing = 0;
  let needsKey = true;

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
    if (arrivalMs !== undefined) shown(arrivalMs);
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
      if (!frame.key && (needsKey || decoder.decodeQueueSize > STARVED)) {
        needsKey = true;
        return;
      }
      needsKey = false;
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
