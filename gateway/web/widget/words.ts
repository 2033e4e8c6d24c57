/** What the editor says, in one place; English is complete and the fallback of every other language. */

const ENGLISH = {
  adding: "Uploading…",
  addPicture: "Choose a picture",
  again: "Try again",
  asMade: "The server's picture, made from the same outlines",
  asYouSee: "As you designed it",
  characters: "{used} of {most} characters",
  colour: "Colour",
  empty: "Nothing here yet",
  font: "Lettering",
  keep: "Keep this design",
  keeping: "Keeping…",
  kept: "Kept. This is exactly what will be made.",
  loading: "Loading…",
  optional: "optional",
  pictureTypes: "PNG, JPEG, WebP or SVG",
  previewOf: "{product} with your design. {texts}",
  removePicture: "Remove",
  same: "Same outlines, proven: {digest}",
  total: "Total",
  use: "Use “{text}”",
};

export type Word = keyof typeof ENGLISH;

/** Returns a text with its {names} filled in. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  return ENGLISH[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
