/** The devices in the part of the city that is on the map: wanted of the live board, and told by it as they change. */
import type { Box } from "../model/ground";
import { look, NOTHING, type DevicesWord, type InView } from "../model/spots";

class Spots {
  current = $state.raw<InView>(NOTHING);
  /** The part of the city they are wanted of, null for none. */
  wanted: Box | null = null;
  /** Says it to the server, where it is connected. */
  onwant: () => void = () => undefined;

  /** Show the devices of this box from now on. */
  want(box: Box | null): void {
    if (box === null) this.current = NOTHING;
    this.wanted = box;
    this.onwant();
  }

  /** Take a word in; one that was on its way when the layer was put out is too late. */
  take(word: DevicesWord): void {
    if (this.wanted !== null) this.current = look(this.current, word);
  }

  /** The line is gone: what was told may not hold any more. */
  forget(): void {
    this.current = NOTHING;
  }
}

export const spots = new Spots();
