import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./views/App.tsx";
import { LanguageProvider } from "./views/language/language.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </StrictMode>,
);

if (import.meta.env.PROD) void navigator.serviceWorker?.register("/service-worker.js");
