/** What a reader chose, for the next visit. A browser may deny its storage; then nothing is remembered. */

export type Choice = "language" | "scale" | "group";

export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(choice, value);
  } catch {
    // denied or full: the choice holds for this visit
  }
}

export function remembered(choice: Choice): string | null {
  try {
    return localStorage.getItem(choice);
  } catch {
    return null;
  }
}
