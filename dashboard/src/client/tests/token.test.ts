import { describe, expect, it } from "vitest";
import type { Authenticate, ErrorMessage } from "../types.js";
import { fixture } from "./fixtures.js";
import { client, following, pass, server, setTheStage } from "./stage.js";

setTheStage();

const REFUSAL: ErrorMessage = { ...fixture<ErrorMessage>("error"), code: "session_ended", message: "It has ended." };

describe("a token", () => {
  it("goes with the handshake, never in an address", async () => {
    await following("delhi", client({ token: "secret" }));
    expect(server.sockets[0]).toMatchObject({ url: "wss://air.example.org/ws/aqi", protocols: ["aqi.v1", "bearer.secret"] });
  });

  it("is not spoken of where there is none", async () => {
    await following("delhi");
    expect(server.sockets[0]?.protocols).toEqual([]);
  });

  it("is followed by the next one on the same socket", async () => {
    const one = client({ token: "first" });
    await following("delhi", one);
    one.authenticate("second");
    expect(server.actions<Authenticate>("authenticate")).toEqual([{ action: "authenticate", token: "second" }]);
    server.close(1012);
    await pass(1.1);
    expect(server.sockets.at(-1)?.protocols).toContain("bearer.second");
  });

  it("that comes while a socket waits for its welcome opens another one with it", async () => {
    server.wantsToken = true;
    const one = client();
    const { states } = await following("delhi", one);
    one.authenticate("late");
    await pass(0.1);
    expect(server.sockets.map(({ protocols }) => protocols)).toEqual([[], ["aqi.v1", "bearer.late"]]);
    expect(states.at(-1)?.connection).toBe("socket");
  });

  it("opens again what was refused without it, and the refusal says why", async () => {
    const one = client({ token: "first" });
    const { states } = await following("delhi", one);
    server.open[0]?.say(REFUSAL);
    await pass(0.1);
    server.close(4002);
    expect(states.at(-1)).toMatchObject({ connection: "refused", error: { code: "session_ended", message: "It has ended." } });
    one.authenticate("second");
    await pass(0.1);
    expect(states.at(-1)).toMatchObject({ connection: "socket", error: null });
  });

  it("that was refused is refused for places that are followed later as well, until the next one comes", async () => {
    const one = client({ token: "first" });
    await following("delhi", one);
    server.open[0]?.say(REFUSAL);
    await pass(0.1);
    server.close(4002);
    const paris = await following("paris", one);
    expect(paris.states.at(-1)).toMatchObject({ connection: "refused", error: { code: "session_ended" } });
    expect(server.sockets).toHaveLength(1);
    one.authenticate("second");
    await pass(0.1);
    expect(paris.states.at(-1)).toMatchObject({ connection: "socket", error: null });
  });

  it.each([
    ["secret", "Bearer secret"],
    ["aqi_1_2", "Api-Key aqi_1_2"],
  ])("%s is polled with as %s, since a stream cannot say who asks", async (token, authorization) => {
    server.blocked.add("socket");
    const { states } = await following("delhi", client({ token }));
    await pass(4);
    expect(states.at(-1)?.connection).toBe("polling");
    expect(server.streams).toHaveLength(0);
    expect(server.authorizations).toEqual([authorization]);
  });
});
