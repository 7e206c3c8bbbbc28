import { describe, expect, it, vi } from "vitest";
import type { AQIUpdate, ErrorMessage, Pong, RefreshAt, Subscribe, Unsubscribe } from "../types.js";
import { fixture, VALUE } from "./fixtures.js";
import { client, following, pass, server, setTheStage } from "./stage.js";

setTheStage();

const subscriptions = (): Subscribe[] => server.actions<Subscribe>("subscribe");

describe("places", () => {
  it("whoever follows hears what is known at once, and every change", async () => {
    const { states } = await following("Delhi");
    server.publish("delhi", { data: fixture<AQIUpdate>("aqi_update_unavailable").data });
    await pass(0.1);
    expect(states.map(({ status }) => status)).toEqual([null, null, "simulated", "unavailable"]);
    expect(states.at(-1)?.data?.aqi.value).toBeNull();
  });

  it("what following returns ends it, and no other follower's", async () => {
    const one = client();
    const first = await following("delhi", one);
    const second = await following("delhi", one);
    first.stop();
    first.stop();
    server.publish("delhi");
    await pass(9);
    expect(first.states.at(-1)?.cursor?.seq).toBe(1);
    expect(second.states.at(-1)?.cursor?.seq).toBe(2);
  });

  it("a place that nobody follows any more is unsubscribed, and without any there is no socket", async () => {
    const one = client();
    const delhi = await following("Delhi", one);
    const paris = await following("Paris", one);
    delhi.stop();
    await pass(6);
    expect(server.actions<Unsubscribe>("unsubscribe").map(({ location }) => location)).toEqual(["delhi"]);
    paris.stop();
    await pass(6);
    expect(server.open).toHaveLength(0);
    await pass(600);
    expect(server.sockets).toHaveLength(1);
  });

  it("whoever leaves and comes back at once costs no subscription", async () => {
    const one = client();
    (await following("delhi", one)).stop();
    const { states } = await following("delhi", one);
    await pass(60);
    expect(states[0]?.data?.aqi.value).toBe(VALUE);
    expect(subscriptions()).toHaveLength(1);
    expect(server.actions("unsubscribe")).toHaveLength(0);
  });

  it("two spellings of a place both hear its news, and one may be left", async () => {
    const one = client();
    const named = await following("Delhi", one);
    const slug = await following("delhi", one);
    named.stop();
    await pass(6);
    server.publish("delhi");
    await pass(0.1);
    expect(slug.states.at(-1)?.cursor?.seq).toBe(2);
    expect(server.actions("unsubscribe")).toHaveLength(0);
  });

  it("resumes each place from its own epoch and number", async () => {
    const one = client();
    await following("delhi", one);
    const paris = await following("paris", one);
    server.publish("delhi");
    await pass(0.1);
    server.close(1012);
    server.publish("paris");
    await pass(1.1);
    expect(subscriptions().slice(2)).toEqual([
      { action: "subscribe", location: "delhi", epoch: "5f0c9a7e21b4", since: 2 },
      { action: "subscribe", location: "paris", epoch: "5f0c9a7e21b4", since: 1 },
    ]);
    expect(paris.states.at(-1)).toMatchObject({ connection: "socket", cursor: { seq: 2 } });
  });

  it("says that it is connecting while the socket is away, and keeps the last values", async () => {
    const { states } = await following("delhi");
    server.blocked.add("socket");
    server.close(1006);
    expect(states.at(-1)).toMatchObject({ connection: "connecting", isConnected: false, data: { aqi: { value: VALUE } } });
  });

  it("a number never goes down within an epoch", async () => {
    const { states } = await following("delhi");
    server.publish("delhi", { seq: 7 });
    server.publish("delhi", { seq: 6 });
    await pass(0.1);
    expect(states.at(-1)?.cursor?.seq).toBe(7);
  });

  it("the same number again says when it was checked", async () => {
    const { states } = await following("delhi");
    server.publish("delhi", { seq: 1, checked_at: "2026-01-15T09:35:05Z" });
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ cursor: { seq: 1 }, checkedAt: "2026-01-15T09:35:05Z" });
  });

  it("another epoch begins anew, unless it is an older one that comes late", async () => {
    const { states } = await following("delhi");
    server.publish("delhi", { epoch: "second", seq: 1, timestamp: "2026-01-15T10:00:00Z" });
    await pass(0.1);
    expect(states.at(-1)?.cursor).toEqual({ epoch: "second", seq: 1 });
    server.publish("delhi", { epoch: "first", seq: 9, timestamp: "2026-01-15T09:50:00Z" });
    await pass(0.1);
    expect(states.at(-1)?.cursor).toEqual({ epoch: "second", seq: 1 });
  });

  it("an unknown place is refused with suggestions, and the others go on", async () => {
    const one = client();
    const delhi = await following("delhi", one);
    server.refusal = { code: "unknown_location", message: "No location is called so.", suggestions: ["delhi"] };
    const { states } = await following("dehli", one);
    expect(states.at(-1)).toMatchObject({ connection: "refused", error: { code: "unknown_location", suggestions: ["delhi"] } });
    expect(delhi.states.at(-1)).toMatchObject({ connection: "socket", error: null });
    expect(server.open).toHaveLength(1);
  });

  it("a place that was refused is asked for again with the next connection", async () => {
    server.refusal = { code: "unknown_location" };
    const { states } = await following("delhi");
    server.refusal = null;
    server.close(1012);
    await pass(1.1);
    expect(states.at(-1)).toMatchObject({ connection: "socket", error: null });
  });

  it("asks again for a place when the server was short of its database", async () => {
    server.refusal = { code: "temporarily_unavailable", retry_after: 5 };
    const { states } = await following("delhi");
    server.refusal = null;
    await pass(4.9);
    expect(subscriptions()).toHaveLength(1);
    await pass(5.2);
    expect(states.at(-1)?.connection).toBe("socket");
  });

  it("subscribes anew when the server has forgotten that it was followed", async () => {
    await following("delhi");
    server.open[0]?.say(fixture<ErrorMessage>("error_not_subscribed"));
    await pass(0.1);
    expect(subscriptions()).toHaveLength(2);
  });

  it("refresh asks for the newest of a place", async () => {
    const one = client();
    await following("Delhi", one);
    one.refresh("Delhi");
    expect(server.actions<RefreshAt>("refresh")).toEqual([{ action: "refresh", location: "delhi" }]);
  });

  it.each(["forbidden", "rate_limited", "temporarily_unavailable", "not_understood"] as const)(
    "a refresh that is answered with %s is told to the place, which goes on, and costs no message more",
    async (code) => {
      const one = client();
      const { states } = await following("Delhi", one);
      server.isSilent = true;
      one.refresh("Delhi");
      server.open[0]?.say({ type: "error", code, message: "Not this.", location: "delhi" });
      await pass(15);
      expect(states.at(-1)).toMatchObject({ connection: "socket", isConnected: true, error: { code, message: "Not this." } });
      expect(server.heard.map(({ action }) => action)).toEqual(["subscribe", "refresh"]);
      server.publish("delhi");
      await pass(0.1);
      expect(states.at(-1)).toMatchObject({ error: null, cursor: { seq: 2 } });
    },
  );

  it("messages and fields of a later version change nothing", async () => {
    const { states } = await following("delhi");
    server.open[0]?.say({ ...fixture<Pong>("pong"), type: "prophecy" } as never);
    server.publish("delhi", { later: 1 } as never);
    await pass(0.1);
    expect(states.at(-1)?.cursor?.seq).toBe(2);
  });
});

