import type { AqiClient } from "../../client/client.ts";
import { dropRefreshToken, keepRefreshToken, keptRefreshToken } from "./refresh-token.ts";
import { type Answer, logIn, logOut, renew, type Tokens } from "./tokens.ts";

/** `open`: the server has asked for nothing. `resuming`: a log-in from before the reload is being taken up again. */
export type Phase = "open" | "resuming" | "logged in" | "wanted" | "ended";

const EARLY_MS = 60_000; // so that a slow network brings the next access token in time
const PAUSE_MS = 10_000; // between two renewals, whatever is refused meanwhile
const UNAUTHORIZED = 401;
const ASKED_AGAIN = "/api/v1/locations/?page_size=1";
const AS_ANYBODY: RequestInit = { method: "HEAD", credentials: "omit", cache: "no-store" }; // an operator's session would open it
const KEPT_ANSWERS = "answers"; // as the service worker calls them

/** Who reads, as far as the server wants to know it: where anybody may read, nothing of this ever happens. */
export class Session {
  phase: Phase;
  #access: string | null = null;
  #refresh = keptRefreshToken();
  #renewing: Promise<boolean> | null = null;
  #renewedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly client: AqiClient) {
    this.phase = this.#refresh === null ? "open" : "resuming";
  }

  readonly listen = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /** Takes up the log-in from before a reload, if there was one. */
  begin(): void {
    if (this.#refresh !== null) void this.refused();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async logIn(name: string, password: string): Promise<Answer> {
    const answer = await logIn(name, password);
    if (answer.outcome === "given") this.#take(answer.tokens);
    return answer;
  }

  async logOut(): Promise<void> {
    const refresh = this.#refresh;
    this.#end("wanted");
    this.client.forget();
    await globalThis.caches?.delete(KEPT_ANSWERS);
    if (refresh !== null) await logOut(refresh);
  }

  /** A request as whoever is logged in; with the next access token, where the present one has just ended. */
  async fetch(address: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(address, this.#signed(init));
    if (response.status !== UNAUTHORIZED || !(await this.refused())) return response;
    return fetch(address, this.#signed(init));
  }

  /** The server does not know who asks. Answers whether there is another access token to ask with. */
  refused(): Promise<boolean> {
    if (this.#refresh !== null) return (this.#renewing ??= this.#renew(this.#refresh).finally(() => (this.#renewing = null)));
    if (this.phase === "open") this.#show("wanted");
    return Promise.resolve(false);
  }

  /** The operator may let anybody read meanwhile; a reload would show it, and so does coming back to the tab. */
  readonly askAgain = async (): Promise<void> => {
    const answer = await fetch(ASKED_AGAIN, AS_ANYBODY).catch(() => null); // which the service worker never keeps
    if (answer?.ok && (this.phase === "wanted" || this.phase === "ended")) this.#show("open");
  };

  #signed(init: RequestInit): RequestInit {
    if (this.#access === null) return init;
    return { ...init, headers: { ...init.headers, Authorization: `Bearer ${this.#access}` } };
  }

  async #renew(refresh: string): Promise<boolean> {
    await pause(this.#renewedAt + PAUSE_MS - Date.now());
    const answer = await renew(refresh);
    this.#renewedAt = Date.now();
    if (this.#refresh !== refresh) return this.#access !== null; // logged out meanwhile, or in as somebody else
    if (answer.outcome === "given") this.#take(answer.tokens);
    else if (answer.outcome === "refused") this.#end("ended");
    else this.#goOnWithout(answer);
    return answer.outcome === "given";
  }

  #take({ access, refresh, lifetimeMs }: Tokens): void {
    this.#access = access;
    this.#refresh = refresh;
    keepRefreshToken(refresh);
    this.client.authenticate(access);
    this.#renewIn(lifetimeMs - EARLY_MS);
    this.#show("logged in");
  }

  /** There is no network, or no server that answers: the pages show what they know, and it is tried again. */
  #goOnWithout(answer: Answer): void {
    this.#renewIn(answer.outcome === "wait" ? answer.seconds * 1000 : PAUSE_MS);
    this.#show("logged in");
  }

  #end(phase: Phase): void {
    clearTimeout(this.#timer);
    this.#access = this.#refresh = null;
    dropRefreshToken();
    this.#show(phase);
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refused(), Math.max(PAUSE_MS, ms));
  }

  #show(phase: Phase): void {
    this.phase = phase;
    for (const listener of this.#listeners) listener();
  }
}

function pause(ms: number): Promise<void> | void {
  if (ms > 0) return new Promise((resolve) => setTimeout(resolve, ms));
}
