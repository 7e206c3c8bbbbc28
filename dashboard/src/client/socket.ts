import { Backoff } from "./backoff.js";
import { decode, encode, verdict } from "./messages.js";
import type { PlacesAction, ServerMessage, Welcome } from "./types.js";

const HEALTHY_AFTER_MS = 30_000;
const WELCOME_WITHIN_MS = 10_000; // some proxies neither pass a socket on nor refuse it
const NORMAL_CLOSURE = 1000;
const ABNORMAL_CLOSURE = 1006;

export interface SocketEvents {
  welcome(message: Welcome): void;
  message(message: ServerMessage): void;
  /** It will be tried again, unless `isRefused`. */
  lost(isRefused: boolean): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** A WebSocket that comes back by itself for as long as it is wanted. */
export class LiveSocket {
  /** How many times in a row it did not come as far as a welcome. */
  failures = 0;
  isWelcomed = false;
  #socket: WebSocket | null = null;
  #retry: Timer | undefined;
  #health: Timer | undefined;
  #watchdog: Timer | undefined;
  #heardAt = 0;
  #retryAfter = 0;
  #pingMs = 0;
  readonly #backoff = new Backoff();

  /** `protocols` are asked for at each attempt: a token among them may be a newer one by then. */
  constructor(
    private readonly url: string,
    private readonly protocols: () => string[],
    private readonly events: SocketEvents,
  ) {}

  /** Opens it at once, unless it is open and alive. */
  open(): void {
    if (this.#socket !== null && this.#isSilent()) this.#lost(ABNORMAL_CLOSURE);
    if (this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.#heardAt = Date.now();
    this.#watch(WELCOME_WITHIN_MS / 2);
    try {
      this.#listen(new WebSocket(this.url, this.protocols()));
    } catch {
      this.#retry = setTimeout(() => this.#lost(ABNORMAL_CLOSURE)); // a page over https: may open none to ws:
    }
  }

  close(): void {
    this.#drop();
  }

  /** Opens it anew if it still waits for its welcome: what it was asked for with, such as the token, is another by now. */
  restart(): void {
    if (this.#socket === null || this.isWelcomed) return;
    this.#drop();
    this.open();
  }

  send(action: PlacesAction): boolean {
    if (!this.isWelcomed) return false;
    this.#socket?.send(encode(action));
    return true;
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    socket.onmessage = (event) => this.#hear(decode(String(event.data)));
    socket.onclose = (event) => this.#lost(event.code);
  }

  #hear(message: ServerMessage): void {
    this.#heardAt = Date.now();
    this.#retryAfter = message.type === "error" ? (message.retry_after ?? 0) : 0;
    if (message.type === "welcome") this.#welcome(message);
    else this.events.message(message);
  }

  #welcome(message: Welcome): void {
    this.isWelcomed = true;
    this.failures = 0;
    this.#health = setTimeout(() => this.#backoff.reset(), HEALTHY_AFTER_MS);
    this.#watch(message.ping_interval * 1000);
    this.events.welcome(message);
  }

  /** Asks for a sign of life now and then; two of them without an answer are the end. */
  #watch(everyMs: number): void {
    clearInterval(this.#watchdog);
    this.#pingMs = everyMs;
    this.#watchdog = setInterval(() => {
      if (this.#isSilent()) this.#lost(ABNORMAL_CLOSURE);
      else this.send({ action: "ping" });
    }, everyMs);
  }

  #isSilent(): boolean {
    return Date.now() - this.#heardAt >= 2 * this.#pingMs;
  }

  #lost(code: number): void {
    if (!this.isWelcomed) this.failures += 1;
    this.#drop();
    const what = verdict(code);
    if (what !== "stop") this.#retry = setTimeout(() => this.open(), this.#backoff.next(what, this.#retryAfter));
    this.events.lost(what === "stop");
  }

  #drop(): void {
    for (const timer of [this.#retry, this.#health]) clearTimeout(timer);
    clearInterval(this.#watchdog);
    this.isWelcomed = false;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = socket.onclose = null;
    socket.close(NORMAL_CLOSURE);
  }
}
