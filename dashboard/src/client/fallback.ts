import type { ServerClock } from "./clock.js";
import type { Place } from "./place.js";
import { Polling } from "./polling.js";
import { Stream } from "./stream.js";

/** Streams at a time: over HTTP/1.1 a browser has six connections to a server, for all its tabs and everything. */
const STREAMS_AT_MOST = 3;
let streams = 0;

/** News of one place where sockets are blocked: by a stream of events, and where that is blocked too by polling. */
export class Fallback {
  #stream: Stream | null = null;
  readonly #polling: Polling;

  constructor(
    private readonly server: string,
    private readonly place: Place,
    private readonly clock: ServerClock,
    private readonly token: () => string | null,
  ) {
    this.#polling = new Polling(server, place, clock, token);
  }

  start(): void {
    const isAllowed = this.token() === null; // a browser's stream of events cannot say who asks
    if (!isAllowed || streams >= STREAMS_AT_MOST) return this.#polling.start();
    streams += 1;
    this.#stream = new Stream(this.server, this.place, this.clock, () => this.#giveUpStream());
  }

  stop(): void {
    this.#endStream();
    this.#polling.stop();
  }

  /** From the top, so that a stream that was blocked once gets another try. */
  restart(): void {
    this.stop();
    this.start();
  }

  #giveUpStream(): void {
    this.#endStream();
    this.#polling.start();
  }

  #endStream(): void {
    if (this.#stream === null) return;
    streams -= 1;
    this.#stream.close();
    this.#stream = null;
  }
}
