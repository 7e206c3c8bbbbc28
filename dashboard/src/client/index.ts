export { AqiClient, type ClientOptions } from "./client.js";
export { sharedClient } from "./shared.js";
export type { EveryListener } from "./history.js";
export type { Cursor, Problem, Update } from "./messages.js";
export type { Listener } from "./place.js";
export type { Connection, PlaceState } from "./state.js";
export type * from "./types.js";
