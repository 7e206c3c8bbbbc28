import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

const MOVED = "moved";

export type Route = { page: "overview" } | { page: "place"; name: string } | { page: "unknown" };

export function routeOf(path: string): Route {
  if (path === "/") return { page: "overview" };
  const [, name] = /^\/places\/([^/]+)\/?$/.exec(path) ?? [];
  return name ? { page: "place", name: decodeURIComponent(name) } : { page: "unknown" };
}

export function addressOf(slug: string): string {
  return `/places/${encodeURIComponent(slug)}${location.search}`;
}

export function useAddress(): URL {
  const address = useSyncExternalStore(listen, () => location.href);
  return new URL(address);
}

/** Changes one parameter of the address, which a shared link then carries, without a new step in the history. */
export function setParameter(name: string, value: string): void {
  const address = new URL(location.href);
  address.searchParams.set(name, value);
  history.replaceState(null, "", address);
  dispatchEvent(new Event(MOVED));
}

function listen(changed: () => void): () => void {
  addEventListener("popstate", changed);
  addEventListener(MOVED, changed);
  return () => {
    removeEventListener("popstate", changed);
    removeEventListener(MOVED, changed);
  };
}

function follow(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", event.currentTarget.href);
  dispatchEvent(new Event(MOVED));
  scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true }); // where a new page would begin to be read
}

/** A link within the dashboard: it keeps the connection, and opens in a new tab like any other. */
export function Link(attributes: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a {...attributes} onClick={follow} />;
}
