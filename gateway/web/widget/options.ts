/** What a product lets people choose besides words: which choice holds, and which views show it. */

import type { Option, Template, View } from "./messages.js";

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
  const all = chosen(template, picked);
  return (template.views ?? []).filter((view) => Object.entries(view.shownFor ?? {}).every(([option, choice]) => all[option] === choice));
}

/** The name of what is chosen of an option. */
export function nameOf({ id, choices: all }: Option, picked: Choices): string {
  const choice = all.find((one) => one.id === picked[id]);
  return choice?.displayName ?? choice?.id ?? "";
}
