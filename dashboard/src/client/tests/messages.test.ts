import { describe, expect, it } from "vitest";
import { cursorOf, decode, encode, tagOf, verdict } from "../messages.js";
import type { PlacesAction, ServerMessage } from "../types.js";
import { fixture, NAMES, VALUE } from "./fixtures.js";

describe("messages", () => {
  it.each(NAMES)("the recorded message %s is the same after the way over the wire", (name) => {
    const message = fixture<ServerMessage & PlacesAction>(name);
    expect(decode(JSON.stringify(message))).toEqual(message);
    expect(JSON.parse(encode(message))).toEqual(message);
  });

  it("a value is where the protocol promises it", () => {
    const message = decode(JSON.stringify(fixture("aqi_update")));
    expect(message.type === "aqi_update" && message.data.aqi.value).toBe(VALUE);
  });

  it.each([
    [1008, "stop"],
    [4000, "stop"],
    [4099, "stop"],
    [4100, "back off"],
    [4101, "back off"],
    [4199, "back off"],
    [1012, "now"],
    [4200, "now"],
    [4299, "now"],
    [1006, "retry"],
    [1001, "retry"],
    [1011, "retry"],
  ])("after a close with %i a client has to %s", (code, what) => {
    expect(verdict(code)).toBe(what);
  });

  it("an entity tag and an event's id hold the same cursor", () => {
    const cursor = { epoch: "a-b", seq: 12 };
    expect(cursorOf(`"${tagOf(cursor)}"`)).toEqual(cursor);
    expect(cursorOf(`W/"a-b-12"`)).toEqual(cursor);
    expect(cursorOf(tagOf(cursor))).toEqual(cursor);
    expect(cursorOf("nonsense")).toBeNull();
    expect(cursorOf(null)).toBeNull();
  });
});
