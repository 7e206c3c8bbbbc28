import { act, cleanup, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it } from "vitest";
import type { AqiClient } from "../client.js";
import { useWebSocketAQI } from "../react.js";
import type { RefreshAt } from "../types.js";
import { VALUE } from "./fixtures.js";
import { client, pass, server, setTheStage } from "./stage.js";

setTheStage();
afterEach(cleanup);

function Air({ place, one }: { place: string; one: AqiClient }) {
  const { data, status, age, isConnected, isStale, error, refresh } = useWebSocketAQI(place, one);
  const facts = [data?.aqi.value, status, age, isConnected, isStale, error?.code];
  return <button onClick={refresh}>{facts.map(String).join(" ")}</button>;
}

const shown = (): string | null => screen.getByRole("button").textContent;

describe("useWebSocketAQI", () => {
  it("gives a component the air of a place, live", async () => {
    const one = client();
    render(<Air place="Delhi" one={one} />, { wrapper: StrictMode });
    expect(shown()).toBe("undefined null null false false undefined");
    await act(() => pass(1));
    expect(shown()).toBe(`${VALUE} simulated 1805 true false undefined`);
    expect(server.sockets).toHaveLength(1);
  });

  it("follows another place when the component does, and ends with it", async () => {
    const one = client();
    const { rerender, unmount } = render(<Air place="delhi" one={one} />);
    await act(() => pass(1));
    rerender(<Air place="paris" one={one} />);
    await act(() => pass(6));
    expect(server.actions("unsubscribe")).toEqual([{ action: "unsubscribe", location: "delhi" }]);
    unmount();
    await pass(6);
    expect(server.open).toHaveLength(0);
  });

  it("refresh asks for the newest", async () => {
    render(<Air place="Delhi" one={client()} />);
    await act(() => pass(1));
    screen.getByRole("button").click();
    expect(server.actions<RefreshAt>("refresh")).toHaveLength(1);
  });

  it("is nothing known on a server that renders pages", () => {
    expect(renderToString(<Air place="Delhi" one={client()} />)).toContain("undefined null null false false undefined");
  });
});
