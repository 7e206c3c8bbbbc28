import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from "react";
import { sharedClient } from "../../client/shared.ts";
import { type Phase, Session } from "./session.ts";

const Context = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session] = useState(() => new Session(sharedClient()));
  useEffect(() => {
    session.begin();
    return () => session.close();
  }, [session]);
  return <Context value={session}>{children}</Context>;
}

export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error("useSession needs <SessionProvider> around it.");
  return session;
}

export function usePhase(): Phase {
  const session = useSession();
  return useSyncExternalStore(session.listen, () => session.phase);
}
