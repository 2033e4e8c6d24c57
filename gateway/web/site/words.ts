/** What the sample shop says. */

import { fill } from "../widget/words.js";

const ENGLISH = {
  broken: "This page cannot be shown.",
  by: "by {brand}",
  lead: "Every preview, print file and cutting path comes from the same outlines.",
  name: "A name to try",
  noSamples: "There are no samples in this installation; `make demo` brings them in.",
  personalise: "Personalise",
  pictureOf: "{product} with “{text}” on it",
  running: "Luneo is running.",
  title: "Type a name. See exactly what will be made.",
  toProducts: "All products",
  toWorkshop: "See it in the workshop",
};

/** Words that stand on the sample products until a visitor types their own, in turn. */
export const TRIED = ["Emma", "The Andersons", "Good morning, Noah"];

/** Returns a text with its {names} filled in. */
export function say(word: keyof typeof ENGLISH, values: Record<string, string | number> = {}): string {
  return fill(ENGLISH[word], values);
}
