import type { Connection } from "../../client/state.ts";
import type { Snapshot, Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { StatusBadge } from "./StatusBadge.tsx";
import { useNow } from "./time.ts";

/** What kind of number this is, how old, and whether the next one will come by itself. */
export function Freshness({ snapshot, status, connection }: { snapshot: Snapshot; status: Status; connection: Connection }) {
  const { say } = useLanguage();
  return (
    <div className="freshness">
      <StatusBadge status={status} />
      <Age snapshot={snapshot} />
      <span className="line" data-connection={connection}>{say(`connection_${connection}`)}</span>
    </div>
  );
}

function Age({ snapshot }: { snapshot: Snapshot }) {
  const { say, ago, dateTime } = useLanguage();
  const now = useNow(10);
  const { observed_at, status, location } = snapshot;
  if (!observed_at) return <span>{say("observed_never")}</span>;
  const moment = dateTime(observed_at, location.timezone);
  if (status === "replay") return <time dateTime={observed_at}>{say("replay_of", { when: moment })}</time>;
  const seconds = Math.max(0, (now - Date.parse(observed_at)) / 1000);
  return (
    <time dateTime={observed_at} title={moment}>
      {say("observed_ago", { ago: ago(seconds) })}
    </time>
  );
}
