import type { Verdict } from "./messages.js";

const LONGEST_SECONDS = 30;
const FIRST_ATTEMPT_OF_A_BUSY_SERVER = 3;

/** How long to wait before the next try: full jitter, doubling up to half a minute, for ever. */
export class Backoff {
  #attempts = 0;

  /** Milliseconds; at least `retryAfter` seconds, which the server may have named. */
  next(why: Exclude<Verdict, "stop">, retryAfter = 0): number {
    if (why === "back off") this.#attempts = Math.max(this.#attempts, FIRST_ATTEMPT_OF_A_BUSY_SERVER);
    const longest = why === "now" ? 1 : Math.min(LONGEST_SECONDS, 2 ** this.#attempts);
    this.#attempts += 1;
    return 1000 * (retryAfter + Math.random() * longest);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
