/** Simulated, replayed and old values have another border, besides the words that say so. */
export const STYLE = `
:host { display: inline-block; max-width: 100%; font: 16px/1.4 system-ui, sans-serif; }
:host([hidden]) { display: none; }
.badge { color: #1f2937; background: #ffffff; border: 2px solid #6b7280; border-radius: 12px; padding: 8px 12px; }
.simulated, .replay { border-style: dashed; }
.stale, .unavailable, .unknown { border-style: dotted; }
.value { padding: 1px 8px; border-radius: 8px; white-space: nowrap; }
.note { font-size: 14px; }
.terms { display: block; font-size: 12px; }
a { color: inherit; }
a:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  .badge { color: #f3f4f6; background: #111827; border-color: #9ca3af; }
  a:focus-visible { outline-color: #93c5fd; }
}
`;
