import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const DASHBOARD = resolve(import.meta.dirname, "../../..");
const PATIENCE_MS = 120_000;

let folder: string;
let files: string[];

/** A project that has installed what `npm pack` makes. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aqi-live-"));
  const installed = join(folder, "node_modules/aqi-live");
  mkdirSync(installed, { recursive: true });
  run("npm", ["run", "--silent", "package"], DASHBOARD);
  const packed = run("npm", ["pack", "--json", "--pack-destination", folder], join(DASHBOARD, "package"));
  const [{ filename, files: inside }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  files = inside.map(({ path }) => path);
  run("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, options: string[], cwd = folder): string {
  return execFileSync(program, options, { cwd, encoding: "utf-8" });
}

function node(script: string): string {
  return run("node", ["--input-type=module", "--eval", script]).trim();
}

describe("the package aqi-live", () => {
  it("has scripts with their types, licence and explanation, and nothing else", () => {
    const others = files.filter((file) => !/^\w+\.(js|d\.ts)$/.test(file));
    expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    const scripts = files.filter((file) => file.endsWith(".js"));
    expect(scripts.filter((file) => !files.includes(file.replace(".js", ".d.ts")))).toEqual([]);
  });

  it("depends on nothing", () => {
    const manifest = JSON.parse(readFileSync(join(folder, "node_modules/aqi-live/package.json"), "utf-8")) as object;
    expect(manifest).not.toHaveProperty("dependencies");
    expect(manifest).toHaveProperty("peerDependenciesMeta.react.optional", true);
  });

  it("can be imported where there is no browser", () => {
    expect(node(`import { AqiClient } from "aqi-live"; new AqiClient({ server: "https://a.example" }); console.log("made")`)).toBe("made");
    expect(node(`import { AqiBadge } from "aqi-live/badge"; console.log(typeof AqiBadge)`)).toBe("function");
  });

  it("has what its explanation shows", { timeout: PATIENCE_MS }, () => {
    for (const [index, [, kind, example]] of [...examples()].entries()) writeFileSync(join(folder, `${index}.${kind}`), example!);
    for (const types of ["react", "@types"]) symlinkSync(join(DASHBOARD, "node_modules", types), join(folder, "node_modules", types));
    const options = ["--noEmit", "--strict", "--jsx", "react-jsx", "--module", "nodenext", "--target", "es2023", "--types", ""];
    run(join(DASHBOARD, "node_modules/.bin/tsc"), [...options, "0.ts", "1.tsx"]);
  });
});

function examples(): Iterable<RegExpMatchArray> {
  return readFileSync(resolve(import.meta.dirname, "../README.md"), "utf-8").matchAll(/```(tsx?)\n(.*?)```/gs);
}
