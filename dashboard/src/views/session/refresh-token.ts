/** The refresh token, for as long as its tab is open. A browser may deny its storage; then a reload ends the log-in. */

const KEY = "refresh token";

export function keepRefreshToken(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // denied: the log-in holds until the page is left
  }
}

export function keptRefreshToken(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function dropRefreshToken(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // denied: there is none
  }
}
