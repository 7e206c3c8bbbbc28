/** The short name of a scale, where there is no room for that of /api/v1/scales/: "US EPA 2024". */
export function shortScaleName(id: string): string {
  return id.replaceAll("_", " ").toUpperCase();
}
