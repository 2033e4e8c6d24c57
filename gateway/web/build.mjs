/**
 * Builds the page: node gateway/web/build.mjs OUT
 *
 * Assets are named by the hash of their content, so they may be kept for ever. `luneo.js` is the one
 * address that shops include. Ends with an error if a bundle outgrows its budget (gzip).
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(process.argv[2] ?? join(HERE, "../../build/page"));
const DRAFT = `${OUT}.new`;
const BUDGETS = { "luneo.js": 4_000, "editor.js": 40_000, "operator.js": 32_000 };
const sizes = {};

async function bundle(entry, define = {}) {
  const result = await build({
    entryPoints: [join(HERE, entry)],
    bundle: true, minify: true, format: "esm", target: "es2022", write: false, legalComments: "none", define,
    logLevel: "error",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function asset(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const [stem, extension] = name.split(".");
  const path = `assets/${stem}-${hash}.${extension}`;
  put(name, path, content);
  return `/${path}`;
}

function put(name, path, content) {
  mkdirSync(dirname(join(DRAFT, path)), { recursive: true });
  writeFileSync(join(DRAFT, path), content);
  sizes[name] = gzipSync(content, { level: 9 }).length;
}

rmSync(DRAFT, { recursive: true, force: true });
const editor = asset("editor.js", await bundle("widget/editor.ts"));
const define = { EDITOR: JSON.stringify(editor) };
put("luneo.js", "luneo.js", await bundle("widget/loader.ts", define));
const names = {
  "site.js": asset("site.js", await bundle("site/site.ts", define)),
  "operator.js": asset("operator.js", await bundle("operator/operator.ts")),
  "site.css": asset("site.css", readFileSync(join(HERE, "site/site.css"))),
  "reference.js": asset("reference.js", await bundle("reference/reference.ts")),
  "reference.css": asset("reference.css", readFileSync(join(HERE, "reference/reference.css"))),
};
for (const page of ["index.html", "operator.html", "api.html"]) {
  const text = readFileSync(join(HERE, "site", page), "utf8");
  put(page, page, Buffer.from(text.replace(/\{([\w.]+)\}/g, (_, name) => names[name])));
}
writeFileSync(join(DRAFT, "sizes.json"), JSON.stringify(sizes));

let over = false;
for (const [name, size] of Object.entries(sizes)) {
  const budget = BUDGETS[name];
  if (budget && size > budget) over = true;
  console.log(`${name.padEnd(14)} ${String(size).padStart(6)} bytes gzip${budget ? ` of ${budget}` : ""}`);
}
if (over) {
  console.error("A bundle is larger than its budget. Leave something out, or load it later.");
  process.exit(1);
}
rmSync(OUT, { recursive: true, force: true });
renameSync(DRAFT, OUT);
