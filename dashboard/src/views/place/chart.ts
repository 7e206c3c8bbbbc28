import type uPlot from "uplot";
import type { Language } from "../language/language.tsx";
import type { Category } from "../shell/scales.tsx";
import type { Hour } from "../shell/answer-types.ts";
import { tickOf } from "./ticks.ts";

/** In pixels: at the right edge there may be an hour, in whatever language. */
const HALF_A_LABEL = 24;

/** Columns: time in seconds, the outer bounds, the inner bounds, the median. */
export function seriesOf(hours: Hour[]): uPlot.AlignedData {
  const column = (name: "lo80" | "hi80" | "lo95" | "hi95" | "value") => hours.map((hour) => hour[name] ?? null);
  const times = hours.map((hour) => Date.parse(hour.valid_at) / 1000);
  return [times, column("hi95"), column("lo95"), column("hi80"), column("lo80"), column("value")];
}

export interface Drawing {
  element: HTMLElement;
  language: Language;
  timeZone: string;
  categories: Category[];
  onPointed: (hour: number | null) => void;
}

export function optionsOf({ element, language, timeZone, categories, onPointed }: Drawing): uPlot.Options {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name);
  const [ink, soft, line] = [colour("--ink"), colour("--ink-soft"), colour("--line")];
  const bound = { stroke: "transparent", points: { show: false } };
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [12, HALF_A_LABEL, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 9, fill: ink, stroke: "transparent" }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(categories[1]?.lowest ?? 1, high * 1.08)] } },
    series: [{}, bound, bound, bound, bound, { stroke: ink, width: 2.5, points: { show: false } }],
    bands: [
      { series: [1, 2], fill: colour("--band-95") },
      { series: [3, 4], fill: colour("--band-80") },
    ],
    axes: [
      { ...axis, space: 64, size: 34, values: (_plot, moments) => moments.map((moment) => tickOf(new Date(moment * 1000), language, timeZone)) },
      { ...axis, size: 44, values: (_plot, values) => values.map((value) => language.number(value)) },
    ],
    hooks: {
      drawClear: [(plot) => categories.forEach((category, at) => shade(plot, category.color, category.lowest, categories[at + 1]?.lowest))],
      setCursor: [(plot) => onPointed(plot.cursor.idx ?? null)],
    },
  };
}

/** Lets the colour of a category shine through where its values are. */
function shade({ ctx, bbox, valToPos }: uPlot, color: string, low: number, high: number | undefined): void {
  const [bottom, top] = [valToPos(low, "y", true), high === undefined ? bbox.top : valToPos(high, "y", true)];
  const upper = Math.max(top, bbox.top);
  if (bottom <= upper) return;
  ctx.save();
  ctx.globalAlpha = 0.22;
  ctx.fillStyle = color;
  ctx.fillRect(bbox.left, upper, bbox.width, Math.min(bottom, bbox.top + bbox.height) - upper);
  ctx.restore();
}
