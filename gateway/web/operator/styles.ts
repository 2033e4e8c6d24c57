import { css } from "lit";

export const operatorStyles = css`
  .door { max-width: 420px; gap: 10px; margin-top: 0; }
  .door button { margin-top: 10px; }
  header { display: flex; gap: 12px; align-items: center; margin-bottom: 18px; }
  header h2 { margin: 0; margin-inline-end: auto; overflow-wrap: anywhere; }
  ol { list-style: none; margin: 0; padding: 0; }
  .kept-ones { display: grid; gap: 12px; }
  .kept-ones > li { display: flex; flex-wrap: wrap; gap: 14px 20px; align-items: flex-start; border: 1px solid var(--luneo-line); border-radius: 16px; padding: 14px; background: #fff; }
  .thumb { display: grid; place-items: center; width: 144px; aspect-ratio: 4 / 3; border-radius: 10px; background: #eef0f1; overflow: hidden; text-align: center; }
  .thumb img { width: 100%; height: 100%; object-fit: cover; }
  .about { display: grid; gap: 3px; flex: 1 1 220px; min-width: 0; }
  .about strong { font-size: 18px; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .states { display: grid; gap: 4px; margin-top: 8px; font-size: 14px; }
  .states li { display: flex; flex-wrap: wrap; gap: 0 6px; align-items: baseline; color: var(--luneo-quiet); }
  .states li::before { content: ""; align-self: center; width: 9px; height: 9px; border-radius: 50%; border: 1.5px solid #858b91; box-sizing: border-box; }
  .states b { font-weight: 600; }
  .states .reached { color: #17493a; }
  .states .reached::before { background: var(--luneo-accent); border-color: var(--luneo-accent); }
  dialog { box-sizing: border-box; max-width: 440px; width: calc(100% - 32px); border: 0; border-radius: 18px; padding: 24px; color: inherit; box-shadow: 0 18px 60px rgb(0 0 0 / 0.3); }
  dialog::backdrop { background: rgb(20 24 28 / 0.5); }
  dialog h3 { margin: 0 0 10px; font-size: 21px; line-height: 1.25; letter-spacing: -0.01em; }
  dialog .what { margin-bottom: 10px; padding: 10px 14px; border-radius: 10px; background: #eef0f1; font-weight: 600; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  .answers { display: flex; flex-wrap: wrap; gap: 10px; justify-content: flex-end; margin-top: 20px; }
  .answers .main { min-height: 44px; font-size: inherit; }
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
