import type { Place } from "./place.js";

const AGAIN_AFTER_MS = 60_000;

/** Finds places that the operator gave another slug while they are followed. */
export class Renamed {
  readonly #foundAt = new WeakMap<Place, number>();

  /**
   * Which of the places are meant by news under a slug that nobody follows: an epoch is of one place alone. Each is found
   * once a minute at most, so that a strange server cannot keep us busy.
   */
  find(places: Iterable<Place>, epoch: string): Place[] {
    const found = [...places].filter((place) => place.cursor?.epoch === epoch && !this.#isRecent(place));
    for (const place of found) this.#foundAt.set(place, Date.now());
    return found;
  }

  #isRecent(place: Place): boolean {
    return Date.now() - (this.#foundAt.get(place) ?? -Infinity) < AGAIN_AFTER_MS;
  }
}
