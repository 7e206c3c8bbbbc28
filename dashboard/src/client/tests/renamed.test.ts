import { describe, expect, it } from "vitest";
import type { Unsubscribe } from "../types.js";
import { client, following, pass, server, setTheStage } from "./stage.js";

setTheStage();

const sent = (): string[] =>
  server.heard.map((action) => ("location" in action ? `${action.action} ${action.location}` : action.action));

describe("a place whose slug is changed while it is followed", () => {
  it("is followed on by the name that was asked for, without a gap", async () => {
    const one = client();
    const numbers: number[] = [];
    one.followEvery("Delhi", ({ seq }) => void numbers.push(seq));
    const { states } = await following("Delhi", one);
    server.rename("delhi", "new-delhi");
    server.aliases.set("Delhi", "new-delhi");
    for (let round = 0; round < 3; round += 1) {
      server.publish("new-delhi");
      await pass(0.1);
    }
    expect(states.at(-1)).toMatchObject({ connection: "socket", data: { location: { slug: "new-delhi" } }, cursor: { seq: 4 } });
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(sent()).toEqual(["subscribe Delhi", "unsubscribe delhi", "subscribe Delhi", "missed new-delhi"]);
  });

  it("is found by each of its spellings", async () => {
    const one = client();
    const named = await following("Delhi", one);
    server.aliases.set("Dilli", "delhi");
    const alias = await following("Dilli", one);
    server.aliases.set("Dilli", "new-delhi");
    server.aliases.set("Delhi", "new-delhi");
    server.rename("delhi", "new-delhi");
    server.publish("new-delhi");
    await pass(0.1);
    for (const { states } of [named, alias]) expect(states.at(-1)?.cursor?.seq).toBe(2);
    expect(server.actions("unsubscribe")).toHaveLength(1);
  });

  it("says that there is no such place any more where it was asked for by its old slug", async () => {
    const { states } = await following("delhi");
    server.rename("delhi", "new-delhi");
    server.publish("new-delhi");
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ connection: "refused", error: { code: "unknown_location" } });
    server.publish("new-delhi");
    await pass(60);
    expect(server.actions<Unsubscribe>("unsubscribe")).toHaveLength(1);
  });

  it("is not asked for by news of a place that was left, or of one that nobody asked for", async () => {
    await following("delhi");
    server.open[0]?.say({ ...server.newest("paris"), epoch: "that of Paris" });
    await pass(0.1);
    expect(sent()).toEqual(["subscribe delhi"]);
  });

  it("is asked for once a minute at most, whatever the server calls it", async () => {
    await following("delhi");
    for (let second = 0; second < 130; second += 1) {
      server.open[0]?.say({ ...server.newest("delhi"), location: `delhi-${second}` });
      await pass(1);
    }
    expect(server.actions("subscribe")).toHaveLength(4);
  });
});
