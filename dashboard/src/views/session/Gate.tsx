import type { ReactNode } from "react";
import { useLanguage } from "../language/language.tsx";
import { usePhase } from "./context.tsx";
import { LogIn } from "./LogIn.tsx";

/** The page, unless the server wants to know first who reads it. */
export function Gate({ children }: { children: ReactNode }) {
  const { say } = useLanguage();
  const phase = usePhase();
  if (phase === "resuming") return <p role="status">{say("loading")}</p>;
  if (phase === "wanted" || phase === "ended") return <LogIn hasEnded={phase === "ended"} />;
  return children;
}
