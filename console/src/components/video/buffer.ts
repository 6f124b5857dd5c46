/** Media Source Extensions, for desks without a secure context: fragmented MP4 into a hidden video, drawn to the canvas. */
import { pace } from "../../model/drift";
import type { Playing } from "../../net/watch";
import { penOf } from "./pen";
import type { Screen, Shown } from "./screen";

const KEEP_S = 20;

export function bufferTo(canvas: HTMLCanvasElement, shown: Shown): Screen {
  const pen = penOf(canvas);
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  let waiting: ArrayBuffer[] = [];
  let buffer: SourceBuffer | null = null;
  let drawing = 0;
  let heardMs = 0;
  let hasBegun = false;

  function pump(): void {
    if (buffer === null || buffer.updating) return;
    const next = waiting.shift();
    if (next !== undefined) buffer.appendBuffer(next);
    else if (video.currentTime > KEEP_S * 2) trim(buffer);
  }

  function trim(full: SourceBuffer): void {
    const start = full.buffered.length > 0 ? full.buffered.start(0) : 0;
    if (video.currentTime - start > KEEP_S * 2) full.remove(start, video.currentTime - KEEP_S);
  }

  function keepUp(): void {
    const ranges = video.buffered;
    if (ranges.length === 0) return;
    const end = ranges.end(ranges.length - 1);
    const outside = video.currentTime < ranges.start(0);
    const { rate, jump_s } = pace(end - video.currentTime, video.playbackRate, hasBegun && !outside);
    if (jump_s !== null) video.currentTime = Math.max(ranges.start(0), end - jump_s);
    else if (outside) video.currentTime = ranges.start(0);
    if (video.playbackRate !== rate) video.playbackRate = rate;
    if (video.paused) void video.play().catch(() => undefined); // a refused autoplay is tried again with the next picture
  }

  function draw(): void {
    drawing = requestAnimationFrame(draw);
    keepUp();
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    pen.draw(video);
    hasBegun = true;
    shown(heardMs - 1000 * Math.max(0, endOf(video) - video.currentTime)); // a frozen picture must not show the time of day
  }

  function drop(): void {
    cancelAnimationFrame(drawing);
    waiting = [];
    buffer = null;
    hasBegun = false;
    if (video.src) URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load();
  }

  return {
    begin({ codec, width, height }: Playing) {
      drop();
      pen.size(width, height);
      const source = new MediaSource();
      source.onsourceopen = () => {
        buffer = source.addSourceBuffer(`video/mp4; codecs="${codec}"`);
        buffer.onupdateend = pump;
        pump();
      };
      video.src = URL.createObjectURL(source);
      drawing = requestAnimationFrame(draw);
    },
    take(message) {
      heardMs = Date.now();
      waiting.push(message);
      pump();
    },
    blank() {
      drop();
      pen.blank();
    },
    close: drop,
  };
}

function endOf(video: HTMLVideoElement): number {
  return video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) : 0;
}
