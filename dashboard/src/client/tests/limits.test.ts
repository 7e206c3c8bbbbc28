import { describe, expect, it } from "vitest";
import type { PlaceState } from "../state.js";
import type { Subscribe } from "../types.js";
import { client, following, pass, server, setTheStage } from "./stage.js";

setTheStage();

const asked = (): string[] => server.actions<Subscribe>("subscribe").map(({ location }) => location);
const shown = ({ states }: { states: PlaceState[] }): string | undefined => states.at(-1)?.data?.location.slug;

describe("many places", () => {
  it("are asked for at once, and each answer goes to the place that was asked for", async () => {
    server.aliases.set("Bombay", "mumbai");
    server.isSilent = true;
    const one = client();
    const [paris, mumbai] = await Promise.all([following("Paris", one), following("Bombay", one)]);
    expect(asked()).toEqual(["Paris", "Bombay"]);
    const [socket] = server.open;
    const answer = { type: "subscribed", epoch: "5f0c9a7e21b4", seq: 1, resumed: false } as const;
    socket?.say({ ...answer, location: "mumbai", asked: "Bombay" });
    socket?.say({ ...answer, location: "paris", asked: "Paris" });
    for (const slug of ["paris", "mumbai"]) socket?.say(server.newest(slug));
    await pass(0.1);
    expect([shown(paris), shown(mumbai)]).toEqual(["paris", "mumbai"]);
  });

  it("of which some were too many are asked for again, those alone, when the server said", async () => {
    server.budget = 1;
    const one = client();
    const [paris, rome] = await Promise.all([following("Paris", one), following("Rome", one)]);
    server.budget = Infinity;
    await pass(3.7);
    expect(asked()).toEqual(["Paris", "Rome"]);
    await pass(0.4);
    expect(asked()).toEqual(["Paris", "Rome", "Rome"]);
    expect([shown(paris), shown(rome)]).toEqual(["paris", "rome"]);
  });
});

describe("a server that takes its time", () => {
  it("is not asked again for as long as it answers, and then for what it never answered", async () => {
    server.isSilent = true;
    const one = client();
    for (const place of ["a", "b", "c"]) one.follow(place, () => {});
    await pass(25);
    const [socket] = server.open;
    socket?.say({ type: "subscribed", location: "a", asked: "a", epoch: "5f0c9a7e21b4", seq: 1, resumed: true });
    await pass(25);
    expect(asked()).toEqual(["a", "b", "c"]);
    await pass(5.1);
    expect(asked()).toEqual(["a", "b", "c", "b", "c"]);
  });
});

describe("an answer to a subscription", () => {
  it("that comes twice changes nothing", async () => {
    const { states } = await following("Paris");
    server.open[0]?.say({ type: "subscribed", location: "paris", asked: "Paris", epoch: "5f0c9a7e21b4", seq: 1, resumed: true });
    server.publish("paris");
    await pass(40);
    expect(asked()).toEqual(["Paris"]);
    expect(states.at(-1)?.cursor?.seq).toBe(2);
  });

  it("that never comes is asked for again", async () => {
    server.isSilent = true;
    await following("Paris");
    server.isSilent = false;
    await pass(30);
    expect(asked()).toEqual(["Paris", "Paris"]);
  });

  it("that might be about the same place in another spelling does not end it", async () => {
    const one = client();
    await following("Delhi", one);
    server.isSilent = true;
    const { states } = await following("delhi", one);
    server.open[0]?.say({ type: "error", code: "forbidden", message: "No refresh.", location: "delhi" });
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ connection: "connecting", error: null });
    expect(one.state("Delhi")).toMatchObject({ connection: "socket", error: { code: "forbidden" } });
  });

  it("that comes after everybody left its place ends it, and another spelling of the place goes on", async () => {
    server.isSilent = true;
    const one = client();
    const paris = await following("Paris", one);
    const again = await following("paris", one);
    paris.stop();
    await pass(6);
    const [socket] = server.open;
    const answer = { type: "subscribed", location: "paris", epoch: "5f0c9a7e21b4", seq: 1, resumed: false } as const;
    server.isSilent = false;
    socket?.say({ ...answer, asked: "Paris" });
    socket?.say({ ...answer, asked: "paris" });
    await pass(0.1);
    server.publish("paris");
    await pass(0.1);
    expect(server.actions("unsubscribe")).toEqual([{ action: "unsubscribe", location: "paris" }]);
    expect(asked()).toEqual(["Paris", "paris", "paris"]);
    expect(again.states.at(-1)).toMatchObject({ connection: "socket", data: { location: { slug: "paris" } } });
  });
});
