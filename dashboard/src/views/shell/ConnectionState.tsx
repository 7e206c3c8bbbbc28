import type { Connection } from "../../client/state.ts";
import { useLanguage } from "../language/language.tsx";
import "./status.css";

/** Whether the next number will come by itself. */
export function ConnectionState({ connection }: { connection: Connection }) {
  const { say } = useLanguage();
  return <span className="line" data-connection={connection}>{say(`connection_${connection}`)}</span>;
}
