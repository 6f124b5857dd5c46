/** Moments as people in a Korean control room read them: always Korean time, whatever the desk's machine is set to. */

const ZONE = "Asia/Seoul";
const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, { ...options, timeZone: ZONE });
  formats.set(key, known);
  return known;
}

/** "14:32:08" */
export function timeOf(ms: number): string {
  return format("en-GB", "time", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(ms);
}

/** "2026-11-22" */
export function dayOf(ms: number): string {
  return format("sv-SE", "day", { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
}

/** The weekday's short name in the reader's language. */
export function weekdayOf(ms: number, language: string): string {
  return format(language, "weekday", { weekday: "short" }).format(ms);
}

/** "14:32" */
export function minuteOf(ms: number): string {
  return timeOf(ms).slice(0, 5);
}
