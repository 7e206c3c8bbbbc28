const [WIDTH, HEIGHT] = [96, 28];

/** The shape of the last day; the words beside it say the same. */
export function Sparkline({ values }: { values: number[] }) {
  const highest = Math.max(...values, Number.MIN_VALUE);
  const points = values.map((value, at) => {
    const x = (at * WIDTH) / Math.max(1, values.length - 1);
    return `${x.toFixed(1)},${(HEIGHT - 3 - (value / highest) * (HEIGHT - 6)).toFixed(1)}`;
  });
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline points={points.join(" ")} />
      <circle cx={WIDTH - 2} cy={points.at(-1)?.split(",")[1]} r="2.6" />
    </svg>
  );
}
