import type { Place } from "./place.js";

const ANSWER_WITHIN_SECONDS = 30;

/**
 * The places that a socket still has to subscribe to. They are asked for one after another: `subscribed` names the slug
 * alone, and what was asked may have been a name, an alias or coordinates, which only the server can look up. While one
 * question is open, there is one place that the answer can mean.
 */
export class Questions {
  readonly #waiting = new Set<Place>();
  #asked: Place | null = null;
  /** How many answers to the open question may come: several if it was asked again without a word about the first. */
  #due = 0;
  /** Slugs that may be confirmed once more, by the answers that were still due when a first one came. */
  #repeats: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` says whether it could. */
  constructor(private readonly send: (place: Place) => boolean) {}

  get asked(): Place | null {
    return this.#asked;
  }

  ask(place: Place): void {
    if (place !== this.#asked) this.#waiting.add(place);
    if (this.#asked === null) this.#askNext();
  }

  /** One that was asked for already is not forgotten: its answer will come, and must not be taken for another's. */
  withdraw(place: Place): void {
    this.#waiting.delete(place);
  }

  /** The place that was asked for when the server called it `slug`. */
  confirmed(slug: string): Place | null {
    const repeat = this.#repeats.indexOf(slug);
    if (repeat >= 0) this.#repeats.splice(repeat, 1);
    if (repeat >= 0 || this.#asked === null) return null;
    for (let more = 1; more < this.#due; more += 1) this.#repeats.push(slug);
    return this.#end();
  }

  /** The server will not serve the place. */
  refused(): void {
    this.#end();
  }

  /** To be asked again in `seconds`, and the others after it. `isAnswer`: that is certainly what the server meant. */
  later(seconds: number, isAnswer: boolean): void {
    if (this.#asked === null) return;
    if (isAnswer) this.#due -= 1;
    this.#sendIn(seconds * (1 + Math.random()));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
    this.#asked = null;
    this.#due = 0;
    this.#repeats = [];
  }

  #end(): Place | null {
    const place = this.#asked;
    clearTimeout(this.#timer);
    this.#asked = null;
    this.#due = 0;
    this.#askNext();
    return place;
  }

  #askNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#asked = next;
    this.#waiting.delete(next);
    this.#send(next);
  }

  #send(place: Place): void {
    if (!this.send(place)) return this.clear(); // with the next connection all are asked for
    this.#due += 1;
    this.#sendIn(ANSWER_WITHIN_SECONDS);
  }

  #sendIn(seconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#asked !== null && this.#send(this.#asked), 1000 * seconds);
  }
}
