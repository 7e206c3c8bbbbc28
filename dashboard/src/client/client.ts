import { Carriers } from "./carriers.js";
import { ServerClock } from "./clock.js";
import type { EveryListener } from "./history.js";
import { Kept } from "./kept.js";
import { type Listener, Place } from "./place.js";
import { isOffline, watchPresence } from "./presence.js";
import type { Connection, PlaceState } from "./state.js";

const TICK_MS = 10_000;
const LINGER_MS = 5_000; // whoever comes back at once, as pages do when they are drawn anew, finds all as it was

export interface ClientOptions {
  /** Where the server is, such as https://air.example.org; where the page is from, if it lacks. */
  server?: string;
  /** An access token or an API key, where the server wants one. */
  token?: string;
  /** Keeps the last values for the next visit: `localStorage`, say. */
  storage?: Storage | null;
}

/** Follows places: over one socket for all of them, and where sockets are blocked by other ways. */
export class AqiClient {
  readonly server: string;
  readonly #clock = new ServerClock();
  readonly #places = new Map<string, Place>();
  readonly #carriers: Carriers;
  readonly #leaving = new Map<Place, ReturnType<typeof setTimeout>>();
  readonly #kept: Kept;
  #token: string | null;
  #isAway: "offline" | "paused" | null = null;
  #stopWatching = (): void => {};

  constructor({ server = globalThis.location?.origin ?? "", token, storage = null }: ClientOptions = {}) {
    this.#token = token ?? null;
    this.server = server.replace(/\/+$/, "");
    this.#kept = new Kept(this.server, storage);
    this.#carriers = new Carriers(this.server, this.#clock, () => this.#token);
  }

  /** Tells `listener` what is known of a place, now and whenever it changes, until the answer is called. */
  follow(location: string, listener: Listener): () => void {
    const place = this.#begin(location);
    const own: Listener = (state) => listener(state); // the same function may follow twice
    place.listeners.add(own);
    this.#join(place);
    own(place.state);
    return () => this.#leave(place, () => place.listeners.delete(own));
  }

  /** Tells `listener` every snapshot that is published from now on, in order, those missed meanwhile too. */
  followEvery(location: string, listener: EveryListener): () => void {
    const place = this.#begin(location);
    const own: EveryListener = (update, isAfterGap) => listener(update, isAfterGap);
    place.history.listeners.add(own);
    this.#join(place);
    return () => this.#leave(place, () => place.history.listeners.delete(own));
  }

  state(location: string): PlaceState {
    return this.#begin(location).state;
  }

  /** The newest at once; a round of the server follows if its last one is over a minute old. */
  refresh(location: string): void {
    this.#carriers.refresh(this.#begin(location));
  }

  /** With another token: the next one of a log-in, before the present one ends, or after the server refused. */
  authenticate(token: string): void {
    this.#token = token;
    this.#carriers.authenticate(token);
  }

  /** Ends everything that is followed. */
  close(): void {
    for (const place of [...this.#places.values()]) this.#drop(place);
  }

  /** After a log-out: ends everything, and keeps neither the token nor any value. */
  forget(): void {
    this.#token = null;
    this.close();
    this.#kept.forget();
  }

  #begin(location: string): Place {
    const text = location.trim();
    let place = this.#places.get(text);
    if (place === undefined) {
      place = new Place(text, this.#clock, (one, since) => this.#carriers.missed(one, since));
      this.#kept.recall(place);
      if (this.#places.size === 0) this.#wakeUp();
      this.#places.set(text, place);
      this.#leaveLater(place);
    }
    return place;
  }

  #join(place: Place): void {
    clearTimeout(this.#leaving.get(place));
    if (this.#carriers.has(place)) return;
    if (this.#isAway !== null) place.connected(this.#isAway);
    this.#carriers.add(place);
  }

  #leave(place: Place, remove: () => void): void {
    remove();
    if (!place.isFollowed && this.#places.get(place.text) === place) this.#leaveLater(place);
  }

  #leaveLater(place: Place): void {
    clearTimeout(this.#leaving.get(place));
    this.#leaving.set(
      place,
      setTimeout(() => this.#drop(place), LINGER_MS),
    );
  }

  #drop(place: Place): void {
    clearTimeout(this.#leaving.get(place));
    this.#leaving.delete(place);
    this.#kept.write([place]);
    this.#carriers.remove(place);
    this.#places.delete(place.text);
    if (this.#places.size === 0) this.#stopWatching();
  }

  /** Watches the page, the network and the time, for as long as anything is followed. */
  #wakeUp(): void {
    const wake = (): void => (isOffline() ? this.#goAway("offline") : this.#comeBack());
    wake();
    const stopPresence = watchPresence({
      wake,
      sleep: () => this.#goAway("paused"),
      offline: () => this.#goAway("offline"),
    });
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    const keep = (): void => this.#kept.write(this.#places.values());
    globalThis.addEventListener?.("pagehide", keep);
    this.#stopWatching = () => {
      stopPresence();
      clearInterval(ticking);
      globalThis.removeEventListener?.("pagehide", keep);
    };
  }

  #comeBack(): void {
    if (this.#isAway !== null) this.#setAll("connecting");
    this.#isAway = null;
    this.#carriers.open();
  }

  #goAway(why: "offline" | "paused"): void {
    this.#isAway = why;
    this.#carriers.close();
    this.#setAll(why);
  }

  #setAll(connection: Connection): void {
    for (const place of this.#places.values()) if (place.state.connection !== "refused") place.connected(connection);
  }

  #tick(): void {
    for (const place of this.#places.values()) place.tick();
    this.#kept.write(this.#places.values());
  }
}
