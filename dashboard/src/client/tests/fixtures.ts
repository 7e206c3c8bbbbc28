import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AQIUpdate } from "../types.js";

/** Every message as the server really sends it. */
const FOLDER = resolve(import.meta.dirname, "../../../../tests/fixtures/messages");

export const NAMES = readdirSync(FOLDER).map((file) => file.replace(".json", ""));

export function fixture<Message>(name: string): Message {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, "utf-8")) as Message;
}

export const RECORDED = fixture<AQIUpdate>("aqi_update").data;
export const VALUE = RECORDED.aqi.value;
