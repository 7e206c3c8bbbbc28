/** What is known of a place at a moment: the one thing that listeners, the hook and the badge get. */

import type { ServerClock } from "./clock.js";
import type { Cursor, Problem } from "./messages.js";
import type { Snapshot, Status } from "./types.js";

/** How news come: over a socket, a stream of events or by polling; or why none do. */
export type Connection = "connecting" | "socket" | "stream" | "polling" | "offline" | "paused" | "refused";

export interface PlaceState {
  /** The newest snapshot, or null while none is known. */
  readonly data: Snapshot | null;
  /** That of the snapshot: live, modelled, stale, simulated, replay or unavailable. */
  readonly status: Status | null;
  /** Seconds since the observation by the server's clock; null in a replay, which is of another time. */
  readonly age: number | null;
  /** True as soon as the snapshot's own time limit has passed, whether or not the server could say so. */
  readonly isStale: boolean;
  readonly connection: Connection;
  readonly isConnected: boolean;
  readonly error: Problem | null;
  /** Number and epoch of the snapshot, and when the server last confirmed it, where that is known. */
  readonly cursor: Cursor | null;
  readonly checkedAt: string | null;
}

export const NOTHING_KNOWN: PlaceState = Object.freeze({
  data: null,
  status: null,
  age: null,
  isStale: false,
  connection: "connecting",
  isConnected: false,
  error: null,
  cursor: null,
  checkedAt: null,
});

const CONNECTED: ReadonlySet<Connection> = new Set(["socket", "stream", "polling"]);

/** The state with what follows from its parts and from the time. */
export function derived(state: PlaceState, clock: ServerClock): PlaceState {
  const { data } = state;
  return {
    ...state,
    status: data?.status ?? null,
    age: data === null ? null : ageOf(data, clock),
    isStale: data !== null && isStale(data, clock),
    isConnected: CONNECTED.has(state.connection),
  };
}

function ageOf({ status, observed_at }: Snapshot, clock: ServerClock): number | null {
  if (observed_at === null || status === "replay") return null;
  return Math.max(0, Math.round((clock.now() - Date.parse(observed_at)) / 1000));
}

function isStale({ status, stale_at }: Snapshot, clock: ServerClock): boolean {
  if (status === "replay") return false;
  return status === "stale" || status === "unavailable" || (stale_at !== null && clock.now() >= Date.parse(stale_at));
}
