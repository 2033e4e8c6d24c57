/** What the workshop's page says. */

import { fill } from "../widget/words.js";

const ENGLISH = {
  about: "Kept designs, and the files to make them. A shopper's key does not open this.",
  askLock: "Lock…",
  brand: "Brand",
  close: "Close",
  download: "Download files",
  failed: "This could not be made.",
  files: "{count} files, {size} kB",
  kept: "Kept",
  key: "Operator key",
  lock: "Lock for good",
  lockAbout: "A locked design is what the workshop makes. It stays as it is: nobody can unlock it or put another in its place.",
  locked: "Locked",
  lockedNow: "{title} is locked.",
  lockNo: "Not yet",
  lockTitle: "Lock this design for good?",
  make: "Make files",
  makeAgain: "Try again",
  making: "Making the files",
  more: "Show older ones",
  none: "Nothing was kept yet. Open a product, type a name and keep it.",
  noPicture: "No picture",
  notYet: "not yet",
  open: "Open",
  opening: "Opening…",
  outlines: "Outlines",
  preparing: "Making the picture…",
  refresh: "Refresh",
  state: "State",
  title: "Workshop",
  validate: "Validate",
  validated: "Validated",
  validatedNow: "{title} is validated.",
  waiting: "Waiting for a worker",
};

/** Returns a text with its {names} filled in. */
export function say(word: keyof typeof ENGLISH, values: Record<string, string | number> = {}): string {
  return fill(ENGLISH[word], values);
}
