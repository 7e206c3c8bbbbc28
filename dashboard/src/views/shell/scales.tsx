import { createContext, type ReactNode, use } from "react";
import { useAnswer } from "./answers.ts";

export interface Category {
  id: string;
  label: string;
  color: string;
  advice: string;
}

export interface Scale {
  id: string;
  name: string;
  categories: Category[];
}

interface ScalesAnswer {
  results: Scale[];
}

const Context = createContext<Scale[]>([]);
const NONE: Scale[] = [];

/** Asks once for what all pages need: the scales with their words in the reader's language. */
export function ScalesProvider({ children }: { children: ReactNode }) {
  const { value } = useAnswer<ScalesAnswer>("/api/v1/scales/");
  return <Context value={value?.results ?? NONE}>{children}</Context>;
}

export function useScales(): Scale[] {
  return use(Context);
}

/** Finds the category of an index in the reader's language; null where the server has no words for it. */
export function useCategories(): (aqi: { scale: string; category: string | null }) => Category | null {
  const scales = useScales();
  return ({ scale, category }) =>
    scales.find(({ id }) => id === scale)?.categories.find(({ id }) => id === category) ?? null;
}

export function useScaleName(): (scale: string) => string {
  const scales = useScales();
  return (scale) => scales.find(({ id }) => id === scale)?.name ?? scale;
}
