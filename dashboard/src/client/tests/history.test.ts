import { describe, expect, it } from "vitest";
import type { Update } from "../messages.js";
import type { MissedAt } from "../types.js";
import { client, pass, server, setTheStage } from "./stage.js";

setTheStage();

/** The numbers that a follower of every snapshot hears; those after a gap are marked. */
async function everySnapshot(): Promise<{ numbers: string[]; stop: () => void }> {
  const numbers: string[] = [];
  const hear = ({ seq }: Update, isAfterGap: boolean): void => void numbers.push(isAfterGap ? `gap ${seq}` : `${seq}`);
  const stop = client().followEvery("delhi", hear);
  await pass(0.1);
  return { numbers, stop };
}

describe("the history of a place", () => {
  it("has every snapshot that is published, once", async () => {
    const { numbers } = await everySnapshot();
    server.publish("delhi");
    server.publish("delhi", { seq: 2, checked_at: "2026-01-15T09:35:05Z" });
    await pass(0.1);
    expect(numbers).toEqual(["1", "2"]);
  });

  it("is filled with what was missed while the socket was away, in order, however much it is", async () => {
    const { numbers } = await everySnapshot();
    server.blocked.add("socket");
    server.close(1006);
    for (let missed = 0; missed < 5; missed += 1) server.publish("delhi");
    server.blocked.clear();
    await pass(3);
    expect(numbers).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(server.actions<MissedAt>("missed").map(({ since }) => since)).toEqual([1, 3, 5]);
  });

  it("is filled after a gap within a connection", async () => {
    const { numbers } = await everySnapshot();
    server.publishUnheard("delhi");
    server.publish("delhi");
    await pass(0.1);
    expect(numbers).toEqual(["1", "2", "3"]);
  });

  it("has what is published while it is being filled", async () => {
    const { numbers } = await everySnapshot();
    server.publishUnheard("delhi");
    server.publish("delhi");
    server.publishUnheard("delhi");
    server.publish("delhi");
    await pass(0.1);
    expect(numbers).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("goes on after a gap where a connection was lost while it was being filled", async () => {
    const { numbers } = await everySnapshot();
    server.isSilent = true;
    server.publishUnheard("delhi");
    server.publish("delhi");
    await pass(0.1);
    server.isSilent = false;
    server.close(1012);
    await pass(1.1);
    expect(numbers).toEqual(["1", "2", "3"]);
  });

  it("says where the numbering began anew", async () => {
    const { numbers } = await everySnapshot();
    server.publish("delhi", { epoch: "second", seq: 1, timestamp: "2026-01-15T10:00:00Z" });
    server.publish("delhi");
    await pass(0.1);
    expect(numbers).toEqual(["1", "gap 1", "2"]);
  });

  it("says where something is not kept any more", async () => {
    const { numbers } = await everySnapshot();
    server.publishUnheard("delhi");
    server.isSilent = true;
    const newest = server.publish("delhi");
    await pass(0.1);
    server.isSilent = false;
    const [socket] = server.open;
    socket?.say({ type: "error", code: "not_kept", message: "", location: "delhi" });
    socket?.say(newest);
    server.publish("delhi");
    await pass(0.1);
    expect(numbers).toEqual(["1", "gap 3", "4"]);
  });

  it("is asked for again when it was one message too many", async () => {
    const { numbers } = await everySnapshot();
    server.budget = 0;
    server.publishUnheard("delhi");
    server.publish("delhi");
    await pass(1.9);
    server.budget = Infinity;
    expect(server.actions("missed")).toHaveLength(1);
    await pass(2.2);
    server.publish("delhi");
    await pass(0.1);
    expect(numbers).toEqual(["1", "2", "3", "4"]);
    expect(server.actions("missed")).toHaveLength(2);
  });

  it("is not asked for by those who want the newest alone", async () => {
    const one = client();
    one.follow("delhi", () => {});
    await pass(0.1);
    server.publishUnheard("delhi");
    server.publish("delhi");
    await pass(0.1);
    expect(server.actions("missed")).toEqual([]);
  });

  it("ends for whoever leaves it", async () => {
    const { numbers, stop } = await everySnapshot();
    stop();
    server.publish("delhi");
    await pass(6);
    expect(numbers).toEqual(["1"]);
    expect(server.open).toHaveLength(0);
  });
});
