/** What the browser remembers of a reader's taste; never anything about cases or people. */

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`bongsu.${key}`);
  } catch (problem) {
    if (problem instanceof DOMException) return null; // storage is switched off on this desk
    throw problem;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`bongsu.${key}`, value);
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
  }
}
