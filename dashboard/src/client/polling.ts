import { Backoff } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { authorizationOf, cursorOf, tagOf } from "./messages.js";
import type { Place } from "./place.js";
import type { Snapshot } from "./types.js";

const EVERY_SECONDS = 60;
const NOT_MODIFIED = 304;
const GONE_FOR_GOOD = new Set([401, 403, 404, 409]);

/** Asks for the newest snapshot of one place now and then; while nothing is new, an answer costs next to nothing. */
export class Polling {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | null = null;
  readonly #backoff = new Backoff();

  constructor(
    private readonly server: string,
    private readonly place: Place,
    private readonly clock: ServerClock,
    private readonly token: () => string | null,
  ) {}

  start(): void {
    void this.#poll();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
  }

  async #poll(): Promise<void> {
    const request = (this.#request = new AbortController());
    const wait = await this.#ask(request.signal).catch(() => (request.signal.aborted ? null : this.#fail()));
    if (wait !== null && !request.signal.aborted) this.#timer = setTimeout(() => void this.#poll(), wait);
  }

  /** Milliseconds until the next time, or null for never. */
  async #ask(signal: AbortSignal): Promise<number | null> {
    const address = `${this.server}/api/v1/locations/${encodeURIComponent(this.place.text)}/current/`;
    const response = await fetch(address, { headers: this.#headers(), cache: "no-store", signal });
    const body: unknown = response.status === NOT_MODIFIED ? null : await response.json().catch(() => ({}));
    signal.throwIfAborted();
    if (GONE_FOR_GOOD.has(response.status)) return this.#refuse(body as ProblemDetails);
    if (response.status !== NOT_MODIFIED && !response.ok) return this.#fail(response.headers.get("Retry-After"));
    return this.#take(response.headers, body as Snapshot | null);
  }

  #headers(): Record<string, string> {
    const [{ cursor }, token] = [this.place, this.token()];
    return {
      ...(cursor !== null && { "If-None-Match": `"${tagOf(cursor)}"` }),
      ...(token !== null && { Authorization: authorizationOf(token) }),
    };
  }

  #take(headers: Headers, data: Snapshot | null): number {
    this.clock.set(headers.get("Date"));
    this.#backoff.reset();
    if (data !== null) {
      this.place.slug = data.location.slug;
      this.place.offer({ ...(cursorOf(headers.get("ETag")) ?? { epoch: "", seq: 0 }), data });
    }
    this.place.connected("polling");
    return 1000 * EVERY_SECONDS * (0.9 + 0.2 * Math.random());
  }

  #fail(retryAfter: string | null = null): number {
    this.place.connected("connecting");
    return this.#backoff.next("retry", Number(retryAfter) || 0);
  }

  #refuse({ code = "refused", detail = "The server refused.", suggestions = [] }: ProblemDetails): null {
    this.place.failed({ code, message: detail, suggestions });
    return null;
  }
}

interface ProblemDetails {
  code?: string;
  detail?: string;
  suggestions?: string[];
}
