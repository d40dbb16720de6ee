// The address of the page follows the controls, and a button copies it.

const written = { at: 0, page: null };

export default function permalink({ data, parentElement }) {
  if (data.at > written.at) {
    write(data);
    written.at = data.at;
    written.page = data.page;
  }
  const button = parentElement.querySelector("button");
  button.hidden = data.label === "";
  button.onclick = async () => {
    const link = withFrames(address(), document.querySelectorAll("[data-link-name]"));
    button.textContent = (await copy(link)) ? "Link copied" : "Copy it from the address bar";
    setTimeout(() => (button.textContent = data.label), 2500);
  };
  if (!button.textContent) button.textContent = data.label;
  button.dataset.drawn = "";
}

/** Write the link of a page; another step of the same page is a new entry of the history. */
function write({ query, page, steps, title }) {
  const before = new URL(window.location.href);
  const after = new URL(before);
  const search = new URLSearchParams(query);
  for (const [name, value] of before.searchParams) {
    if (name === "embed" || name === "embed_options") search.append(name, value);
  }
  after.search = search.toString();
  if (after.href !== before.href) {
    const push = page === written.page && otherStep(before, after, steps);
    if (push) window.history.pushState({}, "", after);
    else window.history.replaceState(window.history.state, "", after);
    if (window.parent !== window) {
      // Streamlit Community Cloud shows the app in a frame and keeps the address outside.
      const message = { stCommVersion: 1, type: "SET_QUERY_PARAM", queryParams: after.search };
      window.parent.postMessage(message, "*");
    }
  }
  document.title = title; // after the push, or the entry of the step before would get it
}

/** Whether two addresses of one page show different steps; `steps` names what chooses them. */
export function otherStep(before, after, steps) {
  return steps.some((name) => before.searchParams.get(name) !== after.searchParams.get(name));
}

/** The link with the frames that the players show now, of which the server may not know yet. */
export function withFrames(link, players) {
  const url = new URL(link);
  for (const { dataset } of players) {
    if (dataset.linkValue) url.searchParams.set(dataset.linkName, dataset.linkValue);
    else url.searchParams.delete(dataset.linkName);
  }
  return url.href;
}

// On Streamlit Community Cloud the frame's own address has this in its path.
function address() {
  return window.location.href.replace("/~/+", "");
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // no clipboard without https, as in a lecture hall's own network
  }
}

function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}
