import type { Place, Numbered } from "./place.js";

/** Remembers the newest of each place for the next visit, in what the browser gives us to store in, if anything. */
export class Kept {
  readonly #written = new Map<Place, Numbered["data"]>();

  constructor(
    private readonly server: string,
    private readonly storage: Storage | null,
  ) {}

  get #prefix(): string {
    return `aqi-live ${this.server} `;
  }

  recall(place: Place): void {
    try {
      const text = this.storage?.getItem(this.#key(place));
      if (text) place.recall(JSON.parse(text) as Numbered);
    } catch {
      // a page may be denied its storage, and anybody may write into it: then there is nothing to remember
    }
  }

  write(places: Iterable<Place>): void {
    for (const place of places) this.#write(place);
  }

  forget(): void {
    try {
      const keys = Object.keys(this.storage ?? {}).filter((key) => key.startsWith(this.#prefix));
      for (const key of keys) this.storage?.removeItem(key);
    } catch {
      // denied: there is nothing
    }
  }

  #write(place: Place): void {
    const { data, cursor, checkedAt } = place.state;
    if (this.storage === null || data === null || cursor === null || this.#written.get(place) === data) return;
    this.#written.set(place, data);
    try {
      this.storage.setItem(this.#key(place), JSON.stringify({ ...cursor, data, checked_at: checkedAt }));
    } catch {
      // it is full or denied: the next visit begins with nothing, as the first one did
    }
  }

  #key(place: Place): string {
    return this.#prefix + place.text;
  }
}
