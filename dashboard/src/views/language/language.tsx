import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import { en, type Key, type Words } from "./en.ts";
import { type Formats, formatsOf } from "./formats.ts";
import { remember, remembered } from "../shell/preference.ts";
import { hi } from "./hi.ts";

export const LANGUAGES = { en: "English", hi: "हिन्दी" } as const;
export type Code = keyof typeof LANGUAGES;
const WORDS: Record<Code, Words> = { en, hi };

export interface Language extends Formats {
  code: Code;
  choose: (code: Code) => void;
  say: (key: Key, values?: Record<string, string | number>) => string;
  /** For keys that are made of what the server sends; null if this version has no words for it. */
  sayIfKnown: (key: string) => string | null;
  /** The words for an id that the server sends, or the id where this version has no words for it. */
  wordsOf: (kind: "averaging" | "model", id: string) => string;
}

const Context = createContext<Language | null>(null);

export function useLanguage(): Language {
  const language = use(Context);
  if (!language) throw new Error("useLanguage needs <LanguageProvider> around it.");
  return language;
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [code, choose] = useState<Code>(preferred);
  useEffect(() => {
    document.documentElement.lang = code;
    remember("language", code);
  }, [code]);
  const language = useMemo(() => languageOf(code, choose), [code]);
  return <Context value={language}>{children}</Context>;
}

function languageOf(code: Code, choose: (code: Code) => void): Language {
  const words = WORDS[code];
  return {
    code,
    choose,
    say: (key, values = {}) => filled(words[key], values),
    sayIfKnown: (key) => (key in words ? words[key as Key] : null),
    wordsOf: (kind, id) => words[`${kind}_${id}` as Key] ?? id,
    ...formatsOf(code),
  };
}

function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The link's `?lang=` wins over what was chosen before, and that over what the browser says. */
function preferred(): Code {
  const asked = new URLSearchParams(location.search).get("lang");
  const wishes = [asked, remembered("language"), ...navigator.languages];
  const known = wishes.map((wish) => wish?.slice(0, 2)).find((wish) => wish && wish in LANGUAGES);
  return (known as Code | undefined) ?? "en";
}
