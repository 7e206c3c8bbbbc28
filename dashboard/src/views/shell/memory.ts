import { useEffect } from "react";
import type { Snapshot } from "../../client/types.ts";

const KEY = "last-snapshots";
const MOST = 20;

/** The newest snapshot, or the last that this browser saw, for when there is no network. */
export function useRemembered(place: string, snapshot: Snapshot | null): Snapshot | null {
  useEffect(() => {
    if (snapshot) remember(place, snapshot);
  }, [place, snapshot]);
  return snapshot ?? remembered()[place] ?? null;
}

function remember(place: string, snapshot: Snapshot): void {
  const { [place]: _, ...others } = remembered();
  const newest = [...Object.entries(others).slice(1 - MOST), [place, snapshot]];
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(newest)));
  } catch {
    // The store is full or forbidden: only the memory for offline hours is lost.
  }
}

function remembered(): Record<string, Snapshot> {
  return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, Snapshot>;
}
