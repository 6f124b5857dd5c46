/** The single keys of the operator's board. They can be switched off, and never fire while somebody is typing. */

export interface Hands {
  /** Choose the case `step` rows further down (+1) or up (-1). */
  walk(step: number): void;
  accept(): void;
  /** Bring the nth tile (from 0) to the front. */
  tile(at: number): void;
  /** Bring the next camera (+1) or the one before (-1) to the front. */
  along(step: 1 | -1): void;
  /** Go to the video wall, or back from it. */
  wall(): void;
}

/** Handle one key press; true when it was ours. */
export function press(event: KeyboardEvent, hands: Hands): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return false;
  if (event.key === "ArrowDown") hands.walk(1);
  else if (event.key === "ArrowUp") hands.walk(-1);
  else if (event.key === "Enter") hands.accept();
  else if (event.key === "ArrowRight") hands.along(1);
  else if (event.key === "ArrowLeft") hands.along(-1);
  else if (event.code === "KeyW" && !event.shiftKey) hands.wall(); // the key, whatever letter it types in Hangul
  else if (/^[1-9]$/.test(event.key)) hands.tile(Number(event.key) - 1);
  else return false;
  return true;
}

/** Whether the focused element wants this key for itself. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input:not([type=checkbox]), textarea, select, dialog")) return true;
  if (key === "Enter") return target.closest("button, a, input") !== null;
  return key.startsWith("Arrow") && target.closest(".maplibregl-map") !== null;
}
