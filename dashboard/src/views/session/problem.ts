import { useLanguage } from "../language/language.tsx";
import type { Answer } from "./tokens.ts";

/** One sentence that says why there was no log-in, and what to do. */
export function useProblem(answer: Answer | null): string {
  const { say } = useLanguage();
  switch (answer?.outcome) {
    case "refused":
      return say("log_in_refused");
    case "wait":
      return say("log_in_wait", { count: answer.seconds });
    case "failed":
      return say("log_in_failed");
    case "unreachable":
      return say("log_in_unreachable");
    default:
      return "";
  }
}
