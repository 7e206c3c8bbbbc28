import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLanguage } from "../language/language.tsx";
import { CLEAR_SKY } from "../sky/air.ts";
import { Sky } from "../sky/Sky.tsx";
import { useSession } from "./context.tsx";
import { useProblem } from "./problem.ts";
import type { Answer } from "./tokens.ts";
import "./log-in.css";

export function LogIn({ hasEnded }: { hasEnded: boolean }) {
  const { say } = useLanguage();
  const { answer, submit } = useSubmit();
  useAskAgain();
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);
  useEffect(() => {
    if (answer) password.current?.focus();
  }, [answer]);
  useEffect(() => void (document.title = `${say("log_in")} · ${say("title")}`), [say]);
  return (
    <>
      <Sky color={CLEAR_SKY} level={0} />
      {/* Without a script it would be sent by POST as well, and so never in the address. */}
      <form className="card log-in" method="post" aria-labelledby="log-in" onSubmit={submit}>
        <h1 id="log-in">{say("log_in")}</h1>
        <p id="log-in-reason" className="soft">{say(hasEnded ? "log_in_ended" : "log_in_reason")}</p>
        <label>
          {say("user_name")}
          <input ref={name} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required aria-describedby="log-in-reason" />
        </label>
        <label>
          {say("password")}
          <input
            ref={password} name="password" type="password" autoComplete="current-password" required
            aria-invalid={answer?.outcome === "refused"} aria-describedby="log-in-problem"
          />
        </label>
        <p id="log-in-problem" role="alert">{useProblem(answer)}</p>
        <button>{say("log_in")}</button>
      </form>
    </>
  );
}

/** As soon as the reader is back in this tab, what it says may no longer hold. */
function useAskAgain(): void {
  const session = useSession();
  useEffect(() => {
    const shown = () => void (document.visibilityState === "visible" && session.askAgain());
    document.addEventListener("visibilitychange", shown);
    return () => document.removeEventListener("visibilitychange", shown);
  }, [session]);
}

/** Sends what the form holds, one at a time, and afterwards reading begins where a new page would begin. */
function useSubmit() {
  const session = useSession();
  const isBusy = useRef(false);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (isBusy.current) return;
    isBusy.current = true;
    setAnswer(null); // so that the same sentence is announced once more
    const form = new FormData(event.currentTarget);
    const answer = await session.logIn(String(form.get("username")), String(form.get("password")));
    isBusy.current = false;
    if (answer.outcome === "given") document.getElementById("content")?.focus({ preventScroll: true });
    else setAnswer(answer);
  };
  return { answer, submit };
}
