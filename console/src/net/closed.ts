/** The streets that are closed now, as lines: asked for until the core can say. */
import type { Held } from "../model/closures";
import { dispatch } from "../stores/dispatch.svelte";
import { attempt } from "./act";
import { stretchesAt } from "./dispatch";

const AGAIN_MS = 5_000;

/** Keep `dispatch.closed` at these closures until the answer is called. */
export function followClosed(held: readonly Held[]): () => void {
  let late = false;
  let timer = 0;
  const look = async () => {
    const problem = await attempt(stretchesAt(held.map((one) => one.place)).then((told) => {
      if (!late) dispatch.closed = told.map(({ at, line }) => ({ name: held[at]?.name ?? "", line }));
    }));
    if (problem !== null && !late) timer = window.setTimeout(() => void look(), AGAIN_MS);
  };
  if (held.length === 0) dispatch.closed = [];
  else void look();
  return () => {
    late = true;
    clearTimeout(timer);
  };
}
