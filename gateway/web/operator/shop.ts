/** One workshop: its calls, and what every part of the page shows of designs and machines. */

import type { Batch, Brand, MachineProfile, Order } from "../api/types.js";
import type { Api } from "../widget/api.js";
import { Details } from "./details.js";
import type { Span } from "./due.js";
import type { State, Work } from "./states.js";
import { full } from "./states.js";

const PAGE_SIZE = "200";
const MOST_PAGES = 5;

/** What the board shows. machine: id of a profile, "none" for what is in no batch, "" for any. */
export interface Filter { state: State | "OPEN"; due: Span; machine: string }

/** Says "changed" whenever more is known about a design. */
export class Shop extends EventTarget {
  readonly details: Details;
  filter: Filter = { state: "OPEN", due: "any", machine: "" };
  /** Batches by name, as they were listed last. */
  batches = new Map<string, Batch>();

  constructor(readonly api: Api, readonly brand: string) {
    super();
    this.details = new Details(api, () => this.dispatchEvent(new Event("changed")));
  }

  /** Where the brand's things are. */
  path(rest: string): string {
    return `/v1/brands/${encodeURIComponent(this.brand)}/${rest}`;
  }

  /** The name of one of the brand's things. */
  name(collection: string, id: string): string {
    return `brands/${this.brand}/${collection}/${id}`;
  }

  /** Reads a collection, newest first, up to a thousand. */
  async list<T>(collection: string, query: Record<string, string> = {}, most = MOST_PAGES): Promise<T[]> {
    const found: T[] = [];
    let pageToken = "";
    for (let page = 0; page < most; page++) {
      const asked = new URLSearchParams({ pageSize: PAGE_SIZE, ...query, ...(pageToken && { pageToken }) });
      const answer = await this.api.get<Record<string, unknown> & { nextPageToken?: string }>(this.path(`${collection}?${asked}`));
      found.push(...((answer[collection] as T[] | undefined) ?? []));
      pageToken = answer.nextPageToken ?? "";
      if (!pageToken) break;
    }
    return found;
  }

  /** Work orders in these states, those that are due first in front. */
  async works(states: State[]): Promise<Work[]> {
    const found = await Promise.all(states.map((state) => this.list<Work>("workOrders", { state: full(state) })));
    return found.flat().sort((one, other) => (one.dueTime ?? "9").localeCompare(other.dueTime ?? "9"));
  }

  /** Reads the newest batches. */
  async listBatches(): Promise<Batch[]> {
    const found = await this.list<Batch>("batches", {}, 1);
    this.batches = new Map(found.map((batch) => [batch.name, batch]));
    return found;
  }

  /** The time zone of the workshop, "" where the brand says none, or its key may not ask. */
  async timeZone(): Promise<string> {
    try {
      return (await this.api.get<Brand>(this.path("").replace(/\/$/, ""))).timeZone ?? "";
    } catch {
      return "";
    }
  }

  machines(): Promise<MachineProfile[]> {
    return this.list<MachineProfile>("machineProfiles");
  }
}

/** The last part of a resource name. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The product that a revision is of: its id. */
export function productOf(revision: string | undefined): string {
  return revision?.split("/")[3] ?? "";
}

/** What people call an order: its number in the shop. */
export function titleOf(order: Order): string {
  return order.externalReference || idOf(order.name);
}

/** The machine of a batch: the id of its profile. */
export function machineOf(batch: Batch | undefined): string {
  return batch?.machineProfile.split("/")[3] ?? "";
}
