import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { badge } from "./build/badge.ts";
import { compressed } from "./build/compressed.ts";
import { land } from "./build/land.ts";
import { precached } from "./build/precached.ts";

export default defineConfig({
  base: "/static/dashboard/",
  plugins: [react(), badge(), land(), precached("service-worker.js"), compressed()],
  build: {
    target: ["chrome119", "safari16.4", "firefox128"], // the first with colours made from other colours
    assetsInlineLimit: 0, // a data: address would need an exception in the site's content security policy
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { page: "index.html", "service-worker": "src/worker/service-worker.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/ws": { target: "http://127.0.0.1:8000", ws: true } } },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/views/tests/setup.ts"], testTimeout: 60_000 },
});
