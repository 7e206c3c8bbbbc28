import { describe, expect, it } from "vitest";
import type { PlaceState } from "../state.js";
import type { Subscribe } from "../types.js";
import { client, following, pass, server, setTheStage } from "./stage.js";

setTheStage();

const asked = (): string[] => server.actions<Subscribe>("subscribe").map(({ location }) => location);
const shown = ({ states }: { states: PlaceState[] }): string | undefined => states.at(-1)?.data?.location.slug;

describe.each([
  ["names the place", true],
  ["does not say which message it was", false],
])("a subscription that was one message too many, and the server %s", (_, namesRefused) => {
  it("is asked for again, and no place is shown under the name of another", async () => {
    server.namesRefused = namesRefused;
    server.budget = 0;
    server.aliases.set("Bombay", "mumbai");
    const one = client();
    const [paris, mumbai] = await Promise.all([following("Paris", one), following("Bombay", one)]);
    server.budget = 2;
    await pass(1.9);
    expect(asked()).toEqual(["Paris"]);
    await pass(2.2);
    expect([shown(paris), shown(mumbai)]).toEqual(["paris", "mumbai"]);
    expect(asked()).toEqual(["Paris", "Paris", "Bombay"]);
  });

  it("is asked for alone: the others wait until it was answered", async () => {
    server.namesRefused = namesRefused;
    server.budget = 0;
    const one = client();
    for (const place of ["a", "b", "c", "d"]) one.follow(place, () => {});
    await pass(4.2);
    expect(asked()).toEqual(["a", "a"]);
    server.budget = Infinity;
    await pass(4);
    expect(asked()).toEqual(["a", "a", "a", "b", "c", "d"]);
  });
});

describe("an answer to a subscription", () => {
  it("that comes twice, because it was asked for twice, is not taken for that of the next place", async () => {
    server.isSilent = true;
    const one = client();
    const [paris, rome] = await Promise.all([following("Paris", one), following("Rome", one)]);
    const [socket] = server.open;
    socket?.say({ type: "error", code: "rate_limited", message: "It was a ping.", retry_after: 1 });
    await pass(2.1);
    expect(asked()).toEqual(["Paris", "Paris"]);
    const answer = { type: "subscribed", location: "paris", epoch: "5f0c9a7e21b4", seq: 1, resumed: false } as const;
    socket?.say(answer);
    socket?.say(answer);
    socket?.say({ ...answer, location: "rome" });
    server.publish("paris");
    for (const slug of ["paris", "rome"]) socket?.say(server.newest(slug));
    await pass(0.1);
    expect([shown(paris), shown(rome)]).toEqual(["paris", "rome"]);
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

  it("that comes after everybody left its place ends it, and the next place gets its own", async () => {
    server.isSilent = true;
    const one = client();
    const paris = await following("Paris", one);
    const rome = await following("Rome", one);
    paris.stop();
    await pass(6);
    server.isSilent = false;
    await pass(30);
    expect(server.actions("unsubscribe")).toEqual([{ action: "unsubscribe", location: "paris" }]);
    expect(shown(rome)).toBe("rome");
  });
});
