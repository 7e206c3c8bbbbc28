import { afterEach, describe, expect, it, vi } from "vitest";
import "../badge.js";
import { duration, inkOn } from "../badge_content.js";
import { sharedClient } from "../shared.js";
import type { AQIUpdate } from "../types.js";
import { fixture, RECORDED } from "./fixtures.js";
import { pass, server, setTheStage } from "./stage.js";

setTheStage();
afterEach(async () => {
  document.body.replaceChildren();
  sharedClient("https://air.example.org").close();
});

async function badge(attributes = `location="delhi"`): Promise<HTMLElement> {
  document.body.innerHTML = `<aqi-badge server="https://air.example.org" ${attributes}></aqi-badge>`;
  await pass(0.1);
  return document.querySelector("aqi-badge")!;
}

function words(element: HTMLElement): string {
  return element.shadowRoot?.querySelector(".badge")?.textContent ?? "";
}

const { value, label, scale } = RECORDED.aqi;

describe("<aqi-badge>", () => {
  it("shows number, category and scale in words, how true it is, how old, and whose", async () => {
    const terms = `${scale.replaceAll("_", " ").toUpperCase()}. Simulated values: calculated, not measured, CC0 1.0. `;
    expect(words(await badge())).toBe(
      `Delhi AQI ${value} ${label} simulated, not measured · 30 min old ${terms}`,
    );
  });

  it("links to the place, and to nothing that is not on the web", async () => {
    const element = await badge();
    expect(element.shadowRoot?.querySelector("a")?.href).toBe("https://air.example.org/places/delhi");
    server.publish("delhi", { data: { ...RECORDED, sources: [{ ...RECORDED.sources[0]!, url: "javascript:alert(1)" }] } });
    await pass(0.1);
    expect(element.shadowRoot?.innerHTML).not.toContain("javascript:");
  });

  it("draws what is news", async () => {
    const element = await badge();
    server.publish("delhi", { data: { ...RECORDED, aqi: { ...RECORDED.aqi, value: 301, label: "Hazardous" } } });
    await pass(0.1);
    expect(words(element)).toContain("AQI 301 Hazardous");
  });

  it("leaves a link alone that somebody is about to follow", async () => {
    const element = await badge();
    element.shadowRoot?.querySelector("a")?.focus();
    server.publish("delhi", { data: { ...RECORDED, aqi: { ...RECORDED.aqi, value: 301 } } });
    await pass(0.1);
    expect(element.shadowRoot?.activeElement?.textContent).toBe("Delhi");
  });

  it("a missing value is no number", async () => {
    server.publish("delhi", { data: fixture<AQIUpdate>("aqi_update_unavailable").data });
    expect(words(await badge())).toContain("– no value");
  });

  it("says when the connection is lost and when a value is out of date, and keeps it", async () => {
    const element = await badge();
    for (const way of ["socket", "stream", "polling"] as const) server.blocked.add(way);
    server.close(1006);
    vi.setSystemTime(Date.now() + 4 * 3_600_000);
    await pass(10);
    expect(words(element)).toContain(`AQI ${value} ${label} simulated, not measured · out of date · 5 h old · not connected`);
  });

  it("says what is wrong with a place that nobody knows", async () => {
    server.refusal = { code: "unknown_location", message: "No location is called so." };
    expect(words(await badge(`location="dehli"`))).toBe("dehli No location is called so.");
  });

  it("follows another place when its attribute changes, and none when it is taken out of the page", async () => {
    const element = await badge();
    element.setAttribute("location", "paris");
    await pass(6);
    expect(server.actions("unsubscribe")).toEqual([{ action: "unsubscribe", location: "delhi" }]);
    element.remove();
    await pass(6);
    expect(server.open).toHaveLength(0);
  });

  it("two badges of a page share one socket", async () => {
    await badge();
    const second = document.createElement("aqi-badge");
    second.setAttribute("server", "https://air.example.org");
    second.setAttribute("location", "paris");
    document.body.append(second);
    await pass(0.1);
    expect(server.sockets).toHaveLength(1);
  });

  it("asks the server of its page if it is told no other", async () => {
    document.body.innerHTML = `<aqi-badge location="delhi"></aqi-badge>`;
    await pass(0.1);
    expect(server.sockets.at(-1)?.url).toBe(`${location.origin.replace("http", "ws")}/ws/aqi`);
    sharedClient(location.origin).close();
  });

  it.each([
    ["#FFFF00", "#000000"],
    ["#7E0023", "#FFFFFF"],
    ["#00E400", "#000000"],
  ])("on %s it writes in %s", (color, ink) => {
    expect(inkOn(color)).toBe(ink);
  });

  it.each([
    [59, "1 min"],
    [3600, "1 h"],
    [200_000, "2 days"],
  ])("an age of %i s is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
