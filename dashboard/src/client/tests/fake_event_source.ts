import type { AQIUpdate, Connected } from "../types.js";
import { type FakeServer, slugOf } from "./fake_server.js";
import { fixture } from "./fixtures.js";

/** The browser's end of a stream of events. */
export class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 0;
  readonly slug: string;
  onerror: (() => void) | null = null;

  constructor(
    private readonly server: FakeServer,
    readonly url: string,
  ) {
    super();
    const { pathname } = new URL(url);
    this.slug = slugOf(decodeURIComponent(pathname.split("/").at(-1) ?? ""));
    server.streams.push(this);
    setTimeout(() => this.#open());
  }

  static of(server: FakeServer): unknown {
    return class extends FakeEventSource {
      constructor(url: string) {
        super(server, url);
      }
    };
  }

  #open(): void {
    if (this.readyState === FakeEventSource.CLOSED) return;
    if (this.server.blocked.has("stream")) return this.fail(FakeEventSource.CLOSED);
    this.readyState = 1;
    const newest = this.server.newest(this.slug);
    const known = new URL(this.url).searchParams.get("last_event_id");
    const resumed = known === `${newest.epoch}-${newest.seq}`;
    this.#dispatch("connected", { ...fixture<Connected>("connected"), location: this.slug, resumed });
    if (!resumed) this.say(newest);
  }

  say(update: AQIUpdate): void {
    if (this.readyState === 1) this.#dispatch("aqi_update", update);
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }

  #dispatch(type: string, message: object): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(message) }));
  }
}
