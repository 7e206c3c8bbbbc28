import { vi } from "vitest";
import { answers } from "./browser.tsx";

export const PASSWORD = "correct horse";
const LIFETIME_MS = 15 * 60_000;

interface Asked {
  path: string;
  authorization: string | null;
  body: Record<string, string>;
}

/** The REST API where a log-in is required: it knows one person, and its tokens end. */
export class ClosedServer {
  readonly asked: Asked[] = [];
  /** Instead of what it answers about tokens: a status with headers, or no network at all. */
  trouble: { status: number; headers?: Record<string, string> } | "unreachable" | null = null;
  hasSession = true;
  letsAnybodyRead = false;
  /** Cookies of the admin site in the same browser open what a request shows them to. */
  hasAdminCookie = false;
  #given = 0;
  #accessUntil = 0;

  constructor() {
    vi.stubGlobal("fetch", (address: string, init?: RequestInit) => this.#hear(new URL(address, location.href), init));
  }

  /** What was asked for with this path, in order. */
  requests(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path);
  }

  async #hear({ pathname }: URL, { headers, body, credentials }: RequestInit = {}): Promise<Response> {
    const authorization = new Headers(headers).get("Authorization");
    const asked = { path: pathname, authorization, body: JSON.parse(String(body ?? "{}")) as Record<string, string> };
    this.asked.push(asked);
    return pathname.startsWith("/api/v1/token/") ? this.#token(asked) : this.#value(asked, this.hasAdminCookie && credentials !== "omit");
  }

  #token({ path, body }: Asked): Response {
    if (this.trouble === "unreachable") throw new TypeError("Failed to fetch");
    if (this.trouble) return new Response("{}", this.trouble);
    if (path.endsWith("/logout/")) return new Response(null, { status: 204 });
    const isRight = path.endsWith("/refresh/") ? this.hasSession && body.refresh === "refresh" : body.password === PASSWORD;
    if (!isRight) return new Response("{}", { status: 401 });
    this.#given += 1;
    this.#accessUntil = Date.now() + LIFETIME_MS;
    const pair = { access: this.#access, expires_at: new Date(this.#accessUntil).toISOString() };
    return new Response(JSON.stringify(path.endsWith("/refresh/") ? pair : { ...pair, refresh: "refresh" }));
  }

  #value({ path, authorization }: Asked, showsCookie: boolean): Response {
    const isKnown = showsCookie || (authorization === `Bearer ${this.#access}` && Date.now() < this.#accessUntil);
    if (!isKnown && !this.letsAnybodyRead) return new Response(JSON.stringify({ code: "not_authenticated" }), { status: 401 });
    const answer = answers.get(path);
    return new Response(JSON.stringify(answer ?? { code: "not_found" }), { status: answer ? 200 : 404 });
  }

  get #access(): string {
    return `access-${this.#given}`;
  }
}
