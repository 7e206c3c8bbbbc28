/** Keeps the pages and their last answers, so that the dashboard opens without a network and shows what it last knew. */

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const FILES = "__PRECACHED__".split(" "); // filled in by the build
const PAGE = "/";
const BUILD = `build-${FILES.join(" ")}`;
const ANSWERS = "answers";
const MOST_ANSWERS = 80;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(kept(event.request));
  else if (isPage(pathname)) event.respondWith(page(event.request));
  else if (pathname.startsWith("/api/v1/")) event.respondWith(answer(event));
});

async function install(): Promise<void> {
  const cache = await caches.open(BUILD);
  await cache.addAll([PAGE, ...FILES]);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name !== BUILD && name !== ANSWERS);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** All addresses of the dashboard have one page. */
function isPage(path: string): boolean {
  return path === "/" || path.startsWith("/places/");
}

/** The names of these files change with their contents, so what is kept is what the server has. */
async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(request: Request): Promise<Response> {
  return fetch(request).catch(async () => (await caches.match(PAGE)) ?? Response.error());
}

/** From the network, and only if there is none, the last one: its own times say how old it is. */
async function answer(event: FetchEvent): Promise<Response> {
  try {
    const response = await fetch(event.request);
    if (response.ok && !forbidsKeeping(response)) event.waitUntil(keep(event.request, response.clone()));
    return response;
  } catch {
    return (await caches.match(event.request, { cacheName: ANSWERS })) ?? Response.error();
  }
}

async function keep(request: Request, response: Response): Promise<void> {
  const cache = await caches.open(ANSWERS);
  await cache.put(request, response);
  const oldest = (await cache.keys()).slice(0, -MOST_ANSWERS);
  await Promise.all(oldest.map((key) => cache.delete(key)));
}

/** What is passed through from others may be shown and not kept. */
function forbidsKeeping(response: Response): boolean {
  return response.headers.get("Cache-Control")?.includes("no-store") ?? false;
}
