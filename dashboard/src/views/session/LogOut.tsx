import { useLanguage } from "../language/language.tsx";
import { usePhase, useSession } from "./context.tsx";

export function LogOut() {
  const { say } = useLanguage();
  const session = useSession();
  if (usePhase() !== "logged in") return null;
  return <button type="button" onClick={() => void session.logOut()}>{say("log_out")}</button>;
}
