import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useLanguage } from "../language/language.tsx";
import type { Hour } from "../shell/answer-types.ts";
import { type Category, useScales } from "../shell/scales.tsx";
import { optionsOf, seriesOf } from "./chart.ts";
import "./chart.css";

const NONE: Category[] = [];

/** The drawing; what it shows is in the table below it as well, so screen readers pass it by. */
export default function ForecastChart({ hours, timeZone, scale }: { hours: Hour[]; timeZone: string; scale: string }) {
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isDark = useIsDark();
  const categories = useScales().find(({ id }) => id === scale)?.categories ?? NONE;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const options = optionsOf({ element, language, timeZone, categories, onPointed: setPointed });
    const made = (plot.current = new uPlot(options, seriesOf([]), element));
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [language, timeZone, categories, isDark]);

  useEffect(() => plot.current?.setData(seriesOf(hours)), [hours, language, timeZone, categories, isDark]);

  return (
    <div aria-hidden="true">
      <div className="chart" ref={box} />
      <Reading hour={hours[pointed ?? 0]} timeZone={timeZone} />
    </div>
  );
}

function Reading({ hour, timeZone }: { hour: Hour | undefined; timeZone: string }) {
  const { say, number, weekdayHour } = useLanguage();
  if (!hour) return null;
  const values = { value: number(hour.value), low: number(hour.lo80), high: number(hour.hi80) };
  return <p className="reading">{say("forecast_at", { when: weekdayHour(hour.valid_at, timeZone), ...values })}</p>;
}

/** The canvas takes its colours from the style sheet once, so it is drawn anew when that changes. */
function useIsDark(): boolean {
  const [query] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [query]);
  return isDark;
}
