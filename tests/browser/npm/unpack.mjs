// Decompresses the archives of @sparticuz/chromium: `node unpack.mjs OUTPUT_FOLDER`.
//
// Python has no Brotli of its own; Node has. The package's own loader is not used: it unpacks
// only on the cloud service that it was made for, and always to one fixed folder.

import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const packed = new URL("node_modules/@sparticuz/chromium/bin/", import.meta.url);
const [output] = process.argv.slice(2);
await mkdir(output, { recursive: true });
for (const name of ["chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"]) {
  const source = createReadStream(new URL(`${name}.br`, packed));
  await pipeline(source, createBrotliDecompress(), createWriteStream(join(output, name)));
}
