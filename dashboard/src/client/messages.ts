/** Frames to messages and actions to frames, and what a close code asks of a client. */

import type { AQIUpdate, ErrorMessage, MissedUpdate, PlacesAction, ServerMessage } from "./types.js";

export type Update = AQIUpdate | MissedUpdate;

/** Where a client is in the stream of a place. */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

/** What went wrong, for people and programs; `code` is one of the server's, or `refused`, or `unreachable`. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
}

/** Types that this version does not know are left to whoever asks: none of its cases fits them. */
export function decode(frame: string): ServerMessage {
  return JSON.parse(frame) as ServerMessage;
}

export function encode(action: PlacesAction): string {
  return JSON.stringify(action);
}

const FIRST_WAIT_SECONDS = 5;

export function problemOf({ code, message, suggestions = [] }: ErrorMessage): Problem {
  return { code, message, suggestions };
}

/** Seconds until another try makes sense. */
export function waitOf({ retry_after = FIRST_WAIT_SECONDS }: ErrorMessage): number {
  return retry_after;
}

/** The server repeats at most a part of what it was sent. */
export function isAbout(text: string, error: ErrorMessage): boolean {
  return error.location !== undefined && error.location.slice(0, 50) === text.slice(0, 50);
}

export type Verdict = "stop" | "back off" | "now" | "retry";

/** By range, so that a code that is added later needs no change here. */
export function verdict(closeCode: number): Verdict {
  if (closeCode === 1008 || inHundred(closeCode, 4000)) return "stop";
  if (inHundred(closeCode, 4100)) return "back off";
  if (closeCode === 1012 || inHundred(closeCode, 4200)) return "now";
  return "retry";
}

function inHundred(code: number, first: number): boolean {
  return code >= first && code < first + 100;
}

/** The cursor of an entity tag or an event's id: `"epoch-seq"`, weak or not, quoted or not. */
export function cursorOf(tag: string | null): Cursor | null {
  const [, epoch, seq] = /^(?:W\/)?"?(.+)-(\d+)"?$/.exec(tag ?? "") ?? [];
  return epoch !== undefined && seq !== undefined ? { epoch, seq: Number(seq) } : null;
}

export function tagOf(cursor: Cursor): string {
  return `${cursor.epoch}-${cursor.seq}`;
}

/** The sub-protocols of a socket: a browser can name its token nowhere else, and in an address it would be logged. */
export function protocolsOf(token: string | null): string[] {
  return token === null ? [] : ["aqi.v1", `bearer.${token}`];
}

export function authorizationOf(token: string): string {
  return `${token.startsWith("aqi_") ? "Api-Key" : "Bearer"} ${token}`;
}
