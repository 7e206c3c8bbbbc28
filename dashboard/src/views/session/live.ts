import { useEffect } from "react";
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
