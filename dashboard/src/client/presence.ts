const GRACE_MS = 30_000; // somebody who looks at another tab for a moment comes back to a live page

export interface Presence {
  /** The page is looked at, or the network is back. */
  wake(): void;
  /** The page has been hidden for a while. */
  sleep(): void;
  offline(): void;
}

/** Tells of the page and the network, where there is a page; the answer ends that. */
export function watchPresence(presence: Presence): () => void {
  if (typeof document === "undefined") return () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => presence.sleep(), GRACE_MS);
    else presence.wake();
  };
  const wake = (): void => presence.wake();
  const offline = (): void => presence.offline();
  document.addEventListener("visibilitychange", look);
  addEventListener("online", wake);
  addEventListener("offline", offline);
  if (document.hidden) look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
    removeEventListener("online", wake);
    removeEventListener("offline", offline);
  };
}

export function isOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}
