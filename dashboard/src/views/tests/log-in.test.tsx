import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { fixture } from "../../client/tests/fixtures.ts";
import { server } from "../../client/tests/stage.ts";
import type { Authenticate, ErrorMessage } from "../../client/types.ts";
import { answers, later, open, setTheBrowser } from "./browser.tsx";
import { ClosedServer, PASSWORD } from "./closed_server.ts";

setTheBrowser();

const PLACES = "/api/v1/locations/";
const TOKEN = "/api/v1/token/";
const ENDED: ErrorMessage = { ...fixture<ErrorMessage>("error"), code: "session_ended", message: "It has ended." };

let closed: ClosedServer;

beforeEach(() => {
  sessionStorage.clear();
  closed = new ClosedServer();
  server.wantsToken = true;
  const aqi = { value: 40, category: "good", color: "#FFFF00", dominant_pollutant: "pm25", scale: "one" };
  const delhi = { slug: "delhi", name: "Delhi", country: "IN", latitude: 28.7, longitude: 77.2, timezone: "UTC", status: "live", observed_at: null, aqi };
  answers.set(PLACES, { next: null, results: [delhi] });
});

const card = () => screen.queryByRole("form", { name: "Log in" });
const theCard = () => screen.getByRole("form", { name: "Log in" });
const place = () => within(screen.getByRole("list")).getByRole("link", { name: /Delhi/ });

async function logIn(password = PASSWORD): Promise<void> {
  fireEvent.change(screen.getByLabelText("User name"), { target: { value: "ana" } });
  fireEvent.change(screen.getByLabelText("Password"), { target: { value: password } });
  fireEvent.submit(theCard());
  await later(0.5);
  await later(0.5);
}

describe("where anybody may read", () => {
  test("nothing of a log-in is seen, and nothing is asked for it", async () => {
    closed.letsAnybodyRead = true;
    server.wantsToken = false;
    await open("/");
    expect(card()).toBeNull();
    expect(screen.queryByRole("button", { name: "Log out" })).toBeNull();
    expect(place()).toBeTruthy();
    expect(closed.asked.filter(({ path, authorization }) => path.startsWith(TOKEN) || authorization)).toEqual([]);
  });
});

describe("where a log-in is required", () => {
  test.each(["/", "/places/delhi"])("%s asks who reads, and the name can be typed at once", async (address) => {
    await open(address);
    expect(within(theCard()).getByText("The values here are for people who log in.")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("User name"));
    expect(screen.queryByRole("list")).toBeNull();
    expect(screen.queryByRole("link", { name: "For your own site" })).toBeNull();
  });

  test("the right password shows the values, live, and every request says who asks", async () => {
    await open("/");
    await logIn();
    expect(card()).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("main"));
    expect(place().textContent).toContain(server.newest("delhi").data.aqi.text);
    expect(server.open[0]?.protocols).toContain("bearer.access-1");
    const since = closed.asked.findIndex(({ path }) => path === TOKEN) + 1;
    expect(new Set(closed.asked.slice(since).map(({ authorization }) => authorization))).toEqual(new Set(["Bearer access-1"]));
  });

  test("the password is in no address and no storage, and the tokens are only where they are meant to be", async () => {
    await open("/");
    await logIn();
    expect(closed.requests(TOKEN).map(({ body }) => body)).toEqual([{ username: "ana", password: PASSWORD }]);
    const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]);
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain("access-1");
    expect(JSON.stringify({ ...localStorage })).not.toContain("refresh");
  });

  test("a log-in holds over a reload of its tab", async () => {
    sessionStorage.setItem("refresh token", "refresh");
    await open("/");
    expect(card()).toBeNull();
    expect(place()).toBeTruthy();
    expect(closed.requests(PLACES).map(({ authorization }) => authorization)).toEqual(["Bearer access-1"]);
  });
});

describe("a log-in that fails says why", () => {
  test.each([
    ["a wrong password", null, /name or the password is wrong, or it was tried too often/],
    ["too many requests", { status: 429, headers: { "Retry-After": "42" } }, /try again in 42 seconds/],
    ["a server in trouble", { status: 503 }, /cannot answer at the moment/],
    ["no network", "unreachable", /cannot be reached/],
  ] as const)("%s", async (_, trouble, sentence) => {
    await open("/");
    closed.trouble = trouble;
    await logIn("wrong");
    expect(screen.getByRole("alert").textContent).toMatch(sentence);
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
    expect(screen.getByLabelText("Password").getAttribute("aria-invalid")).toBe(String(trouble === null));
    closed.trouble = null;
    await logIn();
    expect(card()).toBeNull();
  });
});

