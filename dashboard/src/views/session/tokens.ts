/** What the server gives for a name and a password, or for a refresh token. */

export interface Tokens {
  access: string;
  refresh: string;
  /** How long the access token is good from now on. */
  lifetimeMs: number;
}

/** The tokens, or why there are none. */
export type Answer =
  | { outcome: "given"; tokens: Tokens }
  | { outcome: "wait"; seconds: number }
  | { outcome: "refused" | "failed" | "unreachable" };

export function logIn(username: string, password: string): Promise<Answer> {
  return ask("", { username, password });
}

export function renew(refresh: string): Promise<Answer> {
  return ask("refresh/", { refresh });
}

/** Without a network the server does not hear of it; the tokens are gone from here all the same. */
export async function logOut(refresh: string): Promise<void> {
  await post("logout/", { refresh }).catch(() => null);
}

/** In the body, because addresses are logged on their way. */
function post(path: string, body: Record<string, string>): Promise<Response> {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return fetch(`/api/v1/token/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask(path: string, body: Record<string, string>): Promise<Answer> {
  try {
    const response = await post(path, body);
    return response.ok ? { outcome: "given", tokens: await tokensIn(response, body.refresh) } : refusalIn(response);
  } catch {
    return { outcome: "unreachable" };
  }
}

function refusalIn({ status, headers }: Response): Answer {
  const seconds = Number(headers.get("Retry-After"));
  if (seconds > 0) return { outcome: "wait", seconds };
  return { outcome: status < 500 ? "refused" : "failed" };
}

/** By the server's clock from beginning to end, since that of the reader may be wrong. */
async function tokensIn(response: Response, known = ""): Promise<Tokens> {
  const { access, expires_at, refresh = known } = (await response.json()) as { access: string; expires_at: string; refresh?: string };
  const now = Date.parse(response.headers.get("Date") ?? "") || Date.now();
  return { access, refresh, lifetimeMs: Date.parse(expires_at) - now };
}
