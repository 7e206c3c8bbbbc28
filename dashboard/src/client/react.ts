import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { AqiClient } from "./client.js";
import { sharedClient } from "./shared.js";
import { NOTHING_KNOWN, type PlaceState } from "./state.js";

export interface LiveAQI extends PlaceState {
  /** Asks for the newest at once. */
  readonly refresh: () => void;
}

/** The air of a place, live: `const { data, status, age, isConnected, isStale, error, refresh } = useWebSocketAQI("Delhi")`. */
export function useWebSocketAQI(location: string, client: AqiClient = sharedClient()): LiveAQI {
  const follow = useCallback((changed: () => void) => client.follow(location, changed), [client, location]);
  const state = useSyncExternalStore(
    follow,
    () => client.state(location),
    () => NOTHING_KNOWN,
  );
  const refresh = useCallback(() => client.refresh(location), [client, location]);
  return useMemo(() => ({ ...state, refresh }), [state, refresh]);
}
