/** Short sentences to the reader: what an order came to. */

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
}

const SHOWN_MS = 6000;

class Notices {
  shown = $state.raw<readonly Notice[]>([]);
  #next = 1;

  say(text: string, bad = false): void {
    const id = this.#next++;
    this.shown = [...this.shown, { id, text, bad }].slice(-4);
    setTimeout(() => this.drop(id), SHOWN_MS);
  }

  drop(id: number): void {
    this.shown = this.shown.filter((one) => one.id !== id);
  }
}

export const notices = new Notices();
