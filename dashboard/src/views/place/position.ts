/** Where on a bar of equally long categories a value is, from 0 to 1; the last category has no end, so its middle. */
export function positionOn(categories: { lowest: number }[], value: number, at: number): number {
  const [lowest, next] = [categories[at]?.lowest ?? 0, categories[at + 1]?.lowest];
  const inside = next === undefined ? 0.5 : (value - lowest + 0.5) / (next - lowest);
  return (at + Math.min(Math.max(inside, 0), 1)) / categories.length;
}
