// The entry of the drawing editor: Streamlit calls the default export on every change of its data.

import { Editor } from "./editor.js";

const editors = new WeakMap();

export default function drawing({ data, parentElement, setTriggerValue }) {
  if (!editors.has(parentElement)) editors.set(parentElement, new Editor(parentElement));
  const editor = editors.get(parentElement);
  editor.report = (text) => setTriggerValue("shapes", text);
  editor.receive(data.shapes);
  return () => {
    editor.remove();
    editors.delete(parentElement);
  };
}
