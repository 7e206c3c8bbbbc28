import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { fixture } from "../../client/tests/fixtures.ts";
import { server, setPage } from "../../client/tests/stage.ts";
import type { AQIUpdate } from "../../client/types.ts";
import { answers, later, open, setTheBrowser } from "./browser.tsx";

setTheBrowser();

function row(slug: string, name: string, country: string, at: [number, number], category: [number, string]) {
  const aqi = { value: category[0], category: category[1], color: "#FFFF00", dominant_pollutant: "pm25", scale: "one" };
  return { slug, name, country, latitude: at[0], longitude: at[1], timezone: "UTC", status: "live", observed_at: null, aqi };
}

beforeEach(() => {
  server.isSilent = true; // the list alone, until a test lets the server speak
  answers.set("/api/v1/locations/", {
    next: null,
    results: [
      row("sao-paulo", "São Paulo", "BR", [-23.5, -46.6], [40, "good"]),
      row("paris", "Paris", "FR", [48.9, 2.4], [160, "bad"]),
      row("delhi", "Delhi", "IN", [28.7, 77.2], [80, "fair"]),
    ],
  });
});

const names = () => within(screen.getByRole("list")).queryAllByRole("link").map((link) => link.querySelector("strong")?.textContent);

test("every place is in the list and on the map, with its number", async () => {
  await open("/");
  expect(names()).toEqual(["Delhi", "Paris", "São Paulo"]);
  expect(screen.getByRole("link", { name: /^Paris: 160/ }).getAttribute("href")).toBe("/places/paris");
});

test("below every page are the pieces for other sites, in the reader's language", async () => {
  await open("/");
  expect(screen.getByRole("link", { name: "For your own site" }).getAttribute("href")).toBe("/embed/");
  fireEvent.change(screen.getByRole("combobox", { name: "Language" }), { target: { value: "hi" } });
  expect(screen.getByRole("link", { name: "आपकी अपनी साइट के लिए" })).toBeTruthy();
});

test("whether news come by themselves is said above the list", async () => {
  server.isSilent = false;
  await open("/");
  await later(0.2);
  expect(document.querySelector(".intro [data-connection]")?.textContent).toBe("Connected");
  server.blocked.add("socket");
  server.close(1006);
  await later(0.2);
  expect(document.querySelector(".intro [data-connection]")?.textContent).toBe("Connecting …");
});

test("a place that was refused does not speak for the others", async () => {
  await open("/");
  expect(document.querySelector(".intro [data-connection]")?.textContent).toBe("Connecting …");
  const [socket] = server.open;
  socket?.say({ type: "error", code: "unknown_location", message: "Gone.", location: "delhi" });
  for (const slug of ["paris", "sao-paulo"]) {
    socket?.say({ type: "subscribed", location: slug, asked: slug, epoch: "5f0c9a7e21b4", seq: 1, resumed: true });
  }
  await later(0.2);
  expect(document.querySelector(".intro [data-connection]")?.textContent).toBe("Connected");
});

describe("where the numbers are of several scales", () => {
  const choice = () => screen.getByRole("combobox", { name: "Choose the scale" });
  const listed = (name: string) => within(screen.getByRole("list")).getByRole("link", { name: RegExp(name) }).textContent;

  beforeEach(() => {
    const scales = ["in_naqi_2014", "us_epa_2024"].map((id) => ({ id, name: `The scale ${id}`, categories: [] }));
    answers.set("/api/v1/scales/", { groups: {}, scales });
    const places = answers.get("/api/v1/locations/") as { results: ReturnType<typeof row>[] };
    for (const { slug, aqi } of places.results) aqi.scale = slug === "delhi" ? "in_naqi_2014" : "us_epa_2024";
  });

  test("each number tells its own, in the list and on the map", async () => {
    await open("/");
    expect([listed("Delhi"), listed("Paris")]).toEqual([expect.stringContaining("IN NAQI 2014"), expect.stringContaining("US EPA 2024")]);
    expect(screen.getByRole("link", { name: /^Paris: 160 \(US EPA 2024\)/ })).toBeTruthy();
  });

  test("it is said that they cannot be compared, until one scale for all is chosen", async () => {
    await open("/");
    expect(screen.getByText(/cannot be compared. To compare places, choose one scale for all/)).toBeTruthy();
    expect(choice().getAttribute("aria-describedby")).toBe("scales-differ");
    fireEvent.change(choice(), { target: { value: "us_epa_2024" } });
    expect(screen.queryByText(/cannot be compared/)).toBeNull();
    expect(choice().hasAttribute("aria-describedby")).toBe(false);
  });

  test("nothing is said where all happen to be of one", async () => {
    const places = answers.get("/api/v1/locations/") as { results: ReturnType<typeof row>[] };
    places.results = places.results.filter(({ slug }) => slug !== "delhi");
    await open("/");
    expect(choice()).toBeTruthy();
    expect(screen.queryByText(/cannot be compared/)).toBeNull();
  });
});

