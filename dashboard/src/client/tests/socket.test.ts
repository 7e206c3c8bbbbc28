import { describe, expect, it, vi } from "vitest";
import type { Subscribe } from "../types.js";
import { VALUE } from "./fixtures.js";
import { client, following, pass, server, setPage, setTheStage } from "./stage.js";

setTheStage();

describe("the socket", () => {
  it("one socket is shared by everything that is followed", async () => {
    const one = client();
    await following("delhi", one);
    await following("Paris", one);
    const { states } = await following("delhi", one);
    expect(server.sockets.map((socket) => socket.url)).toEqual(["wss://air.example.org/ws/aqi"]);
    expect(server.actions<Subscribe>("subscribe").map(({ location }) => location)).toEqual(["delhi", "Paris"]);
    expect(states.at(-1)).toMatchObject({ connection: "socket", isConnected: true, data: { aqi: { value: VALUE } } });
  });

  it("more places than a socket may follow are shared out among several", async () => {
    server.placesAtMost = 2;
    const one = client();
    const all = ["a", "b", "c", "d", "e"].map((place) => following(place, one));
    for (const { states } of await Promise.all(all)) expect(states.at(-1)?.connection).toBe("socket");
    expect(server.open).toHaveLength(3);
  });

  it("a socket that is full earlier than it said gives the place to another", async () => {
    const one = client();
    await following("a", one);
    server.placesAtMost = 1;
    const { states } = await following("b", one);
    await pass(1);
    expect(states.at(-1)?.connection).toBe("socket");
    expect(server.open).toHaveLength(2);
  });

  it("waits double as long after each failure, up to half a minute, and never gives up", async () => {
    server.blocked.add("socket");
    await following("delhi");
    const waits = [1, 2, 4, 8, 16, 30, 30, 30];
    for (const [index, seconds] of waits.entries()) {
      await pass(seconds - 0.5);
      expect(server.sockets).toHaveLength(index + 1);
      await pass(0.5);
      expect(server.sockets).toHaveLength(index + 2);
    }
    await pass(3600);
    expect(server.sockets.length).toBeGreaterThan(120);
  });

  it("waits a random part of the longest wait, so that clients come back spread out", async () => {
    server.blocked.add("socket");
    await following("delhi");
    await pass(1);
    vi.mocked(Math.random).mockReturnValue(0);
    await pass(2);
    const before = server.sockets.length;
    await pass(0.1);
    expect(server.sockets.length).toBeGreaterThan(before);
  });

  it("half a minute of health is needed before the waits begin anew", async () => {
    await following("delhi");
    server.close(1006);
    await pass(1.1);
    server.close(1006);
    await pass(1.9);
    expect(server.open).toHaveLength(0);
    await pass(0.2);
    expect(server.open).toHaveLength(1);
    await pass(30);
    server.close(1006);
    await pass(1.1);
    expect(server.open).toHaveLength(1);
  });

  it.each([1008, 4003])("does not come back after %i, and says that it was refused", async (code) => {
    const { states } = await following("delhi");
    server.close(code);
    await pass(3600);
    setPage({ hidden: false });
    await pass(60);
    expect(server.sockets).toHaveLength(1);
    expect(states.at(-1)).toMatchObject({ connection: "refused", isConnected: false, error: { code: "refused" } });
  });

  it("comes back after a refusal when a person asks for it", async () => {
    const one = client();
    const { states } = await following("delhi", one);
    server.close(4003);
    one.refresh("delhi");
    await pass(1);
    expect(states.at(-1)).toMatchObject({ connection: "socket", error: null });
  });

  it("a place that is followed after a refusal while there is no network is refused too, and comes with the next try", async () => {
    const one = client();
    await following("delhi", one);
    server.close(4003);
    setPage({ onLine: false });
    const { states } = await following("paris", one);
    expect(states.at(-1)).toMatchObject({ connection: "refused", error: { code: "refused" } });
    setPage({ onLine: true });
    one.refresh("paris");
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ connection: "socket", error: null });
  });

  it.each([4100, 4101])("backs off after %i, longer than after a mere loss", async (code) => {
    await following("delhi");
    server.close(code);
    await pass(7.9);
    expect(server.sockets).toHaveLength(1);
    await pass(0.2);
    expect(server.open).toHaveLength(1);
  });

  it.each([1012, 4200])("comes back within a second after %i, however often that happens", async (code) => {
    await following("delhi");
    for (let times = 1; times < 6; times += 1) {
      server.close(code);
      await pass(1.1);
      expect(server.open).toHaveLength(1);
    }
  });

  it("waits at least as long as the server says", async () => {
    await following("delhi");
    server.open[0]?.say({ type: "error", code: "temporarily_unavailable", message: "", retry_after: 20 });
    await pass(0.1);
    server.close(4101);
    await pass(19.9);
    expect(server.sockets).toHaveLength(1);
    await pass(8.2);
    expect(server.open).toHaveLength(1);
  });

  it("asks for a sign of life, and leaves a connection that gives none", async () => {
    await following("delhi");
    await pass(20);
    expect(server.actions("ping")).toHaveLength(1);
    expect(server.sockets).toHaveLength(1);
    server.isSilent = true;
    await pass(40);
    server.isSilent = false;
    await pass(2);
    expect(server.sockets).toHaveLength(2);
    expect(server.open).toHaveLength(1);
  });

  it("leaves a connection that opens and says nothing", async () => {
    server.welcome = () => {};
    await following("delhi");
    await pass(12);
    expect(server.sockets).toHaveLength(2);
  });

  it("a page that may open no socket at all is an outage as well", async () => {
    vi.stubGlobal("WebSocket", function refused() {
      throw new DOMException("insecure", "SecurityError");
    });
    const { states } = await following("delhi");
    await pass(30);
    expect(states.at(-1)?.connection).toBe("stream");
  });

  it("pauses when the page has been hidden for half a minute, and wakes when it is looked at", async () => {
    const { states } = await following("delhi");
    setPage({ hidden: true });
    await pass(29);
    expect(server.open).toHaveLength(1);
    await pass(2);
    expect(server.open).toHaveLength(0);
    expect(states.at(-1)?.connection).toBe("paused");
    await pass(600);
    expect(server.sockets).toHaveLength(1);
    setPage({ hidden: false });
    await pass(0.1);
    expect(states.at(-1)?.connection).toBe("socket");
  });

  it("a glance at another tab costs no connection", async () => {
    await following("delhi");
    setPage({ hidden: true });
    await pass(10);
    setPage({ hidden: false });
    await pass(60);
    expect(server.sockets).toHaveLength(1);
  });

  it("does not try without a network, and is back as soon as there is one", async () => {
    const { states } = await following("delhi");
    setPage({ onLine: false });
    await pass(600);
    expect(server.sockets).toHaveLength(1);
    expect(states.at(-1)).toMatchObject({ connection: "offline", isConnected: false, data: { aqi: { value: VALUE } } });
    setPage({ onLine: true });
    await pass(0.1);
    expect(states.at(-1)?.connection).toBe("socket");
  });

  it("does not wait for its turn when the page is looked at", async () => {
    server.blocked.add("socket");
    server.blocked.add("stream");
    server.blocked.add("polling");
    const { states } = await following("delhi");
    await pass(62);
    server.blocked.clear();
    setPage({ hidden: false });
    await pass(0.1);
    expect(states.at(-1)?.connection).toBe("socket");
  });

  it("after a sleep of the machine it does not trust the old connection", async () => {
    await following("delhi");
    vi.setSystemTime(Date.now() + 3_600_000);
    setPage({ hidden: false });
    await pass(0.1);
    expect(server.sockets).toHaveLength(2);
    expect(server.open).toHaveLength(1);
  });
});
