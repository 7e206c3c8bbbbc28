import type { Status } from "../../client/types.ts";

/** Without a connection nobody says that a snapshot has gone stale; its own time limit does. */
export function shownStatus(status: Status, isStale: boolean): Status {
  return isStale && (status === "live" || status === "modelled") ? "stale" : status;
}
