import type { ReactNode } from "react";
import { LanguageChoice } from "../language/LanguageChoice.tsx";
import { useLanguage } from "../language/language.tsx";
import { usePhase } from "../session/context.tsx";
import { Gate } from "../session/Gate.tsx";
import { LogOut } from "../session/LogOut.tsx";
import { useIsOnline } from "./online.ts";
import { Link } from "./routing.tsx";

/** What is around every page. */
export function Frame({ children }: { children: ReactNode }) {
  const { say } = useLanguage();
  const isOnline = useIsOnline();
  return (
    <div className="frame">
      <a className="skip button" href="#content">{say("skip_to_content")}</a>
      <header className="masthead">
        <Link className="brand" href="/">
          <Emblem /> {say("title")}
        </Link>
        <LanguageChoice />
        <LogOut />
      </header>
      <main id="content" tabIndex={-1}>
        <Gate>
          {!isOnline && <p className="notice" role="status">{say("offline")}</p>}
          {children}
        </Gate>
      </main>
      <Colophon />
    </div>
  );
}

function Colophon() {
  const { say } = useLanguage();
  const isOpen = usePhase() === "open"; // other sites show a place only where anybody may read
  return (
    <footer className="colophon">
      {isOpen && <small><a href="/embed/" hrefLang="en">{say("embeds")}</a></small>}
      <small><a href="/api/docs/">{say("api")}</a></small>
      <small><a href="/admin/">{say("operators")}</a></small>
    </footer>
  );
}

function Emblem() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" aria-hidden="true">
      <path d="M3 9h11a3 3 0 1 0-3-3M3 14h15a3 3 0 1 1-3 3M3 19h6" />
    </svg>
  );
}
