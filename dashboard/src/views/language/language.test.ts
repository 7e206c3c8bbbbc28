import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { en, type Key } from "./en.ts";
import { formatsOf } from "./formats.ts";
import { hi } from "./hi.ts";

const VIEWS = join(import.meta.dirname, "..");
const KEYS = Object.keys(en) as Key[];
const SERVER = join(VIEWS, "../../..");
const PROVIDERS = readdirSync(join(SERVER, "forecasts/providers")).filter((file) => file.endsWith(".py"));
const serverIds = (file: string, ids: RegExp) => [...readFileSync(join(SERVER, file), "utf8").matchAll(ids)].map(([, id]) => id);
const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

/** Keys that are made of a word of the server, such as `status_live`. */
const MADE = /^(status|about|pollutant|averaging|model|hours|trend|connection|air)_/;
const SOURCES = readdirSync(VIEWS, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/language\/(en|hi)\.ts$|\.test\./.test(file))
  .map((file) => readFileSync(join(VIEWS, file), "utf8"))
  .join();

test("Hindi says everything that English says, and fills in the same", () => {
  expect(Object.keys(hi).toSorted()).toEqual(KEYS.toSorted());
  for (const key of KEYS) expect([key, names(hi[key])]).toEqual([key, names(en[key])]);
});

test("no sentence of Hindi was left in English", () => {
  const untranslated = KEYS.filter((key) => !/\p{Script=Devanagari}/u.test(hi[key].replace(/\{\w+\}/g, "")));
  expect(untranslated).toEqual(["api"]);
});

test("every averaging and every model that the server can name has words", () => {
  const ids = [
    ...serverIds("forecasts/aqi/averaging.py", /(?:mean|Averaging)\("(\w+)"/g).map((id) => `averaging_${id}`),
    ...serverIds("forecasts/prediction/ladder.py", /"(\w*persistence|blend)"/g).map((id) => `model_${id}`),
    ...PROVIDERS.flatMap((file) => serverIds(`forecasts/providers/${file}`, / model="(\w+)"/g)).map((id) => `model_${id}`),
  ];
  expect(ids).toEqual(expect.arrayContaining(["averaging_1h_for_15min", "model_blend", "model_cams"]));
  expect(ids.filter((id) => !(id in en))).toEqual([]);
});

test("no sentence is kept that no page says", () => {
  expect(KEYS.filter((key) => !MADE.test(key) && !SOURCES.includes(`"${key}"`))).toEqual([]);
});

test("an age is told in the largest unit that is full, in the reader's language", () => {
  expect([59, 61, 7_199, 90_000].map(formatsOf("en").ago)).toEqual([
    "59 seconds ago", "1 minute ago", "1 hour ago", "1 day ago",
  ]);
  expect(formatsOf("hi").ago(7_200)).toBe("2 घंटे पहले");
});

test("every time of day has 24 hours", () => {
  const { hour, weekdayHour, dateTime } = formatsOf("en");
  for (const format of [hour, weekdayHour, dateTime]) expect(format("2026-01-15T17:05:00Z", "UTC")).toMatch(/17:05$/);
});
