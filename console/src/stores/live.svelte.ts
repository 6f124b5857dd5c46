/** The one board of this browser, and how it is connected. */
import { EMPTY, forget, hear, type Board } from "../model/board";
import type { CameraColumns, CameraNote, Session } from "../model/records";
import { learnt } from "../model/revisions";
import type { Seat } from "../model/seats";
import type { Revision } from "../model/terms";
import type { Word } from "../model/word";
import { cameraStates } from "./cameras.svelte";
import { clock } from "./clock.svelte";
import { dispatch } from "./dispatch.svelte";
import { drafts } from "./drafts.svelte";
import { fleet } from "./fleet";
import { pursuits } from "./pursuit.svelte";
import { searches } from "./search.svelte";
import { spots } from "./spots.svelte";

export type Link = "opening" | "open" | "lost" | "ended";
export type Farewell = { readonly incident: string; readonly atMs: number };

class Live {
  session = $state.raw<Session | null>(null);
  /** Whether the server has been asked who we are. */
  asked = $state(false);
  link = $state<Link>("opening");
  board = $state.raw<Board>(EMPTY);
  /** Every camera this session may know: the register for the city's own staff, else those of its grants. */
  cameras = $state.raw<ReadonlyMap<string, CameraNote>>(new Map());
  /** Why the session ended, to be said on the sign-in screen. */
  endedFor = $state<string>("");
  /** Cases whose right to see ended while an agency watched: no data of the case but its number. */
  farewells = $state.raw<readonly Farewell[]>([]);

  /** The video processes as the server last told of them. */
  #videos: readonly Seat[] = [];
  /** Called when a video process has come or gone. */
  readonly onseats = new Set<() => void>();

  /** The video processes, and which of them live. */
  get seats(): readonly Seat[] {
    return this.#videos.length > 0 ? this.#videos : (this.session?.videos ?? []);
  }

  /** Take one word of the server in. */
  take(word: Word): void {
    if (word.what === "snapshot") clock.learn(word.now_ms);
    if (word.what === "gone" && this.board.incidents.has(word.incident)) this.part(word.incident);
    this.board = hear(this.board, word);
    if (this.session?.role === "agency") this.cameras = this.board.cameras;
    if (word.what === "snapshot" || word.what === "units") fleet.name(this.board.units);
    if (word.what === "wheel") cameraStates.wheel(word.camera, word);
    if (word.what === "camera_health") cameraStates.feel(word.camera, word.state);
    if (word.what === "dispatch") dispatch.learn(word.plan);
    if (word.what === "search") searches.learn(word.incident, word.at_ms);
    if (word.what === "watch") pursuits.learn(word.incident, word.at_ms);
    if (word.what === "way") dispatch.go(word.way);
    if (word.what === "devices") spots.take(word);
    if (word.what === "videos") this.seat(word.videos);
    if (word.what === "ended") this.endedFor = word.reason;
  }

  /** Take in where video is; who watches at a process that is gone moves on. */
  seat(videos: readonly Seat[]): void {
    this.#videos = videos;
    for (const heard of [...this.onseats]) heard();
  }

  /** Note that the right to see a case is over. */
  part(incident: string): void {
    const others = this.farewells.filter((one) => one.incident !== incident);
    this.farewells = [{ incident, atMs: clock.nowMs }, ...others].slice(0, 5);
  }

  learnCameras(columns: CameraColumns): void {
    this.cameras = new Map(columns.id.map((id, at) => [id, noteAt(columns, at)]));
  }

  /** Take in records that were asked for. */
  learnRecords(told: readonly Revision[]): void {
    this.board = { ...this.board, records: learnt(this.board.records, told) };
  }

  /** Drop what ended long ago. */
  tidy(): void {
    this.board = forget(this.board, clock.nowMs);
  }

  /** Forget everything: nobody is signed in any more. */
  clear(): void {
    this.session = null;
    this.board = EMPTY;
    this.cameras = new Map();
    this.farewells = [];
    this.#videos = [];
    fleet.clear();
    drafts.clear();
    dispatch.clear();
    searches.clear();
    pursuits.clear();
  }
}

function noteAt(columns: CameraColumns, at: number): CameraNote {
  return {
    name: columns.name[at] ?? "",
    lon: columns.lon[at] ?? 0,
    lat: columns.lat[at] ?? 0,
    heading_deg: columns.heading_deg[at] ?? null,
    hfov_deg: columns.hfov_deg[at] ?? null,
    reach_m: columns.reach_m[at] ?? 0,
  };
}

export const live = new Live();
