/** Gives an order and tells the reader what came of it. */
import { notices } from "../stores/notices.svelte";
import { Problem } from "./http";

/** Whether it went through; a problem is said on screen, anything else is a bug and thrown. */
export async function act(order: Promise<unknown>, done = ""): Promise<boolean> {
  try {
    await order;
    if (done) notices.say(done);
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    notices.say(problem.message, true);
    return false;
  }
}
