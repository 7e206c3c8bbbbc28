import { afterEach, beforeEach, vi } from "vitest";
import { AqiClient, type ClientOptions } from "../client.js";
import type { PlaceState } from "../state.js";
import { FakeServer } from "./fake_server.js";

const NOW = "2026-01-15T09:30:05.123456Z"; // as in the recorded messages

export let server: FakeServer;
const clients: AqiClient[] = [];

/** Calls in the file of each test: time stands still, and chance always says the longest wait. */
export function setTheStage(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(NOW) });
    vi.spyOn(Math, "random").mockReturnValue(1);
    server = new FakeServer();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    setPage({ hidden: false, onLine: true });
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}

export function client(options: ClientOptions = {}): AqiClient {
  const made = new AqiClient({ server: "https://air.example.org", ...options });
  clients.push(made);
  return made;
}

export async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
}

/** A place that is followed, and everything that was heard of it. */
export async function following(place: string, one = client()): Promise<{ states: PlaceState[]; stop: () => void }> {
  const states: PlaceState[] = [];
  const stop = one.follow(place, (state) => states.push(state));
  await pass(0.1);
  return { states, stop };
}

export function setPage({ hidden, onLine }: { hidden?: boolean; onLine?: boolean }): void {
  if (hidden !== undefined) {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }
  if (onLine !== undefined) {
    Object.defineProperty(navigator, "onLine", { value: onLine, configurable: true });
    window.dispatchEvent(new Event(onLine ? "online" : "offline"));
  }
}
