export interface Formats {
  number: (value: number, digits?: number) => string;
  /** `seconds` in the past, in the largest whole unit. */
  ago: (seconds: number) => string;
  hour: (moment: Date | string, timeZone: string) => string;
  weekdayHour: (moment: Date | string, timeZone: string) => string;
  dateTime: (moment: Date | string, timeZone: string) => string;
  /** What the time of a place is called at a moment, such as "India Standard Time". */
  zone: (moment: Date | string, timeZone: string) => string;
  country: (code: string) => string;
  /** "one, two, and three" */
  list: (parts: string[]) => string;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

export function formatsOf(code: string): Formats {
  const relative = new Intl.RelativeTimeFormat(code, { numeric: "always", style: "long" });
  const lists = new Intl.ListFormat(code);
  const countries = new Intl.DisplayNames(code, { type: "region", fallback: "code" });
  const formatted = (options: Intl.DateTimeFormatOptions) => {
    const byZone = new Map<string, Intl.DateTimeFormat>();
    return (moment: Date | string, timeZone: string) => {
      const format = byZone.get(timeZone) ?? new Intl.DateTimeFormat(code, { ...options, timeZone });
      byZone.set(timeZone, format);
      return format.format(new Date(moment));
    };
  };
  const zoned = (moment: Date | string, timeZone: string) =>
    new Intl.DateTimeFormat(code, { timeZone, timeZoneName: "long" }).formatToParts(new Date(moment));
  return {
    number: (value, digits = 0) => value.toLocaleString(code, { maximumFractionDigits: digits }),
    ago: (seconds) => {
      const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
      return relative.format(-Math.floor(seconds / size), unit);
    },
    hour: formatted({ hour: "numeric", minute: "2-digit", hourCycle: "h23" }),
    weekdayHour: formatted({ weekday: "short", hour: "numeric", minute: "2-digit", hourCycle: "h23" }),
    dateTime: formatted({ dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }),
    zone: (moment, timeZone) => zoned(moment, timeZone).find(({ type }) => type === "timeZoneName")?.value ?? timeZone,
    country: (region) => (/^[A-Z]{2}$/.test(region) ? (countries.of(region) ?? region) : region),
    list: (parts) => lists.format(parts),
  };
}
