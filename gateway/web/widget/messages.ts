/**
 * The messages of the API as the page meets them. They are those of ../api/types.ts, which is
 * generated from the protos; here stands only which fields an answer always has, although messages
 * leave out what is empty. A field that the protos do not have is an error of the type checker.
 */

import type * as api from "../api/types.js";

export type {
  ArtworkRules, ArtworkValue, Box, Choice, Cluster, Crop, GradientColour, Ink, Option, PackFile, PhotoPoint as Point, Placement,
  Surface, TextRules,
} from "../api/types.js";

/** T, with some of its fields always there. */
type Told<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> };
/** T, with other types for some of its fields. */
type With<T, R extends { [P in keyof R]: P extends keyof T ? unknown : never }> = Omit<T, keyof R> & R;

export type Money = Told<api.Money, "currencyCode">;
export type Price = With<api.Price, { total: Money }>;
export type Zone = With<api.Zone, { inks: api.Ink[] }>;
export type View = Told<api.View, "photo">;
export type Model = api.Model;
export type TextValue = Told<api.TextValue, "text">;
export type ZoneValue = With<api.ZoneValue, { text?: TextValue }>;
export type Template = With<api.Template, { surfaces: api.Surface[]; zones: Zone[]; views?: View[]; models?: Model[] }>;
export type Revision = With<Told<api.ProductRevision, "displayName">, {
  price: Money; template: Template;
  fonts?: Told<api.PinnedFont, "font">[]; assets?: Told<api.PinnedAsset, "asset">[];
}>;
export type Problem = Told<api.Problem, "code" | "severity" | "message">;
export type Gradient = With<Told<api.Gradient, "kind">, { colours: api.GradientColour[] }>;
export type ImageUse = Told<api.ImageUse, "asset" | "matrixUm">;
export type Item = With<Told<api.LayoutItem, "zone">, { gradient?: Gradient; image?: ImageUse; fillRule?: CanvasFillRule }>;
export type FittedText = api.FittedText;
export type ZoneLayout = Told<api.ZoneLayout, "zone">;
export type SurfaceLayout = With<Told<api.SurfaceLayout, "surface" | "widthUm" | "heightUm">, { zones?: ZoneLayout[]; items?: Item[] }>;
export type Layout = With<Told<api.Layout, "digest">, { surfaces?: SurfaceLayout[] }>;
export type Composed = With<api.ComposeDesignResponse, { layout: Layout; problems?: Problem[]; price: Price }>;
export type Design = With<api.Design, { zones: Record<string, ZoneValue>; options: Record<string, string> }>;
export type Preview = Told<api.Preview, "uri" | "layoutDigest">;
export type SnapshotAsset = Told<api.SnapshotAsset, "kind">;
export type Snapshot = With<Told<api.Snapshot, "createTime">, {
  price?: Price; assets?: SnapshotAsset[]; validation?: Told<api.Validation, "by">; lock?: Told<api.Lock, "by">;
}>;
export type SnapshotContent = With<api.SnapshotContent, { snapshot: Snapshot; revision?: Revision; design?: Design }>;
export type Snapshots = With<api.ListSnapshotsResponse, { snapshots?: Snapshot[] }>;
export type GuestSession = Told<api.GuestSession, "token" | "expireTime">;
export type Render = api.Render;
export type ExportPack = With<api.ExportPack, { result?: Told<api.ExportPackResult, "uri"> }>;
export type Operation = With<Told<api.Operation, "name">, {
  response?: { "@type": string; name: string }; metadata?: { "@type": string } & api.OperationMetadata;
}>;

/** Whether a problem stops the design from being made. */
export function isError(problem: Problem): boolean {
  return problem.severity === "SEVERITY_ERROR";
}
