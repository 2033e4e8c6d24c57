/** Which view of a product is shown, and the choice between them. */

import { nothing } from "lit";
import type { TemplateResult } from "lit";
import { choices } from "./fields.js";
import type { Template, View } from "./messages.js";
import { modelsOf, offered } from "./options.js";
import type { Choices } from "./options.js";
import { say } from "./words.js";

/** The view that is shown where one was asked for: that, else the one of its name for what was chosen, else the first. */
export function shownOf(template: Template, picked: Choices, asked: string): View | undefined {
  const views = offered(template, picked);
  const last = template.views?.find((view) => view.id === asked);
  return views.find((view) => view.id === asked) ?? views.find((view) => view.displayName === last?.displayName) ?? views[0];
}

/** The choice between views and the 3D model, which `change` is called for without a view; nothing where there is one of them. */
export function viewChoice(
  template: Template, picked: Choices, current: View | undefined, in3d: boolean, change: (view: View | undefined) => void,
): TemplateResult | typeof nothing {
  const views = offered(template, picked);
  const names = views.map((view) => ({ label: view.displayName ?? view.id }));
  if (modelsOf(template, picked).length) names.push({ label: say("in3d") });
  if (names.length < 2) return nothing;
  const at = in3d ? views.length : views.findIndex((view) => view.id === current?.id);
  return choices("view", say("view"), names, at, (index) => change(views[index]));
}
