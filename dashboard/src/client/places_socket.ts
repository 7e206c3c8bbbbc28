import type { ServerClock } from "./clock.js";
import type { Cursor, Problem } from "./messages.js";
import type { Place } from "./place.js";
import { LiveSocket } from "./socket.js";
import type { ErrorMessage, ServerMessage, Subscribed, Welcome } from "./types.js";

const FIRST_WAIT_SECONDS = 5;
const REFUSED: Problem = { code: "refused", message: "The server refused the connection.", suggestions: [] };

export interface PlacesEvents {
  /** News of the place come over the socket from now on. */
  subscribed(place: Place): void;
  /** The socket cannot take this one as well. */
  full(place: Place): void;
  /** News of none of its places come over it any more; it will be tried again unless there was a refusal. */
  lost(refusal: Problem | null): void;
}

/** The protocol for several places on one socket. */
export class PlacesSocket {
  readonly places = new Set<Place>();
  readonly #socket: LiveSocket;
  readonly #subscribed = new Set<Place>();
  /** Subscriptions without an answer yet; the server answers them in this order. */
  #asked: Place[] = [];
  #placesAtMost = Infinity;
  #isRefused = false;
  /** What the server said last of the connection as a whole. */
  #reason = REFUSED;

  constructor(
    url: string,
    protocols: () => string[],
    private readonly clock: ServerClock,
    private readonly events: PlacesEvents,
  ) {
    this.#socket = new LiveSocket(url, protocols, {
      welcome: (message) => this.#welcome(message),
      message: (message) => this.#hear(message),
      lost: (isRefused) => this.#lost(isRefused),
    });
  }

  get failures(): number {
    return this.#socket.failures;
  }

  get hasRoom(): boolean {
    return this.places.size < this.#placesAtMost;
  }

  /** Not after a refusal: the next answer would be the same. */
  open(): void {
    if (!this.#isRefused) this.#socket.open();
  }

  close(): void {
    this.#socket.close();
    this.#forget();
  }

  /** As somebody else, or for longer: on the open socket, or by another attempt where it was refused. */
  authenticate(token: string): void {
    if (this.#isRefused) this.#tryAgain();
    else if (!this.#socket.send({ action: "authenticate", token })) this.#socket.restart();
  }

  add(place: Place): void {
    this.places.add(place);
    this.#subscribe(place);
  }

  remove(place: Place): void {
    this.places.delete(place);
    if (this.#subscribed.delete(place)) this.#unsubscribe(place.slug);
  }

  refresh(place: Place): boolean {
    if (this.#isRefused) this.#tryAgain();
    if (!this.#subscribed.has(place)) return this.#subscribe(place);
    return this.#socket.send({ action: "refresh", location: place.slug ?? place.text });
  }

  missed(place: Place, { epoch, seq }: Cursor): boolean {
    if (!this.#subscribed.has(place)) return false;
    return this.#socket.send({ action: "missed", location: place.slug ?? place.text, epoch, since: seq });
  }

  /** Because a person asks for it, or with another token. */
  #tryAgain(): void {
    this.#isRefused = false;
    this.#socket.open();
  }

  #subscribe(place: Place): boolean {
    const from = place.cursor === null ? {} : { epoch: place.cursor.epoch, since: place.cursor.seq };
    const isSent = this.#socket.send({ action: "subscribe", location: place.text, ...from });
    if (isSent) this.#asked.push(place);
    return isSent;
  }

  /** Another spelling of the same place may still be followed. */
  #unsubscribe(slug: string | null): void {
    const isWanted = [...this.places].some((place) => place.slug === slug);
    if (slug !== null && !isWanted) this.#socket.send({ action: "unsubscribe", location: slug });
  }

  #welcome(message: Welcome): void {
    this.clock.set(message.server_time);
    this.#placesAtMost = message.places_at_most;
    for (const place of [...this.places].slice(this.#placesAtMost)) this.events.full(place);
    for (const place of this.places) this.#subscribe(place);
  }

  #hear(message: ServerMessage): void {
    switch (message.type) {
      case "subscribed":
        return this.#confirm(message);
      case "pong":
        return this.clock.set(message.timestamp);
      case "error":
        return this.#fail(message);
      case "aqi_update":
      case "missed_update":
      case "missed_end":
        for (const place of this.#subscribed) if (place.slug === message.location) hear(place, message);
    }
  }

  #confirm(message: Subscribed): void {
    const place = this.#asked.shift();
    if (place === undefined) return;
    place.slug = message.location;
    if (!this.places.has(place)) return this.#unsubscribe(message.location);
    this.#subscribed.add(place);
    place.connected("socket");
    place.history.stands(message);
    this.events.subscribed(place);
  }

  #fail(error: ErrorMessage): void {
    const isAnswer = this.#asked[0] !== undefined && isAbout(this.#asked[0].text, error);
    const place = isAnswer ? this.#asked.shift() : [...this.places].find((one) => isAbout(one.slug ?? "", error));
    if (error.location === undefined) this.#reason = problemOf(error);
    if (place === undefined) return;
    if (error.code === "not_kept") place.history.lost();
    else if (error.code === "too_many_places") this.#isFull(place);
    else if (error.code === "temporarily_unavailable") this.#subscribeLater(place, error.retry_after);
    else if (isAnswer) place.failed(problemOf(error));
    else this.#subscribe(place);
  }

  #isFull(place: Place): void {
    this.#placesAtMost = this.places.size - 1;
    this.events.full(place);
  }

  #subscribeLater(place: Place, seconds = FIRST_WAIT_SECONDS): void {
    place.history.disconnected();
    setTimeout(() => this.places.has(place) && this.#subscribe(place), 1000 * seconds * (1 + Math.random()));
  }

  #lost(isRefused: boolean): void {
    this.#isRefused = isRefused;
    this.#forget();
    this.events.lost(isRefused ? this.#reason : null);
    this.#reason = REFUSED;
  }

  #forget(): void {
    this.#asked = [];
    this.#subscribed.clear();
    for (const place of this.places) place.history.disconnected();
  }
}

function hear(place: Place, message: ServerMessage): void {
  if (message.type === "missed_update") place.history.missed(message);
  if (message.type === "missed_end") place.history.filled(place.cursor);
  if (message.type === "aqi_update") {
    place.offer(message);
    place.history.hear(message);
  }
}

/** The server repeats at most a part of what it was sent. */
function isAbout(text: string, error: ErrorMessage): boolean {
  return error.location !== undefined && error.location.slice(0, 50) === text.slice(0, 50);
}

export function problemOf({ code, message, suggestions = [] }: ErrorMessage): Problem {
  return { code, message, suggestions };
}
