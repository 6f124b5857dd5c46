/** One look at one camera: socket first, then a ticket for its nonce, then pictures, again after every break. */
import { waitMs } from "../model/patience";
import { seatFor, type Seat } from "../model/seats";
import { live } from "../stores/live.svelte";
import { getTicket, type Profile, type TicketAsk } from "./orders";
import { Problem } from "./http";

export interface Playing {
  readonly camera: string;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Zones are painted over; `stills`: and for want of room there is a picture every few seconds only. */
  readonly masked?: boolean;
  readonly stills?: boolean;
}

export type Scene =
  | { readonly at: "opening" }
  | { readonly at: "playing"; readonly playing: Playing }
  | { readonly at: "trouble"; readonly code: string; readonly again_in_s: number }
  | { readonly at: "refused"; readonly code: string; readonly detail: string }
  | { readonly at: "ended"; readonly code: string }
  | { readonly at: "lost" };

/** What a viewer of recordings may order (doors.md, the video socket). */
export type Wind = { what: "seek"; at_ms: number } | { what: "speed"; times: number } | { what: "pause" } | { what: "resume" };

/** Ends the look; `order` winds a replay. */
export type Watching = (() => void) & { order(wind: Wind): void };

export interface Wish extends Pick<TicketAsk, "camera" | "incident" | "form" | "from_ms" | "to_ms" | "reason" | "unmasking"> {
  readonly profile: Profile;
  /** Of a replay: the video processes that can show it, none for any. */
  readonly held?: readonly string[];
}

export interface Viewer {
  scene(scene: Scene): void;
  picture(message: ArrayBuffer): void;
}

type Said =
  | { what: "hello"; nonce: string; epoch: string }
  | ({ what: "playing" } & Playing)
  | { what: "trouble"; code: string; again_in_s: number }
  | { what: "refused" | "ended"; code: string }
  | { what: "gap" }
  | { what: "end" }
  | { what: "denied" };

/** The right to watch is over: another try would be refused as well. */
const FINAL = new Set(["hold.gone", "ticket.bad", "unmask.over"]);
const TRIES_REFUSED = 4;
/** A playing stream speaks many times a second, and the server tells of a silent camera sooner than this: the line is dead. */
const SILENCE_MS = 10_000;

/** Watch until the answer is called; nothing reaches the viewer after that. */
export function watch(wish: Wish, viewer: Viewer): Watching {
  let socket: WebSocket | null = null;
  let timer = 0;
  let attempt = 0;
  let refusals = 0;
  let over = false;
  /** The video process this look is at, and how many in a row gave nothing. */
  let seat: Seat | undefined;
  let misses = 0;
  live.onseats.add(seated);

  function open(): void {
    viewer.scene({ at: "opening" });
    seat = seatFor(live.seats, wish.camera, misses, wish.held);
    if (seat === undefined) return broken();
    const mine = new WebSocket(new URL("/v1/video", seat.url));
    socket = mine;
    mine.binaryType = "arraybuffer";
    mine.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (over || mine !== socket) return;
      awaitWord(mine);
      if (typeof event.data === "string") void heard(mine, JSON.parse(event.data) as Said);
      else viewer.picture(event.data);
    };
    mine.onclose = () => mine === socket && broken();
    awaitWord(mine);
  }

  function awaitWord(mine: WebSocket): void {
    clearTimeout(timer);
    if (wish.form === "replay" && mine.readyState === WebSocket.OPEN) return; // what stands still says nothing
    timer = window.setTimeout(() => mine.close(), SILENCE_MS);
  }

  async function heard(mine: WebSocket, said: Said): Promise<void> {
    if (said.what === "hello") return redeem(mine, said.nonce, said.epoch);
    if (said.what === "playing") {
      attempt = refusals = misses = 0;
      return viewer.scene({ at: "playing", playing: said });
    }
    if (said.what === "trouble") clearTimeout(timer); // the server's own back-off may be longer than our patience
    if (said.what === "trouble") return viewer.scene({ at: "trouble", code: said.code, again_in_s: said.again_in_s });
    if (said.what === "gap" || said.what === "end" || said.what === "denied") return;
    if (said.what === "refused" && ++refusals >= TRIES_REFUSED) return finish({ at: "refused", code: said.code, detail: "" });
    if (FINAL.has(said.code)) return finish({ ...said, at: said.what, detail: "" });
  }

  async function redeem(mine: WebSocket, nonce: string, epoch: string): Promise<void> {
    const { held: _, ...asked } = wish;
    try {
      const { ticket } = await getTicket({ ...asked, nonce, epoch });
      if (mine === socket) mine.send(JSON.stringify({ what: "ticket", ticket }));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (mine !== socket) return;
      if (isRefusal(problem)) finish({ at: "refused", code: problem.code, detail: problem.message });
      else mine.close();
    }
  }

  /** A process that stands still closes no line: its death is heard from the core. */
  function seated(): void {
    const now = live.seats.find((one) => one.name === seat?.name);
    if (socket === null || now?.alive !== false) return;
    const last = socket;
    broken();
    last.close();
  }

  function broken(): void {
    socket = null;
    clearTimeout(timer);
    if (over) return;
    misses += 1;
    viewer.scene({ at: "lost" });
    timer = window.setTimeout(open, waitMs(attempt++, Math.random()));
  }

  function finish(scene: Scene): void {
    stop();
    viewer.scene(scene);
  }

  function stop(): void {
    over = true;
    live.onseats.delete(seated);
    clearTimeout(timer);
    const last = socket;
    socket = null;
    last?.close();
  }

  function order(wind: Wind): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(wind));
  }

  open();
  return Object.assign(stop, { order });
}

/** The core has judged: asking again would only fill the ledger. */
function isRefusal(problem: Problem): boolean {
  return problem.status >= 400 && problem.status < 500 && problem.status !== 429;
}
