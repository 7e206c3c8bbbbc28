import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|svg|html|json|webmanifest)$/;

/** Writes .gz and .br beside each text: whitenoise sends them instead, and never compresses by itself. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
    async closeBundle() {
      for (const file of await readdir(folder, { recursive: true })) {
        if (TEXT.test(file)) await compress(join(folder, file));
      }
    },
  };
}

async function compress(file: string): Promise<void> {
  const text = await readFile(file);
  await writeFile(`${file}.gz`, gzipSync(text, { level: 9 }));
  await writeFile(`${file}.br`, brotliCompressSync(text));
}
