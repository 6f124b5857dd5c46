/** The two ways of turning a video socket's bytes into pixels share this face. */
import type { Playing } from "../../net/watch";

export interface Screen {
  /** The stream's header is known: make ready for pictures. */
  begin(playing: Playing): void;
  /** One binary message of the socket. */
  take(message: ArrayBuffer): void;
  /** Show nothing, at once. */
  blank(): void;
  close(): void;
}

/** Told the Unix milliseconds at which the picture now on screen arrived from its camera. */
export type Shown = (arrivalMs: number) => void;
