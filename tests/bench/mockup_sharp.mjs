// Prints the median processor time in milliseconds that sharp takes for a print on a photo at 1024, and
// its thumbnail, both as WebP: what is decoded before is decoded before here, too.
import { createRequire } from "node:module";
import { join } from "node:path";

const sharp = createRequire(join(process.cwd(), "package.json"))("sharp");
const photos = process.argv[2];
sharp.concurrency(1);
const raw = async (name, width, height) => {
  const { data, info } = await sharp(join(photos, `${name}.webp`)).resize(width, height).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { input: data, raw: { width: info.width, height: info.height, channels: info.channels } };
};
const photo = await raw("framed-poster", 1024, 768);
const lake = await raw("shopper-lake", 266, 326);
const shading = await raw("framed-poster-shading", 1024, 768);

async function once() {
  const picture = await sharp(photo.input, { raw: photo.raw })
    .composite([{ ...lake, left: 430, top: 168 }, { ...shading, blend: "multiply" }])
    .raw()
    .toBuffer();
  const laid = { raw: photo.raw };
  await sharp(picture, laid).webp({ quality: 86, effort: 1 }).toBuffer();
  await sharp(picture, laid).resize(256).webp({ quality: 86, effort: 1 }).toBuffer();
}

const times = [];
for (let run = 0; run < 12; run++) {
  const start = process.cpuUsage();
  await once();
  const { user, system } = process.cpuUsage(start);
  if (run > 2) times.push((user + system) / 1000);
}
console.log(times.sort((a, b) => a - b)[times.length >> 1]);
