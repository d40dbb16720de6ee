// Files that the browser saves: what, of which scan, and when.

/**
 * A name such as `convergence_colin27_2026-11-29`, of letters, digits, dots and hyphens.
 *
 * @param {string} what
 * @param {string} scan
 */
export function fileName(what, scan) {
  const day = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const date = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  const plain = [what, scan].filter(Boolean).map((part) => part.replaceAll(/[^\w.-]+/g, "_"));
  return [...plain, date].join("_");
}

/**
 * Save content under a name.
 *
 * @param {Blob} content
 * @param {string} name with its extension
 */
export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** @param {string} text */
export const escapeMarkup = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
