import { useLanguage } from "../language/language.tsx";
import type { LiveAQI } from "../../client/react.ts";
import { addressOf, Link } from "../shell/routing.tsx";

export function UnknownPlace({ name, problem }: { name: string; problem: NonNullable<LiveAQI["error"]> }) {
  const { say } = useLanguage();
  if (!/_location$/.test(problem.code)) return <p role="alert">{problem.message}</p>;
  return (
    <section className="card">
      <h1>{say("unknown_place", { name })}</h1>
      {problem.suggestions.length > 0 && <p>{say("did_you_mean")}</p>}
      <ul className="suggestions">
        {problem.suggestions.map((slug) => (
          <li key={slug}>
            <Link href={addressOf(slug)}>{slug}</Link>
          </li>
        ))}
      </ul>
      <p><Link href="/">{say("all_places")}</Link></p>
    </section>
  );
}
