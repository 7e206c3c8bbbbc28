import type { Snapshot } from "../../client/types.ts";
import { useLanguage } from "../language/language.tsx";
import { usePhase } from "../session/context.tsx";
import { Download } from "./Download.tsx";

export function Sources({ snapshot: { sources, location } }: { snapshot: Snapshot }) {
  const { say } = useLanguage();
  const isOpen = usePhase() === "open"; // other sites show a place only where anybody may read
  return (
    <section className="card sources">
      <h2>{say("sources_heading")}</h2>
      {sources.length === 0 && <p>{say("sources_none")}</p>}
      <ul>
        {sources.map(({ name, attribution, licence, url }) => (
          <li key={name + attribution}>
            {url ? <a href={url}>{name}</a> : <strong>{name}</strong>}
            <p><small>{attribution}. {say("licence", { licence })}</small></p>
          </li>
        ))}
      </ul>
      <div className="headline-actions">
        <Download address={`/api/v1/locations/${location.slug}/history/?format=csv`} name={`${location.slug}.csv`} />
        {isOpen && <a className="button" href={`/embed/?location=${location.slug}`}>{say("embed")}</a>}
      </div>
    </section>
  );
}
