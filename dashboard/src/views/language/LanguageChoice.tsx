import { type Code, LANGUAGES, useLanguage } from "./language.tsx";

export function LanguageChoice() {
  const { code, choose, say } = useLanguage();
  return (
    <label className="language">
      <span className="unseen">{say("language")}</span>
      <select value={code} onChange={(event) => choose(event.target.value as Code)}>
        {Object.entries(LANGUAGES).map(([value, name]) => (
          <option key={value} value={value} lang={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
