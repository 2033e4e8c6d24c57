/** What the workshop's page says. */

import { fill } from "../widget/words.js";

const ENGLISH = {
  about: "Kept designs, and the files to make them. A shopper's key does not open this.",
  brand: "Brand",
  close: "Close",
  download: "Download files",
  failed: "This could not be made.",
  files: "{count} files, {size} kB",
  key: "Operator key",
  locked: "Locked",
  make: "Make files",
  makeAgain: "Try again",
  making: "Making the files",
  more: "Show older ones",
  noPicture: "No picture",
  none: "Nothing was kept yet. Open a product, type a name and keep it.",
  open: "Open",
  opening: "Opening…",
  outlines: "Outlines",
  preparing: "Making the picture…",
  refresh: "Refresh",
  title: "Workshop",
  validated: "Validated",
  waiting: "Waiting for a worker",
};

/** Returns a text with its {names} filled in. */
export function say(word: keyof typeof ENGLISH, values: Record<string, string | number> = {}): string {
  return fill(ENGLISH[word], values);
}
