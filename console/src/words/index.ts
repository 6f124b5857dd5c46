/** Every visible word, in Korean and English; both tables have the same keys (a test holds that). */
import en from "./en.json";
import ko from "./ko.json";

export type Language = "ko" | "en";
export type Key = keyof typeof ko;
export type Facts = Readonly<Record<string, string | number>>;

const TABLES: Record<Language, Readonly<Record<string, string>>> = { ko, en };

/** The sentence for a key with its {facts} filled in; a fact not given stays visible as its name. */
export function say(language: Language, key: Key, facts: Facts = {}): string {
  return fill(TABLES[language][key] ?? key, facts);
}

/** The word for a code of the server under a prefix ("kind.", "basis." …), or the code itself when it is new to us. */
export function name(language: Language, prefix: string, code: string, facts: Facts = {}): string {
  const found = TABLES[language][prefix + code];
  return found === undefined ? code : fill(found, facts);
}

function fill(sentence: string, facts: Facts): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, fact: string) => String(facts[fact] ?? whole));
}
