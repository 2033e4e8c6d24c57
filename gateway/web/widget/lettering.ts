/** Samples of what is still to be chosen: the name of each font in its own outlines, pale words in an empty zone. */

import type { Api } from "./api.js";
import { isError } from "./messages.js";
import type { Composed, Design, Layout, Revision, Zone, ZoneValue } from "./messages.js";
import { say } from "./words.js";

const SIZE_PX = 19;
const MM_PER_CENTIPOINT = 25.4 / 7200;
const MOST_HEIGHT_PX = 34; // of words that run along a curve
const AT_ONCE = 2;
/** What is too fine to be made can still be read on a screen. */
const TOO_FINE = new Set(["STROKE_TOO_THIN", "GAP_TOO_NARROW"]);

/** A word as outlines. The box is in millimetres of the path. pxPerMm: so that all are shown at one size. */
export interface Word { path: string; left: number; top: number; width: number; height: number; pxPerMm: number }

export class Lettering {
  /** Font samples by font name; without an entry the font's name has to do. */
  readonly words = new Map<string, Word>();
  /** What the empty zones show. */
  sample?: Layout;

  private sampled = "";

  constructor(private readonly api: Api, private readonly brand: string, private readonly changed: () => void) {}

  /** Draws the names of all fonts that can be chosen. What fails is left out: a sample is no duty. */
  async load(revision: Revision): Promise<void> {
    const wanted = new Map<string, Zone>();
    for (const zone of straightFirst(revision.template.zones)) {
      const fonts = zone.text?.fonts ?? [];
      if (fonts.length > 1) for (const font of fonts) if (!wanted.has(font)) wanted.set(font, zone);
    }
    const queue = [...wanted];
    const next = async (): Promise<void> => {
      for (let job = queue.pop(); job; job = queue.pop()) await this.word(revision, ...job).catch(() => undefined);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    this.changed();
  }

  /** Composes sample words into the zones without text, in their chosen lettering and colour. */
  async fill(revision: Revision, values: Record<string, ZoneValue>): Promise<void> {
    const zones: Record<string, ZoneValue> = {};
    for (const zone of revision.template.zones) {
      if (!zone.text || values[zone.id]?.text?.text) continue;
      zones[zone.id] = { text: { ...values[zone.id]?.text, text: sampleOf(zone) } };
    }
    const wanted = JSON.stringify(zones);
    if (wanted === this.sampled) return;
    this.sampled = wanted;
    if (!Object.keys(zones).length) return;
    const composed = await this.compose({ productRevision: revision.name, zones, options: {} }).catch(() => undefined);
    if (!composed || wanted !== this.sampled) return;
    this.sample = composed.layout;
    this.changed();
  }

  /** The fonts of a zone with their names and samples. */
  fonts(revision: Revision, zone: Zone): { font: string; label: string; word: Word | undefined }[] {
    return (zone.text?.fonts ?? []).map((font) => ({ font, label: fontName(revision, font), word: this.words.get(font) }));
  }

  private async word(revision: Revision, font: string, zone: Zone): Promise<void> {
    const name = fontName(revision, font);
    const words = new Set([name, name.split(" ")[0]!]); // the first alone where the whole name is broken into lines
    for (const text of words) {
      const { layout, problems } = await this.compose({ productRevision: revision.name, zones: { [zone.id]: { text: { text, font } } }, options: {} });
      const spoilt = problems?.some((problem) => problem.zone === zone.id && isError(problem) && !TOO_FINE.has(problem.code));
      const word = spoilt ? undefined : wordOf(layout, zone);
      if (word) return void this.words.set(font, word);
    }
  }

  private compose(design: Design): Promise<Composed> {
    return this.api.post<Composed>(`/v1/${this.brand}/designs:compose`, { design });
  }
}

/** What a zone shows as one word, if it is on one line. */
function wordOf(layout: Layout, zone: Zone): Word | undefined {
  const surface = layout.surfaces?.find((one) => one.surface === zone.surface);
  const laid = surface?.zones?.find((one) => one.zone === zone.id);
  const boxes = laid?.text?.clusters?.map((cluster) => cluster.box ?? {}) ?? [];
  const path = surface?.items?.filter((item) => item.zone === zone.id).map((item) => item.path ?? "").join("");
  if (!path || !boxes.length || laid?.text?.lines !== 1) return undefined;
  const left = Math.min(...boxes.map((box) => box.leftUm ?? 0));
  const top = Math.min(...boxes.map((box) => box.topUm ?? 0));
  const height = (Math.max(...boxes.map((box) => box.bottomUm ?? 0)) - top) / 1000;
  return {
    path,
    left: ((laid.xUm ?? 0) + left) / 1000,
    top: ((laid.yUm ?? 0) + top) / 1000,
    width: (Math.max(...boxes.map((box) => box.rightUm ?? 0)) - left) / 1000,
    height,
    pxPerMm: Math.min(SIZE_PX / ((laid.text.sizeCentipoint ?? 1) * MM_PER_CENTIPOINT), MOST_HEIGHT_PX / height),
  };
}

/** The zones in which a font's name looks most like itself before those that bend or weave it. */
function straightFirst(zones: Zone[]): Zone[] {
  const bent = ({ text }: Zone) => Number(Boolean(text?.path || text?.monogram));
  return [...zones].sort((one, other) => bent(one) - bent(other));
}

/** Words for an empty zone: "ABC" for initials, "Your name" for a name, "A line below" where that says it better. */
function sampleOf(zone: Zone): string {
  const name = zone.displayName ?? zone.id;
  const most = zone.text?.maxGraphemes ?? 3;
  if (zone.text?.monogram || most <= 3) return "ABC".slice(0, most);
  return name.includes(" ") ? name : say("sample", { field: name.toLocaleLowerCase() });
}

/** A font's name for people. */
function fontName(revision: Revision, font: string): string {
  return revision.fonts?.find((one) => one.font === font)?.displayName ?? font.split("/").pop()!;
}
