/** Keeps the live board connected: snapshot, then changes; after a break it goes on from the last one heard. */
import { waitMs } from "../model/patience";
import { decode } from "../model/units";
import type { Word } from "../model/word";
import { fleet } from "../stores/fleet";
import { spots } from "../stores/spots.svelte";
import { live } from "../stores/live.svelte";
import { findSession } from "./orders";

const SILENCE_MS = 15_000; // health comes every 5 s, so three missed ones mean a dead line
const ENDED = 4401;

/** Connect and stay connected until the answer is called. */
export function follow(): () => void {
  let socket: WebSocket | null = null;
  let timer = 0;
  let attempt = 0;
  let over = false;

  function open(): void {
    // One entry may be several words: the line may have broken between them, and a word heard twice changes nothing.
    const after = live.board.seq > 0 ? `?after=${live.board.seq - 1}` : "";
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/v1/live${after}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = heard;
    socket.onopen = () => spots.wanted && want();
    socket.onclose = (event) => lost(event.code);
    awaitWord();
  }

  function heard(event: MessageEvent<ArrayBuffer | string>): void {
    awaitWord();
    attempt = 0;
    live.link = "open";
    if (typeof event.data !== "string") return fleet.move(decode(event.data));
    live.take(JSON.parse(event.data) as Word);
  }

  /** The devices that the map shows now; asked for again on each connection. */
  function want(): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ what: "show", ...(spots.wanted && { box: spots.wanted }) }));
  }

  function awaitWord(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => socket?.close(), SILENCE_MS);
  }

  function lost(code: number): void {
    clearTimeout(timer);
    spots.forget();
    if (over) return;
    live.link = code === ENDED || live.endedFor ? "ended" : "lost";
    if (live.link === "ended") return live.clear();
    timer = window.setTimeout(again, waitMs(attempt++, Math.random()));
  }

  /** A socket refused for lack of a session closes like any other: only HTTP tells the difference. */
  async function again(): Promise<void> {
    const session = await findSession().catch(() => live.session);
    if (over) return;
    if (session !== null) return open();
    live.endedFor = "expired";
    live.clear();
  }

  spots.onwant = want;
  open();
  return () => {
    over = true;
    spots.onwant = () => undefined;
    clearTimeout(timer);
    socket?.close();
  };
}
