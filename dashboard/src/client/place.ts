import type { ServerClock } from "./clock.js";
import { History } from "./history.js";
import type { Cursor, Problem } from "./messages.js";
import { type Connection, derived, NOTHING_KNOWN, type PlaceState } from "./state.js";
import type { AQIUpdate, MissedEnd, MissedUpdate, Snapshot } from "./types.js";

export type Listener = (state: PlaceState) => void;

/** A snapshot with its number, whichever way it came; polling does not tell the two times. */
export interface Numbered extends Cursor {
  readonly timestamp?: string;
  readonly checked_at?: string;
  readonly data: Snapshot;
}

/** What a socket says of a place that is followed. */
export type News = AQIUpdate | MissedUpdate | MissedEnd;

/** One place as a page spells it: its newest snapshot, and who wants to know. */
export class Place {
  readonly listeners = new Set<Listener>();
  readonly history: History;
  /** What the server calls it, once it has said so. */
  slug: string | null = null;
  state = NOTHING_KNOWN;
  #publishedAt = "";
  #isKept = false;
  readonly #clock: ServerClock;

  constructor(
    readonly text: string,
    clock: ServerClock,
    ask: (place: Place, since: Cursor) => boolean,
  ) {
    this.#clock = clock;
    this.history = new History((since) => ask(this, since));
  }

  get isFollowed(): boolean {
    return this.listeners.size + this.history.listeners.size > 0;
  }

  /** What the server may be told that is here; a value of an earlier visit does not count. */
  get cursor(): Cursor | null {
    return this.#isKept ? null : this.state.cursor;
  }

  hear(message: News): void {
    if (message.type === "missed_update") this.history.missed(message);
    if (message.type === "missed_end") this.history.filled(this.cursor);
    if (message.type === "aqi_update") {
      this.connected("socket");
      this.offer(message);
      this.history.hear(message);
    }
  }

  /** Takes it unless something newer is known already. */
  offer(update: Numbered): void {
    if (this.#isOlder(update)) return;
    this.#isKept = false;
    this.#publishedAt = update.timestamp ?? "";
    this.#take(update);
  }

  /** What an earlier visit knew, until there is something newer. */
  recall(kept: Numbered): void {
    if (this.state.data !== null) return;
    this.#isKept = true;
    this.#take(kept);
  }

  connected(connection: Connection): void {
    this.#change({ connection, error: connection === "refused" ? this.state.error : null });
  }

  failed(error: Problem): void {
    this.#change({ connection: "refused", error });
  }

  /** Something that was asked of the server, such as a refresh; news still come, and the next ends it. */
  denied(error: Problem): void {
    this.#change({ error });
  }

  /** Time has passed. */
  tick(): void {
    this.#change({});
  }

  #isOlder(update: Numbered): boolean {
    const known = this.cursor;
    if (known === null) return false;
    if (known.epoch === update.epoch) return update.seq < known.seq;
    return update.timestamp !== undefined && update.timestamp < this.#publishedAt;
  }

  #take({ epoch, seq, data, checked_at }: Numbered): void {
    this.#change({ data, cursor: { epoch, seq }, checkedAt: checked_at ?? null });
  }

  #change(change: Partial<PlaceState>): void {
    const state = derived({ ...this.state, ...change }, this.#clock);
    if (isSame(state, this.state)) return;
    this.state = state;
    for (const listener of [...this.listeners]) listener(state);
  }
}

function isSame(one: PlaceState, other: PlaceState): boolean {
  return (Object.keys(one) as (keyof PlaceState)[]).every((name) => one[name] === other[name]);
}
