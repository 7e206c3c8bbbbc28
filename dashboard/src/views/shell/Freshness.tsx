import type { Connection } from "../../client/state.ts";
import type { Snapshot, Status } from "../../client/types.ts";
import { Age } from "./Age.tsx";
import { ConnectionState } from "./ConnectionState.tsx";
import { StatusBadge } from "./StatusBadge.tsx";

/** What kind of number this is, how old, and whether the next one will come by itself. */
export function Freshness({ snapshot, status, connection }: { snapshot: Snapshot; status: Status; connection: Connection }) {
  return (
    <div className="freshness">
      <StatusBadge status={status} />
      <Age observedAt={snapshot.observed_at} status={snapshot.status} timeZone={snapshot.location.timezone} everySeconds={10} />
      <ConnectionState connection={connection} />
    </div>
  );
}
