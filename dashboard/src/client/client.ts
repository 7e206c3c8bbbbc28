import { ServerClock } from "./clock.js";
import { Fallback } from "./fallback.js";
import type { EveryListener } from "./history.js";
import { Kept } from "./kept.js";
import { type Problem, protocolsOf } from "./messages.js";
import { type Listener, Place } from "./place.js";
import { PlacesSocket } from "./places_socket.js";
import { isOffline, watchPresence } from "./presence.js";
import type { Connection, PlaceState } from "./state.js";

const BLOCKED_AFTER_FAILURES = 3;
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
  readonly #sockets = new Map<Place, PlacesSocket>();
  readonly #fallbacks = new Map<Place, Fallback>();
  readonly #leaving = new Map<Place, ReturnType<typeof setTimeout>>();
  readonly #kept: Kept;
  #token: string | null;
  #isAway: "offline" | "paused" | null = null;
  #stopWatching = (): void => {};

  constructor({ server = globalThis.location?.origin ?? "", token, storage = null }: ClientOptions = {}) {
    this.#token = token ?? null;
    this.server = server.replace(/\/+$/, "");
    this.#kept = new Kept(this.server, storage);
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
    const place = this.#begin(location);
    if (!this.#sockets.get(place)?.refresh(place)) this.#fallbacks.get(place)?.restart();
  }

  /** With another token: the next one of a log-in, before the present one ends, or after the server refused. */
  authenticate(token: string): void {
    this.#token = token;
    for (const socket of new Set(this.#sockets.values())) socket.authenticate(token);
    for (const fallback of this.#fallbacks.values()) fallback.restart();
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
      place = new Place(text, this.#clock, (one, since) => this.#sockets.get(one)?.missed(one, since) ?? false);
      this.#kept.recall(place);
      if (this.#places.size === 0) this.#wakeUp();
      this.#places.set(text, place);
      this.#leaveLater(place);
    }
    return place;
  }

  #join(place: Place): void {
    clearTimeout(this.#leaving.get(place));
    if (!this.#sockets.has(place)) this.#carry(place);
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
    this.#endFallback(place);
    this.#uncarry(place);
    this.#places.delete(place.text);
    if (this.#places.size === 0) this.#stopWatching();
  }

  /** Gives the place to a socket that has room, or to another one. */
  #carry(place: Place): void {
    const roomy = [...this.#sockets.values()].find((socket) => socket.hasRoom);
    const socket = roomy ?? this.#newSocket();
    this.#sockets.set(place, socket);
    if (this.#isAway !== null) place.connected(this.#isAway);
    socket.add(place);
    if (this.#isAway === null) socket.open();
  }

  #uncarry(place: Place): void {
    const socket = this.#sockets.get(place);
    this.#sockets.delete(place);
    socket?.remove(place);
    if (socket?.places.size === 0) socket.close();
  }

  #newSocket(): PlacesSocket {
    const socket: PlacesSocket = new PlacesSocket(`${this.server.replace(/^http/, "ws")}/ws/aqi`, () => protocolsOf(this.#token), this.#clock, {
      subscribed: (place) => this.#endFallback(place),
      full: (place) => {
        this.#uncarry(place);
        this.#carry(place);
      },
      lost: (refusal) => this.#lost(socket, refusal),
    });
    return socket;
  }

  #lost(socket: PlacesSocket, refusal: Problem | null): void {
    const isBlocked = socket.failures >= BLOCKED_AFTER_FAILURES;
    for (const place of socket.places) {
      if (refusal !== null) place.failed(refusal);
      else if (this.#fallbacks.has(place) || place.state.connection === "refused") continue;
      else if (isBlocked) this.#startFallback(place);
      else place.connected("connecting");
    }
  }

  #startFallback(place: Place): void {
    const fallback = new Fallback(this.server, place, this.#clock, () => this.#token);
    this.#fallbacks.set(place, fallback);
    fallback.start();
  }

  #endFallback(place: Place): void {
    this.#fallbacks.get(place)?.stop();
    this.#fallbacks.delete(place);
  }

  /** Watches the page, the network and the time, for as long as anything is followed. */
  #wakeUp(): void {
    this.#isAway = isOffline() ? "offline" : null;
    const stopPresence = watchPresence({
      wake: () => (isOffline() ? this.#goAway("offline") : this.#comeBack()),
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
    for (const socket of new Set(this.#sockets.values())) socket.open();
    for (const fallback of this.#fallbacks.values()) fallback.restart();
  }

  #goAway(why: "offline" | "paused"): void {
    this.#isAway = why;
    for (const socket of new Set(this.#sockets.values())) socket.close();
    for (const place of this.#places.values()) this.#endFallback(place);
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
