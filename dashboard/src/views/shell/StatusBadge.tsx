import type { Status } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import "./status.css";

/** Each has a shape of its own, so that none is known by its colour alone. */
const SHAPES: Record<Status, string> = {
  live: "M8 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8z",
  modelled: "M1 6c2-3 4-3 7 0s5 3 7 0M1 11c2-3 4-3 7 0s5 3 7 0",
  stale: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M8 4.5V8l2.5 2",
  simulated: "M6 1.5h4M6.5 1.5v5L2.5 14h11L9.500 6.500v-5M4.500 10.500h7",
  replay: "M2 3v4h4M2.400 7A6 6 0 1 1 3 11",
  unavailable: "M8 1.500a6.500 6.500 0 1 1 0 13a6.500 6.500 0 0 1 0-13M3.500 12.500l9-9",
};

export function StatusBadge({ status }: { status: Status }) {
  const { say } = useLanguage();
  return (
    <span className="status" data-status={status} title={say(`about_${status}`)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[status]} />
      </svg>
      {say(`status_${status}`)}
    </span>
  );
}