describe("a log-in that goes on", () => {
  test("gets its next access token before the present one ends, for the socket too", async () => {
    await open("/");
    await logIn();
    await later(14 * 60);
    expect(closed.requests(`${TOKEN}refresh/`).map(({ body }) => body)).toEqual([{ refresh: "refresh" }]);
    expect(server.actions<Authenticate>("authenticate")).toEqual([{ action: "authenticate", token: "access-2" }]);
    expect(card()).toBeNull();
  });

  test("outlives the sleep of its computer", async () => {
    await open("/");
    await logIn();
    vi.setSystemTime(Date.now() + 3_600_000);
    server.open[0]?.say(ENDED);
    await later(0.1);
    server.close(4002);
    await later(1);
    expect(card()).toBeNull();
    expect(server.open[0]?.protocols).toContain("bearer.access-2");
  });

  test("outlives a network that is away when the page is opened", async () => {
    sessionStorage.setItem("refresh token", "refresh");
    closed.trouble = "unreachable";
    await open("/");
    expect(card()).toBeNull();
    closed.trouble = null;
    await later(11);
    await later(0.5);
    expect(place()).toBeTruthy();
    expect(server.open[0]?.protocols).toContain("bearer.access-1");
  });
});

test("a server that gives tokens and then refuses them is asked every ten seconds at most", async () => {
  await open("/");
  await logIn();
  for (let refused = 0; refused < 60; refused += 1) {
    server.open[0]?.say(ENDED);
    await later(0.1);
    server.close(4002);
    await later(0.4);
  }
  const count = closed.requests(`${TOKEN}refresh/`).length;
  expect(count).toBeGreaterThan(1);
  expect(count).toBeLessThanOrEqual(4);
});

describe("the end of a log-in", () => {
  test("is told where the server ended it", async () => {
    await open("/");
    await logIn();
    closed.hasSession = false;
    server.open[0]?.say(ENDED);
    await later(0.1);
    server.close(4002);
    await later(11);
    expect(within(theCard()).getByText("Your log-in has ended. Log in again to go on.")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("User name"));
    expect(sessionStorage.getItem("refresh token")).toBeNull();
  });

  test("is told where the refresh token is refused", async () => {
    await open("/");
    await logIn();
    closed.hasSession = false;
    await later(14 * 60 + 1);
    expect(within(theCard()).getByText("Your log-in has ended. Log in again to go on.")).toBeTruthy();
  });

  test("comes with a click, and leaves neither token nor value behind", async () => {
    await open("/");
    await logIn();
    await later(11); // by now values are kept for the next visit
    expect(JSON.stringify({ ...localStorage })).toContain("aqi-live");
    fireEvent.click(screen.getByRole("button", { name: "Log out" }));
    await later(1);
    expect(closed.requests(`${TOKEN}logout/`).map(({ body }) => body)).toEqual([{ refresh: "refresh" }]);
    expect(within(theCard()).getByText("The values here are for people who log in.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Log out" })).toBeNull();
    expect(server.open).toEqual([]);
    await later(20);
    expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }])).not.toMatch(/aqi-live|refresh/);
    await logIn();
    expect(place()).toBeTruthy();
  });
});

test("a server that was opened to everybody meanwhile is noticed when the reader is back in the tab", async () => {
  await open("/");
  await logIn();
  fireEvent.click(screen.getByRole("button", { name: "Log out" }));
  await later(1);
  closed.hasAdminCookie = true;
  fireEvent(document, new Event("visibilitychange"));
  await later(1);
  expect(card()).not.toBeNull();
  closed.letsAnybodyRead = true;
  server.wantsToken = false;
  fireEvent(document, new Event("visibilitychange"));
  await later(1);
  await later(1);
  expect(card()).toBeNull();
  expect(place().textContent).toContain(server.newest("delhi").data.aqi.text);
  expect(server.open[0]?.protocols.join()).not.toContain("bearer");
});

test("the measurements are downloaded as whoever is logged in", async () => {
  URL.createObjectURL = () => "blob:";
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  await open("/places/delhi");
  await logIn();
  answers.set("/api/v1/locations/delhi/history/", "csv");
  fireEvent.click(screen.getByRole("link", { name: "Download CSV" }));
  await later(0.5);
  expect(closed.requests("/api/v1/locations/delhi/history/").at(-1)?.authorization).toBe("Bearer access-1");
  expect(clicked).toHaveBeenCalledOnce();
});
