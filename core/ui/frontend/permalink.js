// The address of the page follows the controls, and a button copies it.

const written = { at: 0 };

export default function permalink({ data, parentElement }) {
  if (data.at > written.at) {
    written.at = data.at;
    write(data.query);
  }
  const button = parentElement.querySelector("button");
  button.hidden = data.label === "";
  button.onclick = async () => {
    button.textContent = (await copy(link())) ? "Link copied" : "Copy it from the address bar";
    setTimeout(() => (button.textContent = data.label), 2500);
  };
  if (!button.textContent) button.textContent = data.label;
  button.dataset.drawn = "";
}

// Replaced, not pushed: the browser's Back leaves the page, as it does without a slider moved.
function write(query) {
  const address = new URL(window.location.href);
  const search = new URLSearchParams(query);
  for (const [name, value] of address.searchParams) {
    if (name === "embed" || name === "embed_options") search.append(name, value);
  }
  address.search = search.toString();
  if (address.href === window.location.href) return;
  window.history.replaceState(window.history.state, "", address);
  if (window.parent !== window) {
    // Streamlit Community Cloud shows the app in a frame and keeps the address outside.
    const message = { stCommVersion: 1, type: "SET_QUERY_PARAM", queryParams: address.search };
    window.parent.postMessage(message, "*");
  }
}

// On Streamlit Community Cloud the frame's own address has this in its path.
function link() {
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
