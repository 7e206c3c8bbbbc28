import type { Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { useNow } from "./time.ts";

interface Observation {
  observedAt: string | null;
  status: Status;
  timeZone: string;
  /** How often the age is told anew. */
  everySeconds: number;
}

/** How old a value is, and for who points at it or hears the page, of when; a replay is of another time and has no age. */
export function Age({ observedAt, status, timeZone, everySeconds }: Observation) {
  const { say, ago, dateTime } = useLanguage();
  const now = useNow(everySeconds);
  if (!observedAt) return <span>{say("observed_never")}</span>;
  const moment = dateTime(observedAt, timeZone);
  if (status === "replay") return <time dateTime={observedAt}>{say("replay_of", { when: moment })}</time>;
  const seconds = Math.max(0, (now - Date.parse(observedAt)) / 1000);
  return (
    <time dateTime={observedAt} title={moment}>
      {say("observed_ago", { ago: ago(seconds) })}
      <span className="unseen">, {say("as_of", { when: moment })}</span>
    </time>
  );
}