test("a place is found by its country, and without its accents", async () => {
  await open("/");
  const search = screen.getByRole("searchbox");
  fireEvent.change(search, { target: { value: "sao" } });
  expect(names()).toEqual(["São Paulo"]);
  fireEvent.change(search, { target: { value: "france" } });
  expect(names()).toEqual(["Paris"]);
});

test("the worst air comes first when asked for", async () => {
  await open("/");
  fireEvent.click(screen.getByRole("button", { name: "Worst air first" }));
  expect(names()).toEqual(["Paris", "Delhi", "São Paulo"]);
});

test("the nearest comes first, and the position is sent to nobody", async () => {
  const asked = vi.spyOn(globalThis, "fetch");
  const getCurrentPosition = (found: PositionCallback) =>
    found({ coords: { latitude: -22.9, longitude: -43.2 } } as GeolocationPosition);
  vi.stubGlobal("navigator", Object.assign(navigator, { geolocation: { getCurrentPosition } }));
  await open("/");
  fireEvent.click(screen.getByRole("button", { name: "Nearest to me" }));
  expect(names()).toEqual(["São Paulo", "Paris", "Delhi"]);
  expect(asked.mock.calls.filter(([address]) => String(address).includes("22.9"))).toEqual([]);
});

test("a row follows its place live", async () => {
  server.isSilent = false;
  await open("/");
  await later(1);
  const { data } = server.newest("delhi");
  const delhi = within(screen.getByRole("list")).getByRole("link", { name: /Delhi/ });
  expect(delhi.textContent).toContain(data.aqi.text);
});

describe("without a network", () => {
  const delhi = () => within(screen.getByRole("list")).getByRole("link", { name: /Delhi/ });
  const recorded = fixture<AQIUpdate>("aqi_update").data;

  test("each place says how old its value is and of when, and the age grows", async () => {
    server.isSilent = false;
    await open("/");
    expect(within(delhi()).queryByText(/ago/)).toBeNull();
    setPage({ onLine: false });
    await later(1);
    const age = within(delhi()).getByText("observed 30 minutes ago");
    expect(age.getAttribute("datetime")).toBe(recorded.observed_at);
    expect(age.textContent).toMatch(/, as of Jan 15, 2026/);
    await later(60);
    expect(age.textContent).toContain("observed 31 minutes ago");
    expect(screen.getByText("Not connected")).toBeTruthy();
    setPage({ onLine: true });
    await later(1);
    expect(within(delhi()).queryByText(/ago/)).toBeNull();
  });

  test("a value whose time limit has passed is called out of date", async () => {
    server.isSilent = false;
    server.publish("delhi", { data: { ...recorded, status: "live" } });
    await open("/");
    setPage({ onLine: false });
    await later(1);
    expect(delhi().dataset.status).toBe("live");
    vi.setSystemTime(Date.parse(recorded.stale_at ?? ""));
    await later(10);
    expect(delhi().dataset.status).toBe("stale");
    expect(within(delhi()).getByText("Out of date")).toBeTruthy();
  });

  test("so is a value that only the list knows, and one that nobody observed is no zero", async () => {
    const places = answers.get("/api/v1/locations/") as { results: object[] };
    const times = { observed_at: "2026-01-15T09:00:00Z", stale_at: "2026-01-15T09:31:00Z" };
    places.results = places.results.map((place) => ({ ...place, ...times }));
    places.results.push({ ...row("lagos", "Lagos", "NG", [6.5, 3.4], [0, "good"]), status: "unavailable", aqi: { value: null, category: null, scale: "one" } });
    setPage({ onLine: false });
    await open("/");
    expect(delhi().dataset.status).toBe("live");
    expect(within(delhi()).getByText("observed 30 minutes ago")).toBeTruthy();
    await later(60);
    expect(delhi().dataset.status).toBe("stale");
    const lagos = within(screen.getByRole("list")).getByRole("link", { name: /Lagos/ });
    expect(lagos.textContent).toContain("nothing observed yet");
    expect(lagos.textContent).toMatch(/–$/);
  });
});
