import type { PlacesAction, ServerMessage } from "../types.js";
import type { FakeServer } from "./fake_server.js";

/** The browser's end of a socket, opened a moment after it is made, or refused as by a proxy. */
export class FakeWebSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(
    private readonly server: FakeServer,
    readonly url: string,
    readonly protocols: string[],
  ) {
    server.sockets.push(this);
    setTimeout(() => this.#open());
  }

  static of(server: FakeServer): unknown {
    return class extends FakeWebSocket {
      constructor(url: string, protocols: string[]) {
        super(server, url, protocols);
      }
    };
  }

  #open(): void {
    if (this.readyState !== 0) return;
    if (this.server.blocked.has("socket")) return this.end(1006);
    this.readyState = FakeWebSocket.OPEN;
    this.server.welcome(this);
  }

  send(frame: string): void {
    if (this.readyState !== FakeWebSocket.OPEN) throw new DOMException("Still connecting", "InvalidStateError");
    this.server.hear(this, JSON.parse(frame) as PlacesAction);
  }

  close(): void {
    this.readyState = 3;
    this.server.gone(this);
  }

  say(message: ServerMessage): void {
    queueMicrotask(() => this.onmessage?.({ data: JSON.stringify(message) }));
  }

  end(code: number): void {
    this.close();
    this.onclose?.({ code });
  }
}
