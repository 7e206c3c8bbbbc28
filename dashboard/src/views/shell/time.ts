import { useEffect, useState } from "react";

/** The time, anew every `seconds`: for ages that grow while nothing else happens. */
export function useNow(seconds: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return now;
}

export const HOUR_MS = 3_600_000;
