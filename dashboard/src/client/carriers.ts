import type { ServerClock } from "./clock.js";
import { Fallback } from "./fallback.js";
import { type Cursor, type Problem, protocolsOf } from "./messages.js";
import type { Place } from "./place.js";
import { PlacesSocket } from "./places_socket.js";

const BLOCKED_AFTER_FAILURES = 3;

/** What brings the news of each place: a socket that it shares with others, and while sockets are blocked a fallback. */
export class Carriers {
  readonly #sockets = new Map<Place, PlacesSocket>();
  readonly #fallbacks = new Map<Place, Fallback>();
  #isOpen = true;

  constructor(
    private readonly server: string,
    private readonly clock: ServerClock,
    private readonly token: () => string | null,
  ) {}

  /** Gives the place to a socket that has room, or to another one. */
  add(place: Place): void {
    const roomy = [...this.#sockets.values()].find((socket) => socket.hasRoom);
    const socket = roomy ?? this.#newSocket();
    this.#sockets.set(place, socket);
    socket.add(place);
    if (this.#isOpen) socket.open();
  }

  has(place: Place): boolean {
    return this.#sockets.has(place);
  }

  remove(place: Place): void {
    this.#endFallback(place);
    this.#takeOff(place);
  }

  refresh(place: Place): void {
    if (!this.#sockets.get(place)?.refresh(place)) this.#fallbacks.get(place)?.restart();
  }

  missed(place: Place, since: Cursor): boolean {
    return this.#sockets.get(place)?.missed(place, since) ?? false;
  }

  authenticate(token: string): void {
    for (const socket of new Set(this.#sockets.values())) socket.authenticate(token);
    for (const fallback of this.#fallbacks.values()) fallback.restart();
  }

  open(): void {
    this.#isOpen = true;
    for (const socket of new Set(this.#sockets.values())) socket.open();
    for (const fallback of this.#fallbacks.values()) fallback.restart();
  }

  /** Until it is opened: nobody looks, or there is no network. */
  close(): void {
    this.#isOpen = false;
    for (const socket of new Set(this.#sockets.values())) socket.close();
    for (const place of [...this.#fallbacks.keys()]) this.#endFallback(place);
  }

  #takeOff(place: Place): void {
    const socket = this.#sockets.get(place);
    this.#sockets.delete(place);
    socket?.remove(place);
    if (socket?.places.size === 0) socket.close();
  }

  #newSocket(): PlacesSocket {
    const address = `${this.server.replace(/^http/, "ws")}/ws/aqi`;
    const socket: PlacesSocket = new PlacesSocket(address, () => protocolsOf(this.token()), this.clock, {
      subscribed: (place) => this.#endFallback(place),
      full: (place) => {
        this.#takeOff(place);
        this.add(place);
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
    const fallback = new Fallback(this.server, place, this.clock, this.token);
    this.#fallbacks.set(place, fallback);
    fallback.start();
  }

  #endFallback(place: Place): void {
    this.#fallbacks.get(place)?.stop();
    this.#fallbacks.delete(place);
  }
}
