import { describe, expect, it, vi } from "vitest";
import { FakeEventSource } from "./fake_event_source.js";
import { client, following, pass, server, setPage, setTheStage } from "./stage.js";

setTheStage();

/** Until three attempts at a socket have failed. */
const THREE_ATTEMPTS = 4;

describe("where sockets are blocked", () => {
  it("after three attempts news come as a stream of events", async () => {
    server.blocked.add("socket");
    const { states } = await following("Delhi");
    await pass(2);
    expect(server.streams).toHaveLength(0);
    await pass(2);
    server.publish("delhi");
    expect(states.at(-1)).toMatchObject({ connection: "stream", isConnected: true, cursor: { seq: 2 } });
    expect(server.streams[0]?.url).toBe("https://air.example.org/sse/aqi/Delhi");
  });

  it("comes back to the socket by itself, from where the stream was, and ends the stream", async () => {
    server.blocked.add("socket");
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    server.publish("delhi");
    server.blocked.clear();
    await pass(30);
    expect(states.at(-1)?.connection).toBe("socket");
    expect(server.heard).toContainEqual({ action: "subscribe", location: "delhi", epoch: "5f0c9a7e21b4", since: 2 });
    expect(server.streams.map(({ readyState }) => readyState)).toEqual([FakeEventSource.CLOSED]);
  });

  it("the stream goes on where the socket was", async () => {
    await following("delhi");
    server.blocked.add("socket");
    server.close(1006);
    await pass(8);
    expect(server.streams[0]?.url).toBe("https://air.example.org/sse/aqi/delhi?last_event_id=5f0c9a7e21b4-1");
  });

  it("where streams are blocked as well, it polls", async () => {
    server.blocked.add("socket").add("stream");
    const { states } = await following("New Delhi");
    await pass(THREE_ATTEMPTS);
    expect(states.at(-1)).toMatchObject({ connection: "polling", isConnected: true, cursor: { seq: 1 } });
    expect(server.requests).toEqual(["https://air.example.org/api/v1/locations/New%20Delhi/current/"]);
    server.publish("new-delhi");
    await pass(70);
    expect(states.at(-1)?.cursor?.seq).toBe(2);
    expect(server.requests).toHaveLength(2);
  });

  it("polls where a proxy keeps the events to itself", async () => {
    server.blocked.add("socket");
    vi.stubGlobal("EventSource", class extends EventTarget { close(): void {} }); // prettier-ignore
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS + 10);
    expect(states.at(-1)?.connection).toBe("polling");
  });

  it("polls when the stream is lost twice in a row", async () => {
    server.blocked.add("socket");
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    server.streams[0]?.fail(0);
    expect(states.at(-1)?.connection).toBe("connecting");
    server.streams[0]?.fail(0);
    await pass(0.1);
    expect(states.at(-1)?.connection).toBe("polling");
  });

  it("does not trust a stream that is silent for two rounds", async () => {
    server.blocked.add("socket");
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    expect(states.at(-1)?.connection).toBe("stream");
    await pass(601);
    expect(states.at(-1)?.connection).toBe("polling");
  });

  it("comes back from polling to the socket, and asks no more", async () => {
    server.blocked.add("socket").add("stream");
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    server.blocked.clear();
    await pass(30);
    expect(states.at(-1)?.connection).toBe("socket");
    const asked = server.requests.length;
    await pass(600);
    expect(server.requests).toHaveLength(asked);
  });

  it("tries the stream again when the page is looked at", async () => {
    server.blocked.add("socket").add("stream");
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    server.blocked.delete("stream");
    setPage({ hidden: false });
    await pass(0.1);
    expect(states.at(-1)?.connection).toBe("stream");
  });

  it("three places may stream, and the others poll, for browsers have few connections", async () => {
    server.blocked.add("socket");
    const one = client();
    const all = await Promise.all(["a", "b", "c", "d", "e"].map((place) => following(place, one)));
    await pass(THREE_ATTEMPTS);
    const ways = all.map(({ states }) => states.at(-1)?.connection);
    expect(ways).toEqual(["stream", "stream", "stream", "polling", "polling"]);
  });

  it("polls less and less often a server that fails, and not before it said", async () => {
    server.blocked.add("socket").add("stream");
    server.pollStatus = 503;
    server.retryAfter = "20";
    const { states } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    expect(states.at(-1)?.connection).toBe("connecting");
    await pass(19);
    expect(server.requests).toHaveLength(1);
    await pass(2);
    expect(server.requests).toHaveLength(2);
  });

  it("does not ask again for a place that does not exist", async () => {
    server.blocked.add("socket").add("stream");
    server.pollStatus = 404;
    const { states } = await following("nowhere");
    await pass(600);
    expect(states.at(-1)).toMatchObject({ connection: "refused", error: { code: "refused" } });
    expect(server.requests).toHaveLength(1);
  });

  it("is connecting, not refused, while nothing at all can be reached", async () => {
    server.blocked.add("socket").add("stream").add("polling");
    const { states } = await following("delhi");
    await pass(120);
    expect(states.at(-1)).toMatchObject({ connection: "connecting", isConnected: false, error: null });
  });

  it("ends with its follower", async () => {
    server.blocked.add("socket").add("stream");
    const { stop } = await following("delhi");
    await pass(THREE_ATTEMPTS);
    stop();
    await pass(6);
    const asked = server.requests.length;
    await pass(600);
    expect(server.requests).toHaveLength(asked);
  });

  it("refresh asks at once", async () => {
    server.blocked.add("socket").add("stream");
    const one = client();
    const { states } = await following("delhi", one);
    await pass(THREE_ATTEMPTS);
    server.publish("delhi");
    one.refresh("delhi");
    await pass(0.1);
    expect(states.at(-1)?.cursor?.seq).toBe(2);
  });
});
