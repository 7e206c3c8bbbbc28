import type { Language } from "../language/language.tsx";

export interface Tick {
  text: string;
  /** How far from the left, from 0 to 1. */
  at: number;
}

type Words = Pick<Language, "hour" | "weekdayHour">;

/** What the last tick needs to its right, on the narrowest phone. */
const ROOM = 0.16;

/** Some four for hours in a row: at the midnight and noon of the place, and where it is one day at most, at six too. */
export function ticksOf(moments: Date[], words: Words, timeZone: string): Tick[] {
  const step = moments.length > 24 ? 12 : 6;
  return moments.flatMap((moment, index) => {
    const at = index / moments.length;
    const isTick = Number.parseInt(words.hour(moment, timeZone), 10) % step === 0 && at <= 1 - ROOM;
    return isTick ? { text: tickOf(moment, words, timeZone), at } : [];
  });
}

/** The hour at the place, and at its midnight the day. */
export function tickOf(moment: Date, { hour, weekdayHour }: Words, timeZone: string): string {
  const time = hour(moment, timeZone);
  return time.startsWith("00") ? (weekdayHour(moment, timeZone).split(/[ ,]/)[0] ?? time) : time;
}
