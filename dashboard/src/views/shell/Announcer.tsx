import { useEffect, useRef, useState } from "react";

const QUIET_MS = 60_000;

/** Tells screen readers what is new, politely, and at most once a minute however fast it changes. */
export function Announcer({ sentence }: { sentence: string }) {
  const [said, say] = useState("");
  const next = useRef(0);
  useEffect(() => {
    const timer = setTimeout(() => {
      next.current = Date.now() + QUIET_MS;
      say(sentence);
    }, Math.max(0, next.current - Date.now()));
    return () => clearTimeout(timer);
  }, [sentence]);
  return <p className="unseen" role="status">{said}</p>;
}
