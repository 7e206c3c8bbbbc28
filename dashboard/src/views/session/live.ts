import { useCallback, useEffect, useSyncExternalStore } from "react";
import { sharedClient } from "../../client/shared.ts";
import type { Connection } from "../../client/state.ts";
import { type LiveAQI, useWebSocketAQI } from "../../client/react.ts";
import { useSession } from "./context.tsx";

const NOBODY_KNOWN = new Set(["not_authenticated", "session_ended"]);

/** The air of a place, live; where the server refuses because it does not know who asks, the session hears of it. */
export function useLive(location: string): LiveAQI {
  const session = useSession();
  const live = useWebSocketAQI(location);
  const { error } = live;
  useEffect(() => {
    if (error && NOBODY_KNOWN.has(error.code)) void session.refused();
  }, [error, session]);
  return live;
}

const WORST_FIRST: readonly Connection[] = ["offline", "paused", "connecting", "polling", "stream", "socket"];

/** How news of the places come, told by the one that hears them in the worst way; a place that was refused hears none. */
export function useWorstConnection(locations: readonly string[]): Connection {
  const client = sharedClient();
  const follow = useCallback(
    (changed: () => void) => {
      const stops = locations.map((location) => client.follow(location, changed));
      return () => stops.forEach((stop) => stop());
    },
    [client, locations],
  );
  return useSyncExternalStore(follow, () => {
    const present = new Set(locations.map((location) => client.state(location).connection));
    return WORST_FIRST.find((connection) => present.has(connection)) ?? "refused";
  });
}
