/** The server's time, ticking on screen: countdowns must not trust the desk's own clock. */

const TICK_MS = 250;

class Clock {
  #ahead = 0;
  nowMs = $state(Date.now());

  /** Learn the server's time from a message that carries it. */
  learn(serverMs: number): void {
    this.#ahead = serverMs - Date.now();
    this.nowMs = serverMs;
  }

  /** Begin to tick; the answer stops it. */
  run(): () => void {
    const timer = setInterval(() => (this.nowMs = Date.now() + this.#ahead), TICK_MS);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
