import { lazy, Suspense } from "react";
import { useLanguage } from "./language/language.tsx";
import { Overview } from "./overview/Overview.tsx";
import { SessionProvider } from "./session/context.tsx";
import { Frame } from "./shell/Frame.tsx";
import { type Route, routeOf, useAddress } from "./shell/routing.tsx";
import { ScalesProvider } from "./shell/scales.tsx";
import "./styles/colours.css";
import "./styles/page.css";
import "./styles/card.css";

const Place = lazy(() => import("./place/Place.tsx"));

export function App() {
  const { say } = useLanguage();
  const route = routeOf(useAddress().pathname);
  return (
    <SessionProvider>
      <Frame>
        <ScalesProvider>
          <Suspense fallback={<p role="status">{say("loading")}</p>}>
            <Page route={route} />
          </Suspense>
        </ScalesProvider>
      </Frame>
    </SessionProvider>
  );
}

function Page({ route }: { route: Route }) {
  const { say } = useLanguage();
  if (route.page === "overview") return <Overview />;
  if (route.page === "place") return <Place key={route.name} name={route.name} />;
  return <h1>{say("not_found")}</h1>;
}
