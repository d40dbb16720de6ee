// The keys of a presentation, as their list says them.

export const KEYS = [
  ["→  Page Down", "forward: show the answer, or open the next scene"],
  ["←  Page Up", "back"],
  ["1 … 99", "open a scene by its number"],
  ["B", "black screen, and back"],
  ["N", "speaker's note; Shift N: in a second window"],
  ["Q", "QR code of what is on screen"],
  ["E", "the whole page, with its controls"],
  ["S", "the sidebar"],
  ["F", "full screen"],
  ["D", "figures drawn by hand, and back"],
  ["H", "these keys"],
  ["P", "end the presentation"],
];