describe("the age of a value", () => {
  it("is by the server's clock, whatever the device believes", async () => {
    vi.setSystemTime(new Date("2031-05-01T00:00:00Z"));
    const { states } = await following("delhi");
    expect(states.at(-1)).toMatchObject({ age: 1805, isStale: false });
  });

  it("goes on without news, and a value becomes stale by itself", async () => {
    const { states } = await following("delhi");
    server.close(4003);
    await pass(600);
    expect(states.at(-1)).toMatchObject({ age: 2405, isStale: false });
    await pass(3 * 3600);
    expect(states.at(-1)).toMatchObject({ age: 13205, isStale: true, status: "simulated" });
  });

  it("is unknown in a replay, which is of another time, and where nothing was observed", async () => {
    const { states } = await following("delhi");
    const { data } = fixture<AQIUpdate>("aqi_update");
    server.publish("delhi", { data: { ...data, status: "replay", observed_at: "2016-11-04T00:00:00Z" } });
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ age: null, isStale: false });
    server.publish("delhi", { data: fixture<AQIUpdate>("aqi_update_unavailable").data });
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ age: null, isStale: true });
  });
});

describe("the next visit", () => {
  it("begins with the last values, their age, and no claim to be connected", async () => {
    const storage = localStorage;
    storage.clear();
    const first = client({ storage });
    (await following("delhi", first)).stop();
    await pass(10);
    vi.setSystemTime(new Date("2026-01-15T11:00:00Z"));
    server.blocked.add("socket");
    const { states } = await following("delhi", client({ storage }));
    expect(states[0]).toMatchObject({ data: { aqi: { value: VALUE } }, age: 7200, connection: "connecting", isConnected: false });
  });

  it("asks the server for everything, since it may tell more by now", async () => {
    const storage = localStorage;
    storage.clear();
    (await following("delhi", client({ storage }))).stop();
    await pass(10);
    await following("delhi", client({ storage }));
    expect(subscriptions().at(-1)).toEqual({ action: "subscribe", location: "delhi" });
  });

  it("begins with nothing after a log-out, and what others store stays", async () => {
    const storage = localStorage;
    storage.clear();
    storage.setItem("language", "hi");
    const one = client({ storage, token: "secret" });
    await following("delhi", one);
    one.forget();
    expect({ ...storage }).toEqual({ language: "hi" });
    expect(server.open).toEqual([]);
    await following("delhi", one);
    expect(server.sockets.at(-1)?.protocols).toEqual([]);
  });

  it("works where nothing may be stored, and whatever is found there", async () => {
    const storage = { getItem: () => "{", setItem: () => void "full".at(JSON.parse("{")) } as unknown as Storage;
    const { states } = await following("delhi", client({ storage }));
    await pass(20);
    expect(states.at(-1)?.connection).toBe("socket");
  });
});
