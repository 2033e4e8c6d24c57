/** What the widget says, in one place; English is complete and the fallback of every other language. */

const ENGLISH = {
  adding: "Uploading…",
  addPicture: "Choose a picture",
  again: "Try again",
  asMade: "As it will be made",
  asYouSee: "As you designed it",
  behind: "The picture does not show your last change yet.",
  characters: "{used} of {most} characters",
  colour: "Colour",
  dataMatrix: "Becomes a Data Matrix code",
  differs: "The server made something else of this design. Reload the page before you order it.",
  drag: "Drag to turn",
  drawingsOnly: "SVG, vectors only",
  dropHere: "or drop it here",
  empty: "Nothing here yet",
  font: "Lettering",
  front: "The front",
  in3d: "3D",
  keep: "Keep this design",
  keeping: "Keeping…",
  kept: "Kept",
  keptAs: "Design number",
  keptLead: "This is exactly what will be made.",
  loading: "Loading…",
  madeFrom: "Made from the very same outlines",
  modelGone: "The 3D view cannot be shown at the moment.",
  modelWaits: "The 3D view follows once the design can be made.",
  noColour: "None",
  offline: "The server cannot be reached. Check the connection; this page tries again by itself.",
  openPicture: "Open the picture",
  optional: "optional",
  personalise: "Personalise: {product}",
  photosAndDrawings: "PNG, JPEG, WebP or SVG",
  photosOnly: "PNG, JPEG or WebP",
  pictureGone: "A picture cannot be shown at the moment.",
  previewOf: "{product} with your design. {texts}",
  qrCode: "Becomes a QR code",
  removePicture: "Remove",
  sample: "Your {field}",
  sampleShown: "The pale lettering is only a sample.",
  standardPicture: "Use the standard one",
  total: "Total",
  room: "View in your room",
  turn: "Turn",
  turnable: "{product} in 3D. Turn it with the arrow keys or by dragging.",
  turned: "Turned by {degrees} degrees",
  unanswered: "The server answered {status}.",
  unreadable: "This file cannot be read.",
  unshown: "This product cannot be shown at the moment. Try again",
  use: "Use “{text}”",
  view: "View",
  zoom: "Size of the picture",
};

export type Word = keyof typeof ENGLISH;

/** Returns a text with its {names} filled in. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  return fill(ENGLISH[word], values);
}

/** Fills the {names} of a sentence in. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
