import type { Plugin } from "vite";

const PLACEHOLDER = "__PRECACHED__";

/** Tells the service worker which files this build consists of, so that it can keep them for when there is no network. */
export function precached(worker: string): Plugin {
  let base = "/";
  return {
    name: "precached",
    apply: "build",
    configResolved: (config) => void (base = config.base),
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
      const chunk = bundle[worker];
      if (chunk?.type !== "chunk" || !chunk.code.includes(PLACEHOLDER)) this.error(`${worker} has no ${PLACEHOLDER}`);
      chunk.code = chunk.code.replace(PLACEHOLDER, files.map((name) => base + name).join(" "));
    },
  };
}
