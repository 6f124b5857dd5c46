/** The reader's language; what a component shows follows it at once. */
import { name, say, type Facts, type Key, type Language } from "../words";
import { recall, remember } from "./memory";

class Tongue {
  current = $state<Language>(recall("language") === "en" ? "en" : "ko");

  speak(language: Language): void {
    this.current = language;
    remember("language", language);
    document.documentElement.lang = language;
  }

  /** Follow the server's default unless the reader has chosen before. */
  offer(language: string): void {
    if (recall("language") === null) this.current = language === "en" ? "en" : "ko";
    document.documentElement.lang = this.current;
  }
}

export const tongue = new Tongue();

export function t(key: Key, facts?: Facts): string {
  return say(tongue.current, key, facts);
}

/** The word for one of the server's codes, or the code itself. */
export function called(prefix: string, code: string, facts?: Facts): string {
  return name(tongue.current, prefix, code, facts);
}
