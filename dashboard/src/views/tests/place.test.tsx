import { fireEvent, screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { fixture } from "../../client/tests/fixtures.ts";
import { server } from "../../client/tests/stage.ts";
import type { AQIUpdate, ErrorMessage, Pollutant, Snapshot } from "../../client/types.ts";
import { answers, later, open, setTheBrowser } from "./browser.tsx";

setTheBrowser();

const RECORDED = fixture<AQIUpdate>("aqi_update").data;
const VALUE = String(RECORDED.aqi.value);

function changed(change: Partial<Snapshot>): Partial<AQIUpdate> {
  return { data: { ...RECORDED, ...change } };
}

function withValue(value: number): Partial<AQIUpdate> {
  const aqi = { ...RECORDED.aqi, value, text: String(value) };
  return changed({ aqi, scales: { ...RECORDED.scales, [aqi.scale]: aqi } });
}

const headline = () => screen.getByRole("heading", { level: 1 }).closest("section") as HTMLElement;
const tiles = () => screen.getByRole("heading", { name: "Pollutants" }).closest("section")?.textContent ?? "";
const announced = () => screen.getAllByRole("status").map((each) => each.textContent).find((text) => text?.includes("index"));

test("a place shows its number, what it means, where it is from and how old it is", async () => {
  await open("/places/delhi");
  const shown = within(headline());
  for (const text of [VALUE, RECORDED.aqi.label ?? "", "Simulated", "observed 30 minutes ago", "Connected"]) {
    expect(shown.getByText(text)).toBeTruthy();
  }
  expect(screen.getByText(/Simulated values: calculated, not measured/)).toBeTruthy();
});

test("the title of the tab and what is announced say that the air is no measured one", async () => {
  await open("/places/delhi");
  expect(document.title).toBe(`${VALUE} · Delhi · Simulated`);
  expect(announced()).toMatch(/ Simulated$/);
  server.publish("delhi", changed({ status: "live" }));
  await later(1);
  expect(document.title).toBe(`${VALUE} · Delhi`);
});

test("from a place one gets to all places, and to the pieces for other sites", async () => {
  await open("/places/delhi");
  expect(screen.getByRole("link", { name: /All places/ }).getAttribute("href")).toBe("/");
  expect(screen.getByRole("link", { name: "Show this on your site" }).getAttribute("href")).toBe("/embed/?location=delhi");
});

test("a new value appears without being asked for, and is announced at most once a minute", async () => {
  await open("/places/delhi");
  server.publish("delhi", withValue(301));
  await later(1);
  server.publish("delhi", withValue(302));
  await later(1);
  expect(within(headline()).getByText("302")).toBeTruthy();
  expect(announced()).toContain(VALUE);
  await later(60);
  expect(announced()).toContain("302");
});

test("the cleanest hours are called what their mean is called", async () => {
  const advice = { id: "moderate", text: "", groups: {} };
  const categories = [["satisfactory", "Fair", 0], ["moderate", "So-so", 60]].map(([id, label, lowest]) => ({ id, label, lowest, color: "#FFFF00", advice }));
  answers.set("/api/v1/scales/", { groups: {}, scales: [{ id: RECORDED.aqi.scale, name: "A scale", categories }] });
  const hours = [70, 70, 40].map((value, at) => ({
    valid_at: `2026-01-15T1${at}:00:00Z`, value, lo80: value, hi80: value, category: value < 60 ? "satisfactory" : "moderate",
  }));
  server.publish("delhi", changed({ forecast: { ...RECORDED.forecast, hours } }));
  await open("/places/delhi");
  expect(screen.getByText(/about 60, So-so/)).toBeTruthy();
});

test("the hours of the strip are those of the place, and its time is named in the reader's language", async () => {
  await open("/places/delhi");
  const card = within(screen.getByRole("heading", { name: "Cleanest hours" }).closest("section") as HTMLElement);
  expect(card.getByText("All times are those of the place: India Standard Time.")).toBeTruthy();
  expect(card.getAllByText(/^\d\d:30$|^[A-Z][a-z]{2}$/).length).toBeGreaterThan(2);
  fireEvent.change(screen.getByRole("combobox", { name: "Language" }), { target: { value: "hi" } });
  expect(card.getByText(/भारतीय मानक समय/)).toBeTruthy();
});

test("a value that nobody renews is called out of date when its time limit has passed", async () => {
  server.publish("delhi", changed({ status: "live" }));
  await open("/places/delhi");
  expect(headline().dataset.status).toBe("live");
  server.isSilent = true;
  vi.setSystemTime(Date.parse(RECORDED.stale_at ?? ""));
  await later(10);
  expect(headline().dataset.status).toBe("stale");
});

test("where nothing is known, there is no number", async () => {
  server.publish("delhi", { data: fixture<AQIUpdate>("aqi_update_unavailable").data });
  await open("/places/delhi");
  expect(within(headline()).getByText("–")).toBeTruthy();
  expect(within(headline()).getByText("Unavailable")).toBeTruthy();
  expect(screen.queryByText("Show the calculation")).toBeNull();
});

test("a replay tells its own time, and never an age", async () => {
  server.publish("delhi", changed({ status: "replay", observed_at: "2016-11-06T04:00:00Z" }));
  await open("/places/delhi");
  expect(within(headline()).getByText(/the air of Nov 6, 2016/)).toBeTruthy();
  expect(screen.queryByText(/ago/)).toBeNull();
});

test("another scale shows its own number, and the link carries it along", async () => {
  const other = Object.values(RECORDED.scales).find(({ value }) => value !== RECORDED.aqi.value);
  await open(`/places/delhi?scale=${other?.scale}`);
  expect(within(headline()).getByText(String(other?.text))).toBeTruthy();
});

test("pollutants show their index on the chosen scale, and none until the server's answer of the same hour is there", async () => {
  const pollutants = { pm25: { ...RECORDED.pollutants.pm25, index: 141, averaging: "nowcast" } };
  answers.set("/api/v1/locations/delhi/current/", { ...RECORDED, pollutants });
  await open("/places/delhi?scale=us_epa_2024");
  expect(tiles()).toMatch(/index 141/);
  server.publish("delhi", changed({ observed_at: "2026-01-15T10:00:00Z" }));
  await later(1);
  expect(tiles()).toContain("µg/m³");
  expect(tiles()).not.toMatch(/index/);
});

test("each hour of the forecast is in a table, with its range", async () => {
  await open("/places/delhi");
  const rows = within(screen.getByRole("region", { name: "Forecast", hidden: true })).getAllByRole("row", { hidden: true });
  const [first] = RECORDED.forecast.hours;
  expect(rows).toHaveLength(1 + RECORDED.forecast.hours.length);
  expect(rows[1]?.textContent).toContain(`${first?.value}${first?.lo80} to ${first?.hi80}`);
});

test("methods and averages are told in words, and one that nobody knows by its id", async () => {
  const pm25 = { ...RECORDED.pollutants.pm25, averaging: "1h_for_15min" } as Pollutant;
  server.publish("delhi", changed({ pollutants: { pm25 }, forecast: { ...RECORDED.forecast, model: "blend+oracle" } }));
  await open("/places/delhi");
  expect(tiles()).toContain("average of 1 hour, in place of 15 minutes");
  expect(screen.getByText(/ by a blend of several methods and oracle\./)).toBeTruthy();
});

test("advice is for the group that the reader chose, in the words of the server", async () => {
  const { scale, category } = RECORDED.aqi;
  const advice = { id: "watch_symptoms", text: "All.", groups: { general: "Go on.", children: "Let them rest." }, steps: { general: "as_usual", children: "reduce" } };
  answers.set("/api/v1/scales/", {
    groups: { general: "General public", children: "Children" },
    scales: [{ id: scale, name: "A scale", categories: [{ id: category, label: "So-so", color: "#FFFF00", lowest: 0, advice }] }],
  });
  await open("/places/delhi");
  expect(screen.getByText("Go on.")).toBeTruthy();
  expect(screen.getByText("The advice is stricter for these; choose them above: Children.")).toBeTruthy();
  fireEvent.change(screen.getByRole("combobox", { name: "Advice for" }), { target: { value: "children" } });
  expect(screen.getByText("Let them rest.")).toBeTruthy();
  expect(screen.queryByText(/stricter/)).toBeNull();
  expect(within(headline()).getByText("So-so")).toBeTruthy();
});

test("a name that no place has is answered with suggestions", async () => {
  server.refusal = fixture<ErrorMessage>("error_unknown_location");
  await open("/places/dehli");
  expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("dehli");
  expect(screen.getByRole("link", { name: "delhi" }).getAttribute("href")).toBe("/places/delhi");
});

test("the language changes everything at once, the page's own mark too", async () => {
  await open("/places/delhi");
  fireEvent.change(screen.getByRole("combobox", { name: "Language" }), { target: { value: "hi" } });
  expect(within(headline()).getByText("कृत्रिम")).toBeTruthy();
  expect(document.documentElement.lang).toBe("hi");
});
