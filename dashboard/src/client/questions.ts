import type { Place } from "./place.js";

const ANSWER_WITHIN_SECONDS = 30;

/** The places that a socket still has to subscribe to. They are asked for at once: each answer says what was asked. */
export class Questions {
  /** With the time at which it is asked for once more. */
  readonly #open = new Map<Place, ReturnType<typeof setTimeout>>();

  /** `send` says whether it could. */
  constructor(private readonly send: (place: Place) => boolean) {}

  get open(): Place[] {
    return [...this.#open.keys()];
  }

  ask(place: Place): void {
    if (!this.#open.has(place)) this.#send(place);
  }

  /** The server had no time for it. */
  later(place: Place, seconds: number): void {
    this.#sendIn(place, seconds * (1 + Math.random()));
  }

  /** It was answered, or nobody wants to know any more. */
  end(place: Place): void {
    clearTimeout(this.#open.get(place));
    this.#open.delete(place);
  }

  clear(): void {
    for (const place of this.open) this.end(place);
  }

  #send(place: Place): void {
    if (this.send(place)) this.#sendIn(place, ANSWER_WITHIN_SECONDS);
    else this.end(place); // with the next connection all are asked for
  }

  #sendIn(place: Place, seconds: number): void {
    clearTimeout(this.#open.get(place));
    this.#open.set(
      place,
      setTimeout(() => this.#send(place), 1000 * seconds),
    );
  }
}
