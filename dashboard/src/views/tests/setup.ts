import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

/** What browsers have and jsdom lacks: nothing of it is looked at here, and a real browser looks at all of it. */
const canvas = new Proxy({}, { get: () => () => ({ width: 0 }) });
HTMLCanvasElement.prototype.getContext = (() => canvas) as never;
globalThis.matchMedia = (() => ({ matches: false, addEventListener() {}, removeEventListener() {} })) as never;
globalThis.scrollTo = () => {};
globalThis.Path2D = class {
  rect() {}
  moveTo() {}
  lineTo() {}
  closePath() {}
} as never;
globalThis.ResizeObserver = class {
  observe() {}
  disconnect() {}
} as never;
