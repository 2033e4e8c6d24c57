/** What a product lets people choose besides words: which choice holds, and which views and models show it. */

import type { Model, Option, Revision, Template, View, ZoneValue } from "./messages.js";
import { say } from "./words.js";

export type Choices = Record<string, string>;

/** The choice of every option: what was chosen, or its first. What the product does not offer is left out. */
export function chosen(template: Template, picked: Choices): Choices {
  return Object.fromEntries((template.options ?? []).map(({ id, choices }) => {
    const known = choices.find((choice) => choice.id === picked[id]) ?? choices[0]!;
    return [id, known.id];
  }));
}

/** The views that show what was chosen. */
export function offered(template: Template, picked: Choices): View[] {
  return shown(template, picked, template.views);
}

/** The 3D models that show what was chosen. */
export function modelsOf(template: Template, picked: Choices): Model[] {
  return shown(template, picked, template.models);
}

function shown<T extends View | Model>(template: Template, picked: Choices, things: T[] | undefined): T[] {
  const all = chosen(template, picked);
  return (things ?? []).filter((thing) => Object.entries(thing.shownFor ?? {}).every(([option, choice]) => all[option] === choice));
}

/** The name of what is chosen of an option. */
export function nameOf({ id, choices: all }: Option, picked: Choices): string {
  const choice = all.find((one) => one.id === picked[id]);
  return choice?.displayName ?? choice?.id ?? "";
}

/** What a picture of the product shows, in words. */
export function described({ displayName, template }: Revision, values: Record<string, ZoneValue>, picked: Choices): string {
  const words = Object.values(values).map((value) => value.text?.text ?? "").filter(Boolean);
  const texts = [...(template.options ?? []).map((option) => nameOf(option, picked)), ...words].join(". ");
  return say("previewOf", { product: displayName, texts: texts || say("empty") });
}
