import { act, render } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, vi } from "vitest";
import { sharedClient } from "../../client/shared.ts";
import { pass, setTheStage } from "../../client/tests/stage.ts";
import { App } from "../App.tsx";
import { LanguageProvider } from "../language/language.tsx";

/** The answers of the REST API, by the path that they are asked at; of every other path, "not found". */
export const answers = new Map<string, unknown>();

/** Calls in the file of each test: a browser that nobody has used yet, before the server of the live client's tests. */
export function setTheBrowser(): void {
  setTheStage();
  beforeAll(async () => {
    // What a browser loads later is there from the start: no test is about that.
    await Promise.all([import("../place/Place.tsx"), import("../place/ForecastChart.tsx"), import("../overview/Land.tsx")]);
  });
  beforeEach(() => {
    localStorage.clear();
    answers.clear();
    vi.stubGlobal("fetch", async (address: string) => {
      const answer = answers.get(new URL(address, location.href).pathname);
      return new Response(JSON.stringify(answer ?? { code: "not_found" }), { status: answer ? 200 : 404 });
    });
  });
  afterEach(() => sharedClient().close());
}

export async function open(address: string): Promise<void> {
  history.replaceState(null, "", address);
  render(
    <LanguageProvider>
      <App />
    </LanguageProvider>,
  );
  await later(0.5); // the page,
  await later(0.5); // and what it asks for
}

/** Lets time pass, and what was asked for arrive. */
export async function later(seconds: number): Promise<void> {
  await act(async () => {
    await pass(seconds);
  });
}
