// Bundles and minifies what the browser loads: `node build.mjs OUTPUT_FOLDER`.
//
// Knows nothing of the wheel, the manifest or compression: hatch_build.py does those with what
// lies in the folder afterwards. esbuild's WebAssembly build is used because it is one file for
// every platform; a native binary would have to be fetched per machine.

import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild-wasm";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Oldest browsers served. Newer syntax than these know is rewritten. */
const target = ["es2022", "chrome120", "edge120", "firefox121", "safari17.2"];

/** @type {import("esbuild-wasm").BuildOptions} */
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target,
  charset: "utf8",
  // Licence notices of third parties stay at the end of the file they came in with.
  legalComments: "eof",
  logLevel: "warning",
};

/**
 * Bundles the runtime, and each module that it imports dynamically into a file of its own, to be
 * loaded on first use.
 *
 * esbuild's own splitting is not used: what an entry and a lazy module have in common, be it one
 * helper of ten bytes, it moves to a third file, and every page waits for one more request. So
 * here they have nothing in common (checked below): what a lazy module needs it is given as
 * arguments. A second copy would be worse than the request: two stores, two classes of one name.
 *
 * @param {string} outdir
 * @returns {Promise<void>}
 */
async function buildRuntime(outdir) {
  // A page that has vars which live in the browser names this one in its head.
  // A page that has components which the keyboard moves in names the second.
  // A page that has a form which is sent names the third, one with Markdown that changes the last.
  const lazy = new Map(["storage", "widgets", "forms", "markdown"].map((name) => [name, join(here, "runtime", `${name}.js`)]));
  /** @type {import("esbuild-wasm").Plugin} */
  const aside = {
    name: "aside",
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return null;
        const name = basename(path, ".js");
        const file = join(resolveDir, path);
        if ((lazy.get(name) ?? file) !== file || ["boot", "runtime"].includes(name)) {
          throw new Error(`${path}: there is another ${name}.js in the output`);
        }
        lazy.set(name, file);
        return { path: `./${name}.js`, external: true };
      });
    },
  };
  const options = /** @type {const} */ ({ ...common, outdir, format: "esm", metafile: true });
  const done = new Set();
  const seen = new Map();
  // What is loaded on use may itself load more.
  for (let todo = [["runtime", join(here, "runtime", "main.js")]]; todo.length; ) {
    const entryPoints = Object.fromEntries(todo);
    const { metafile } = await build({ ...options, entryPoints, plugins: [aside] });
    todo.forEach(([name]) => done.add(name));
    todo = [...lazy].filter(([name]) => !done.has(name));
    for (const { entryPoint = "", inputs } of Object.values(metafile.outputs)) {
      for (const input of Object.keys(inputs)) {
        if (seen.has(input)) {
          throw new Error(`${input} is in ${seen.get(input)} and in ${entryPoint}: hand it over`);
        }
        seen.set(input, entryPoint);
      }
    }
  }
}

/**
 * @param {string} outdir
 * @returns {Promise<void>}
 */
async function main(outdir) {
  // Classic and blocking, in the head: it has to be done before the first paint.
  await build({ ...common, outdir, entryPoints: { boot: "boot.js" }, format: "iife" });
  await buildRuntime(outdir);
  // Apart from all of that: pages load these two in development only.
  await build({
    ...common,
    outdir,
    entryPoints: { development: "runtime/development.js", "development-style": "theme/development.css" },
    format: "esm",
  });
  await build({
    ...common,
    outdir,
    entryPoints: { triostate: "theme/index.css" },
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "dataurl" },
    // The package's own export map leaves out its ready-built style sheets.
    alias: { "basecoat-css": fileURLToPath(new URL("node_modules/basecoat-css", import.meta.url)) },
  });
}

const [outdir] = process.argv.slice(2);
if (outdir === undefined) {
  console.error("usage: node build.mjs OUTPUT_FOLDER");
  process.exitCode = 2;
} else {
  // esbuild has printed what is wrong, with file and line: a stack trace would bury it.
  await main(outdir).catch((error) => {
    if (!error.errors) console.error(String(error));
    process.exitCode = 1;
  });
}
