import { useState } from "react";
import { useLanguage } from "../language/language.tsx";

/** By the device's own dialogue, else into the clipboard. */
export function Share({ title }: { title: string }) {
  const { say } = useLanguage();
  const [outcome, setOutcome] = useState("");
  const share = async () => {
    const link = location.href;
    if (typeof navigator.share === "function") return navigator.share({ title, url: link }).catch(() => undefined);
    await navigator.clipboard.writeText(link);
    setOutcome(say("share_copied"));
  };
  const failed = () => setOutcome(say("share_failed", { link: location.href }));
  return (
    <>
      <button type="button" onClick={() => void share().catch(failed)}>{say("share")}</button>
      <span role="status">{outcome}</span>
    </>
  );
}
