import { vi } from "vitest";
import type {
  AQIUpdate,
  Authenticated,
  ErrorMessage,
  MissedAt,
  MissedEnd,
  PlacesAction,
  Pong,
  ServerMessage,
  Subscribe,
  Subscribed,
  Unsubscribed,
  Welcome,
} from "../types.js";
import { FakeEventSource } from "./fake_event_source.js";
import { FakeWebSocket } from "./fake_web_socket.js";
import { fixture } from "./fixtures.js";

type Way = "socket" | "stream" | "polling";

/** The server as the browser meets it: it speaks with the recorded messages, over a network that we can cut. */
export class FakeServer {
  readonly blocked = new Set<Way>();
  readonly heard: PlacesAction[] = [];
  readonly requests: string[] = [];
  readonly authorizations: (string | null)[] = [];
  readonly sockets: FakeWebSocket[] = [];
  readonly streams: FakeEventSource[] = [];
  placesAtMost = fixture<Welcome>("welcome").places_at_most;
  isSilent = false;
  /** Whoever brings no token gets no welcome. */
  wantsToken = false;
  refusal: Partial<ErrorMessage> | null = null;
  /** Other names of places, by how they are spelled. */
  readonly aliases = new Map<string, string>();
  /** How many messages it acts on before it refuses one. */
  budget = Infinity;
  pollStatus = 200;
  retryAfter: string | null = null;
  #renamed = new Map<string, string>();
  #published = new Map<string, AQIUpdate[]>();
  #followed = new Map<FakeWebSocket, Set<string>>();

  constructor() {
    vi.stubGlobal("WebSocket", FakeWebSocket.of(this));
    vi.stubGlobal("EventSource", FakeEventSource.of(this));
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => this.#answer(url, init));
  }

  /** The sockets that are open. */
  get open(): FakeWebSocket[] {
    return this.sockets.filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  actions<Action extends PlacesAction>(name: Action["action"]): Action[] {
    return this.heard.filter((action): action is Action => action.action === name);
  }

  newest(slug: string): AQIUpdate {
    return (this.#published.get(slug) ?? []).at(-1) ?? this.publish(slug);
  }

  /** The next snapshot of a place, pushed to whoever follows it. */
  publish(slug: string, change: Partial<AQIUpdate> = {}): AQIUpdate {
    const past = this.#published.get(slug) ?? [];
    const recorded = fixture<AQIUpdate>("aqi_update");
    const data = { ...recorded.data, location: { ...recorded.data.location, slug } };
    const seq = (past.at(-1)?.seq ?? 0) + 1;
    const update = { ...recorded, location: slug, epoch: past.at(-1)?.epoch ?? recorded.epoch, seq, data, ...change };
    this.#published.set(slug, [...past, update]);
    const names = [slug, ...[...this.#renamed.keys()].filter((old) => this.#renamed.get(old) === slug)];
    for (const [socket, slugs] of this.#followed) for (const name of names) if (slugs.has(name)) socket.say(update);
    for (const stream of this.streams) if (stream.slug === slug) stream.say(update);
    return update;
  }

  /** Whoever follows it goes on hearing of it, under the new slug; the old one means nothing any more. */
  rename(old: string, slug: string): void {
    this.#published.set(slug, [...(this.#published.get(old) ?? [])]);
    this.#renamed.set(old, slug);
  }

  /** What it published while nobody could hear it. */
  publishUnheard(slug: string): AQIUpdate {
    const followed = this.#followed;
    this.#followed = new Map();
    const update = this.publish(slug);
    this.#followed = followed;
    return update;
  }

  close(code: number): void {
    for (const socket of this.open) socket.end(code);
  }

  welcome(socket: FakeWebSocket): void {
    if (this.wantsToken && socket.protocols.length === 0) return;
    this.#followed.set(socket, new Set());
    socket.say({ ...fixture<Welcome>("welcome"), places_at_most: this.placesAtMost });
  }

  gone(socket: FakeWebSocket): void {
    this.#followed.delete(socket);
  }

  hear(socket: FakeWebSocket, action: PlacesAction): void {
    this.heard.push(action);
    if (this.isSilent) return;
    this.budget -= 1;
    const answer = this.budget < 0 ? [this.#refuse(action)] : this.#reply(socket, action);
    for (const message of answer) socket.say(message);
  }

  #refuse(action: PlacesAction): ErrorMessage {
    this.budget = 0;
    const about = "location" in action ? { location: action.location } : {};
    return { type: "error", code: "rate_limited", message: "Too many messages: send fewer, or wait.", retry_after: 2, ...about };
  }

  #reply(socket: FakeWebSocket, action: PlacesAction): ServerMessage[] {
    switch (action.action) {
      case "ping":
        return [fixture<Pong>("pong")];
      case "subscribe":
        return this.#subscribe(this.#followed.get(socket) ?? new Set(), action);
      case "unsubscribe":
        this.#followed.get(socket)?.delete(action.location);
        return [{ ...fixture<Unsubscribed>("unsubscribed"), location: action.location }];
      case "missed":
        return this.#missed(action);
      case "authenticate":
        return [fixture<Authenticated>("authenticated")];
      default:
        return [this.newest(slugOf(action.location))];
    }
  }

  #subscribe(followed: Set<string>, { location, epoch, since }: Subscribe): ServerMessage[] {
    if (this.refusal !== null) return [{ ...fixture<ErrorMessage>("error"), ...this.refusal, location }];
    const slug = this.aliases.get(location) ?? slugOf(location);
    if (this.#renamed.has(slug)) return [errorOf("unknown_location", location)];
    const update = this.newest(slug);
    if (followed.size >= this.placesAtMost) return [errorOf("too_many_places", location)];
    followed.add(update.location);
    const resumed = epoch === update.epoch && since === update.seq;
    const subscribed = { ...fixture<Subscribed>("subscribed"), location: update.location, asked: location, resumed };
    const answer = { ...subscribed, epoch: update.epoch, seq: update.seq };
    return resumed ? [answer] : [answer, update];
  }

  #missed({ location, since, epoch }: MissedAt): ServerMessage[] {
    const newest = this.newest(location);
    if (epoch !== newest.epoch) return [errorOf("not_kept", location), newest];
    const past = (this.#published.get(location) ?? []).filter((update) => update.seq > since).slice(0, 2);
    const until = past.at(-1)?.seq ?? since;
    const end = { ...fixture<MissedEnd>("missed_end"), location, epoch, since: until, more: until < newest.seq };
    return [...past.map((update) => ({ ...update, type: "missed_update" as const })), end];
  }

  async #answer(url: string, { headers }: RequestInit): Promise<Response> {
    this.requests.push(url);
    this.authorizations.push(new Headers(headers).get("Authorization"));
    if (this.blocked.has("polling")) throw new TypeError("Failed to fetch");
    const retry: Record<string, string> = this.retryAfter === null ? {} : { "Retry-After": this.retryAfter };
    if (this.pollStatus !== 200) return new Response("{}", { status: this.pollStatus, headers: retry });
    const { epoch, seq, data } = this.newest(slugOf(decodeURIComponent(url.split("/").at(-3) ?? "")));
    const etag = `"${epoch}-${seq}"`;
    const isKnown = new Headers(headers).get("If-None-Match") === etag;
    return new Response(isKnown ? null : JSON.stringify(data), { status: isKnown ? 304 : 200, headers: { ETag: etag } });
  }
}

export function slugOf(location: string): string {
  return location.toLowerCase().replace(/\W+/g, "-");
}

function errorOf(code: ErrorMessage["code"], location: string): ErrorMessage {
  return { ...fixture<ErrorMessage>("error"), code, location };
}
