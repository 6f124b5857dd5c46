/** Gives an order and tells the reader what came of it. */
import { notices } from "../stores/notices.svelte";
import { Problem } from "./http";

/** What stood in the way, null when it went through; anything but a problem is a bug and thrown. */
export async function attempt(order: Promise<unknown>): Promise<Problem | null> {
  try {
    await order;
    return null;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return problem;
  }
}

/** Whether it went through; a problem is said on screen. */
export async function act(order: Promise<unknown>, done = ""): Promise<boolean> {
  const problem = await attempt(order);
  if (problem !== null) notices.say(problem.message, true);
  else if (done) notices.say(done);
  return problem === null;
}
