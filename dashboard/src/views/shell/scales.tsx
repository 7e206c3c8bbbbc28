import { createContext, type ReactNode, use } from "react";
import { useAnswer } from "./answers.ts";

export interface Category {
  id: string;
  label: string;
  color: string;
  /** The lowest index that belongs to it. */
  lowest: number;
  /** An older server does not send the steps. */
  advice: { id: string; text: string; groups: Record<string, string>; steps?: Record<string, string> };
}

export interface Scale {
  id: string;
  name: string;
  categories: Category[];
}

interface Words {
  groups: Record<string, string>;
  scales: Scale[];
}

const Context = createContext<Words>({ groups: {}, scales: [] });

/** Asks once for what all pages need: the scales and their words in the reader's language. */
export function ScalesProvider({ children }: { children: ReactNode }) {
  const { value } = useAnswer<Words>("/api/v1/scales/");
  return value ? <Context value={value}>{children}</Context> : children;
}

export function useScales(): Scale[] {
  return use(Context).scales;
}

/** The groups of people that advice is given to, by id. */
export function useGroups(): Record<string, string> {
  return use(Context).groups;
}

/** Finds the category of an index in the reader's language; null where the server has no words for it. */
export function useCategories(): (aqi: { scale: string; category: string | null }) => Category | null {
  const scales = useScales();
  return ({ scale, category }) =>
    scales.find(({ id }) => id === scale)?.categories.find(({ id }) => id === category) ?? null;
}

/** The category that an index of the scale is in. */
export function useCategoryAt(scale: string, index: number): Category | undefined {
  return useScales().find(({ id }) => id === scale)?.categories.findLast(({ lowest }) => lowest <= index);
}

export function useScaleName(): (scale: string) => string {
  const scales = useScales();
  return (scale) => scales.find(({ id }) => id === scale)?.name ?? scale;
}
