import { useEffect, useState } from "react";
import { useLanguage } from "../language/language.tsx";
import { useSession } from "../session/context.tsx";
import type { Session } from "../session/session.ts";

export type Answer<T> =
  | { state: "loading" | "absent" | "failed"; value: T | null; problem?: Problem }
  | { state: "ready"; value: T };

/** What the REST API says of an error (RFC 9457). */
export interface Problem {
  code: string;
  detail: string;
  suggestions?: string[];
}

/**
 * The JSON at an address, asked again when the address, the language or `version` changes; until the new answer is
 * there, the old one stays. A 404 is `absent`: an older server, or a place that nobody added.
 */
export function useAnswer<T>(address: string | null, version: unknown = null): Answer<T> {
  const { code } = useLanguage();
  const session = useSession();
  const [held, hold] = useState<{ address: string | null; answer: Answer<T> }>({ address, answer: LOADING });
  useEffect(() => {
    if (address === null) return;
    const leaving = new AbortController();
    ask<T>(session, address, code, leaving.signal).then(
      (answer) => hold({ address, answer }),
      () => {
        if (!leaving.signal.aborted) hold((old) => ({ address, answer: { state: "failed", value: valueAt(old, address) } }));
      },
    );
    return () => leaving.abort();
  }, [session, address, code, version]);
  return held.address === address ? held.answer : LOADING;
}

const LOADING = { state: "loading", value: null } as const;

function valueAt<T>(held: { address: string | null; answer: Answer<T> }, address: string): T | null {
  return held.address === address ? held.answer.value : null;
}

async function ask<T>(session: Session, address: string, language: string, signal: AbortSignal): Promise<Answer<T>> {
  const response = await session.fetch(address, { signal, headers: { Accept: "application/json", "Accept-Language": language } });
  if (response.ok) return { state: "ready", value: (await response.json()) as T };
  if (response.status >= 500) throw new Error(`${address} answered ${response.status}`);
  return { state: "absent", value: null, problem: (await response.json().catch(() => undefined)) as Problem };
}
