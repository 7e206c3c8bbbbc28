import { useEffect, useState } from "react";
import { useSession } from "../session/context.tsx";
import type { Session } from "../session/session.ts";
import type { PlacePage, PlaceRow } from "../shell/answer-types.ts";

const FIRST = "/api/v1/locations/?page_size=200";

/** All places, page by page; their values then stay up to date one by one over the live connection. */
export function usePlaces(): { places: PlaceRow[] | null; hasFailed: boolean } {
  const session = useSession();
  const [places, setPlaces] = useState<PlaceRow[] | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    everyPage(session, setPlaces, leaving.signal).catch(() => setFailed(!leaving.signal.aborted));
    return () => leaving.abort();
  }, [session]);
  return { places, hasFailed };
}

async function everyPage(session: Session, found: (places: PlaceRow[]) => void, signal: AbortSignal): Promise<void> {
  const places: PlaceRow[] = [];
  for (let next: string | null = FIRST; next; ) {
    const response: Response = await session.fetch(next, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`${next} answered ${response.status}`);
    const page = (await response.json()) as PlacePage;
    places.push(...page.results);
    found([...places]);
    next = page.next && new URL(page.next).search ? `/api/v1/locations/${new URL(page.next).search}` : null;
  }
}
