import { describe, expect, it } from "vitest";
import { name, say } from "../src/words";
import en from "../src/words/en.json";
import ko from "../src/words/ko.json";

const HANGUL = /[\u3131-\u318E\uAC00-\uD7A3]/;
const FACT = /\{\w+\}/g;
const sources: Record<string, string> = import.meta.glob("../src/**/*.{svelte,ts}", { query: "?raw", import: "default", eager: true });
const files = Object.keys(sources);
const source = (path: string) => sources[path] ?? "";
const withoutComments = (text: string) => text.replace(/<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, "");

describe("the words", () => {
  it("have the same keys in both languages", () => {
    expect(Object.keys(en)).toEqual(Object.keys(ko));
  });

  it("speak of the same facts in both languages, and none is empty", () => {
    for (const [key, sentence] of Object.entries(ko)) {
      const other = (en as Record<string, string>)[key] ?? "";
      expect(other.match(FACT)?.sort() ?? [], key).toEqual(sentence.match(FACT)?.sort() ?? []);
      expect(sentence.trim() && other.trim(), key).not.toBe("");
    }
  });

  it("are the only place of Hangul", () => {
    expect(files.length).toBeGreaterThan(30);
    const guilty = files.filter((path) => HANGUL.test(withoutComments(source(path))));
    expect(guilty).toEqual([]);
  });

  it("are all asked for somewhere", () => {
    const everything = files.map(source).join("\n");
    const prefixes = [...everything.matchAll(/(?:`|")((?:[a-z]+\.)+)(?:\$\{|",)/g)].map((found) => found[1] ?? "");
    const unused = Object.keys(ko).filter((key) => !everything.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });

  it("fill their facts, and show a missing one by its name", () => {
    expect(say("ko", "grant.left", { time: "29:41" })).toBe("열람 29:41 남음");
    expect(say("en", "grant.left")).toBe("{time} left to view");
  });

  it("name a code of the server, or show the code itself", () => {
    expect(name("ko", "kind.", "robbery")).toBe("강도");
    expect(name("en", "kind.", "earthquake")).toBe("earthquake");
  });
});
