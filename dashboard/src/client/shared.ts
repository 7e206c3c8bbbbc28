import { AqiClient } from "./client.js";

const clients = new Map<string, AqiClient>();

/** The one client of a page for a server, so that everything on the page shares its socket. */
export function sharedClient(server = globalThis.location?.origin ?? ""): AqiClient {
  let client = clients.get(server);
  if (client === undefined) clients.set(server, (client = new AqiClient({ server, storage: storage() })));
  return client;
}

/** Where a page may store nothing, to ask is an error. */
function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
