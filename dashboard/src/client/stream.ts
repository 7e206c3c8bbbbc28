import type { ServerClock } from "./clock.js";
import { decode, tagOf } from "./messages.js";
import type { Place } from "./place.js";

const FAILURES_AT_MOST = 2;
const GREETING_WITHIN_MS = 10_000; // a proxy that keeps the events to itself
const SILENCE_IN_INTERVALS = 2;

/** The updates of one place as Server-Sent Events; the browser reconnects by itself until we give up. */
export class Stream {
  #failures = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #silenceMs = GREETING_WITHIN_MS;
  readonly #events: EventSource;

  constructor(
    server: string,
    private readonly place: Place,
    private readonly clock: ServerClock,
    private readonly giveUp: () => void,
  ) {
    const known = place.cursor === null ? "" : `?last_event_id=${encodeURIComponent(tagOf(place.cursor))}`;
    this.#events = new EventSource(`${server}/sse/aqi/${encodeURIComponent(place.text)}${known}`);
    this.#events.addEventListener("connected", (event) => this.#hear(event));
    this.#events.addEventListener("aqi_update", (event) => this.#hear(event));
    this.#events.onerror = () => this.#fail();
    this.#wait();
  }

  close(): void {
    clearTimeout(this.#patience);
    this.#events.close();
  }

  #hear(event: MessageEvent): void {
    const message = decode(String(event.data));
    this.#failures = 0;
    if (message.type === "connected") {
      this.clock.set(message.server_time);
      this.#silenceMs = SILENCE_IN_INTERVALS * 1000 * message.update_interval;
      this.place.slug = message.location;
      this.place.connected("stream");
    }
    if (message.type === "aqi_update") {
      this.place.offer(message);
      this.place.history.hear(message);
    }
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#end(), this.#silenceMs);
  }

  #fail(): void {
    this.#failures += 1;
    this.place.connected("connecting");
    if (this.#events.readyState === EventSource.CLOSED || this.#failures >= FAILURES_AT_MOST) this.#end();
  }

  #end(): void {
    this.close();
    this.place.connected("connecting");
    this.giveUp();
  }
}
