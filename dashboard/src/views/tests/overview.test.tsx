import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { server } from "../../client/tests/stage.ts";
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
