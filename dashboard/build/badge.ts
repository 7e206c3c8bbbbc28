import { build, type Plugin, type Rolldown } from "vite";

/** Adds aqi-badge.js: the web component in one file under one name, for a script tag on any site. */
export function badge(): Plugin {
  return {
    name: "badge",
    apply: "build",
    async generateBundle() {
      const lib = { entry: "src/client/badge.ts", formats: ["iife" as const], name: "aqiLive", fileName: "aqi-badge" };
      const built = await build({ configFile: false, logLevel: "warn", build: { write: false, lib } });
      const [{ output }] = built as [Rolldown.RolldownOutput];
      this.emitFile({ type: "asset", fileName: "aqi-badge.js", source: output[0].code });
    },
  };
}
