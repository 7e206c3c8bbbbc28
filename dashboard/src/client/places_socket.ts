import type { ServerClock } from "./clock.js";
import { Errors } from "./errors.js";
import { type Cursor, type Problem, problemOf } from "./messages.js";
import type { News, Place } from "./place.js";
import { Questions } from "./questions.js";
import { Renamed } from "./renamed.js";
import { LiveSocket } from "./socket.js";
import type { ErrorMessage, ServerMessage, Subscribed, Unsubscribed, Welcome } from "./types.js";

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
  readonly #renamed = new Renamed();
  readonly #questions = new Questions((place) => this.#subscribe(place));
  readonly #errors = new Errors(this.#questions, this.#subscribed, {
    refused: (place, error) => this.#refuse(place, error),
    forgotten: (place) => this.#subscribeAnew(place),
  });
  #placesAtMost = Infinity;
  /** Why the server does not want this connection, if so. */
  #refusal: Problem | null = null;
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
    if (this.#refusal === null) this.#socket.open();
  }

  close(): void {
    this.#socket.close();
    this.#forget();
  }

  /** As somebody else, or for longer: on the open socket, or by another attempt where it was refused. */
  authenticate(token: string): void {
    if (this.#refusal !== null) this.#tryAgain();
    else if (!this.#socket.send({ action: "authenticate", token })) this.#socket.restart();
  }

  add(place: Place): void {
    this.places.add(place);
    if (this.#refusal !== null) place.failed(this.#refusal);
    this.#questions.ask(place);
  }

  remove(place: Place): void {
    this.places.delete(place);
    this.#questions.end(place);
    if (this.#subscribed.delete(place)) this.#unsubscribe(place.slug);
  }

  refresh(place: Place): boolean {
    if (this.#refusal !== null) this.#tryAgain();
    if (!this.#subscribed.has(place)) this.#questions.ask(place);
    else this.#socket.send({ action: "refresh", location: place.slug ?? place.text });
    return this.#socket.isWelcomed;
  }

  missed(place: Place, { epoch, seq }: Cursor): boolean {
    if (!this.#subscribed.has(place)) return false;
    return this.#socket.send({ action: "missed", location: place.slug ?? place.text, epoch, since: seq });
  }

  /** Because a person asks for it, or with another token. */
  #tryAgain(): void {
    this.#refusal = null;
    this.#socket.open();
  }

  #subscribe(place: Place): boolean {
    const from = place.cursor === null ? {} : { epoch: place.cursor.epoch, since: place.cursor.seq };
    return this.#socket.send({ action: "subscribe", location: place.text, ...from });
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
    for (const place of this.places) this.#questions.ask(place);
  }

  #hear(message: ServerMessage): void {
    switch (message.type) {
      case "subscribed":
        return this.#confirm(message);
      case "unsubscribed":
        return this.#confirmEnd(message);
      case "pong":
        return this.clock.set(message.timestamp);
      case "error":
        return this.#fail(message);
      case "aqi_update":
      case "missed_update":
      case "missed_end":
        return this.#pass(message);
    }
  }

  #pass(news: News): void {
    const followed = [...this.#subscribed].filter((place) => place.slug === news.location);
    for (const place of followed) place.hear(news);
    if (followed.length === 0) this.#followRenamed(this.#renamed.find(this.#subscribed, news.epoch));
  }

  /** What was asked for has another slug by now, or none. */
  #followRenamed(places: Place[]): void {
    const slugs = new Set(places.map(({ slug }) => slug ?? ""));
    for (const location of slugs) this.#socket.send({ action: "unsubscribe", location });
    for (const place of places) this.#subscribeAnew(place);
  }

  #confirm(message: Subscribed): void {
    const place = [...this.places].find(({ text }) => text === message.asked);
    if (place === undefined) return this.#unsubscribe(message.location);
    this.#questions.end(place);
    place.slug = message.location;
    this.#subscribed.add(place);
    place.connected("socket");
    place.history.stands(message);
    this.events.subscribed(place);
  }

  /** Whoever asked for it meanwhile, in another spelling, was confirmed before this and is followed no more. */
  #confirmEnd({ location }: Unsubscribed): void {
    for (const place of this.#subscribed) if (place.slug === location) this.#subscribeAnew(place);
  }

  /** One that names no place may be of the connection as a whole, and why it ends. */
  #fail(error: ErrorMessage): void {
    if (error.location === undefined) this.#reason = problemOf(error);
    this.#errors.hear(error);
  }

  #refuse(place: Place, error: ErrorMessage): void {
    if (!this.places.has(place)) return;
    if (error.code !== "too_many_places") return place.failed(problemOf(error));
    this.#placesAtMost = this.places.size - 1;
    this.events.full(place);
  }

  #subscribeAnew(place: Place): void {
    this.#subscribed.delete(place);
    place.history.disconnected();
    this.#questions.ask(place);
  }

  #lost(isRefused: boolean): void {
    this.#refusal = isRefused ? this.#reason : null;
    this.#forget();
    this.events.lost(this.#refusal);
    this.#reason = REFUSED;
  }

  #forget(): void {
    this.#questions.clear();
    this.#subscribed.clear();
    for (const place of this.places) place.history.disconnected();
  }
}
