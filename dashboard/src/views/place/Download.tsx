import type { MouseEvent } from "react";
import { useLanguage } from "../language/language.tsx";
import { usePhase, useSession } from "../session/context.tsx";

/** A link to the measurements; it cannot say who asks, so for whoever is logged in the script fetches them. */
export function Download({ address, name }: { address: string; name: string }) {
  const { say } = useLanguage();
  const session = useSession();
  const isLoggedIn = usePhase() === "logged in";
  const download = (event: MouseEvent): void => {
    event.preventDefault();
    void session.fetch(address).then(async (response) => response.ok && save(await response.blob(), name));
  };
  return (
    <a className="button" href={address} download={name} onClick={isLoggedIn ? download : undefined}>
      {say("download_csv")}
    </a>
  );
}

function save(file: Blob, name: string): void {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it only after the click
}
