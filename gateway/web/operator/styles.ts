import { css } from "lit";

export const operatorStyles = css`
  .door { max-width: 420px; gap: 10px; margin-top: 0; }
  .door button { margin-top: 10px; }
  header { display: flex; gap: 12px; align-items: center; margin-bottom: 18px; }
  header h2 { margin: 0; margin-inline-end: auto; overflow-wrap: anywhere; }
  ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
  ol > li { display: flex; flex-wrap: wrap; gap: 14px 20px; align-items: flex-start; border: 1px solid var(--luneo-line); border-radius: 16px; padding: 14px; background: #fff; }
  .thumb { display: grid; place-items: center; width: 144px; aspect-ratio: 4 / 3; border-radius: 10px; background: #eef0f1; overflow: hidden; text-align: center; }
  .thumb img { width: 100%; height: 100%; object-fit: cover; }
  .about { display: grid; gap: 3px; flex: 1 1 220px; min-width: 0; }
  .about strong { font-size: 18px; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .mark { font-size: 12px; font-weight: 600; padding: 1px 8px; border-radius: 9px; background: #e3efe9; color: #17493a; }
  code { color: var(--luneo-quiet); }
  .work { display: grid; gap: 8px; justify-items: end; flex: 1 1 250px; min-width: 0; }
  .work a {
    display: inline-flex; align-items: center; min-height: 44px; padding: 0 18px; border-radius: 10px; font-weight: 600;
    background: var(--luneo-accent); color: #fff; text-decoration: none;
  }
  .work [aria-disabled="true"] { color: var(--luneo-quiet); cursor: progress; }
  progress { width: 100%; accent-color: var(--luneo-accent); }
  details { width: 100%; font-size: 14px; }
  summary { cursor: pointer; padding: 4px 0; }
  details ul { list-style: none; margin: 8px 0; padding: 0; }
  details li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; padding: 3px 0; border-top: 1px solid #eceeef; }
  details li span { overflow-wrap: anywhere; }
  .more { margin-top: 16px; }
`;
