import type { Place } from "./place.js";

type Timer = ReturnType<typeof setTimeout>;

const SILENCE_SECONDS = 30;

/** The places that a socket still has to subscribe to. They are asked for at once: each answer says what was asked. */
export class Questions {
  readonly #open = new Set<Place>();
  /** Those of the open ones that the server had no time for, with the time at which they are asked for once more. */
  readonly #later = new Map<Place, Timer>();
  #silence: Timer | undefined;

  /** `send` says whether it could. */
  constructor(private readonly send: (place: Place) => boolean) {}

  get open(): Place[] {
    return [...this.#open];
  }

  ask(place: Place): void {
    if (!this.#open.has(place)) this.#send(place);
  }

  /** The server had no time for it. */
  later(place: Place, seconds: number): void {
    clearTimeout(this.#later.get(place));
    this.#later.set(
      place,
      setTimeout(() => this.#send(place), 1000 * seconds * (1 + Math.random())),
    );
    this.#wait();
  }

  /** It was answered, or nobody wants to know any more. */
  end(place: Place): void {
    this.#open.delete(place);
    this.#forgetLater(place);
    this.#wait();
  }

  clear(): void {
    for (const place of this.open) this.end(place);
  }

  #send(place: Place): void {
    this.#forgetLater(place);
    if (!this.send(place)) return this.end(place); // with the next connection all are asked for
    this.#open.add(place);
    this.#wait();
  }

  #forgetLater(place: Place): void {
    clearTimeout(this.#later.get(place));
    this.#later.delete(place);
  }

  /** The server answers in turn: for as long as it does, the other answers are still to come. */
  #wait(): void {
    clearTimeout(this.#silence);
    if (this.#open.size > 0) this.#silence = setTimeout(() => this.#sendAgain(), 1000 * SILENCE_SECONDS);
  }

  #sendAgain(): void {
    for (const place of this.open) if (!this.#later.has(place)) this.#send(place);
    this.#wait();
  }
}
