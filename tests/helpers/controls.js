// What the crawler needs to know of a page: what can be operated, what has run, what went wrong.
(() => {
  const FAULTS = "[data-testid=stException], [role=dialog]";
  const FOLLOWS = Node.DOCUMENT_POSITION_FOLLOWING;
  const STATE = "data-test-script-state";
  const crawl = { runs: 0, faults: [], since: 0, before: 0 };
  window.crawl = crawl;

  // Whatever appears is seen here, also what is gone again before anybody looks.
  new MutationObserver((changes) => changes.forEach(({ type, target, addedNodes }) => {
    if (type === "attributes") crawl.runs += target.getAttribute(STATE) === "running";
    addedNodes.forEach((node) => {
      if (!(node instanceof Element)) return;
      const boxes = [node, ...node.querySelectorAll(FAULTS)].filter((box) => box.matches(FAULTS));
      boxes.forEach((box) => crawl.faults.push(box.textContent.slice(0, 400)));
    });
  })).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: [STATE],
  });

  // Each kind and where its elements are; the crawler has a way to operate each of them.
  const KINDS = {
    slider: "[data-testid=stSlider] input",
    number: "[data-testid=stNumberInput] input",
    text: "[data-testid=stTextArea] textarea, .lab-drawing input[type=text]",
    toggle: "[data-testid=stCheckbox] input",
    list: "[data-testid=stSelectbox] input",
    option: ":is([data-testid=stButtonGroup], .lab-tools) button[role=radio]",
    pill: "[data-testid=stButtonGroup] button[data-variant=pills]:not([role=radio]), "
      + ".lab-tools button:not([role=radio])",
    sort: ".lab-table button",
    tab: "[role=tab]",
    fold: "[data-testid=stExpander] summary",
    button: "[data-testid=stButton]:not([class*=st-key-present-] *) button, .lab-copy-link",
    download: "[data-testid=stDownloadButton] button",
    link: "[data-testid=stPageLink] a",
    play: ".lab-player button",
    frame: ":is(.lab-player, .lab-drawing) input[type=range]",
    figure: ".lab-clickable, .lab-canvas",
    file: "[data-testid=stFileUploaderDropzone]",
  };
  // Parts of the above, words, and what Streamlit and Plotly bring and test themselves. A page that
  // is presented hides its controls: tests/browser/test_lecture.py has the keys for it.
  const PARTS = "[data-testid=stPopoverButton], [class*=st-key-present-] button, .lab-presenter *, .lab-question *, "
    + "button[aria-label^=Help], [data-testid^=stNumberInputStep], "
    + "[data-testid=stSelectbox] button, [data-testid=stFileUploader] :is(button, input), "
    + "[data-testid=stMarkdownContainer] a, [data-testid=stCodeCopyButton], "
    + "[data-testid=stCode] button, [data-testid=stSidebarHeader] button, .modebar *, .lab-save";
  const OPERABLE = "button, input, select, textarea, summary, a[href], [contenteditable=true], "
    + "canvas[data-testid], "
    + ["button", "checkbox", "combobox", "grid", "link", "listbox", "menuitem", "radio", "slider",
      "spinbutton", "switch", "tab", "textbox"].map((role) => `[role=${role}]`).join(", ");

  const visible = (element) => {
    // Streamlit hides the input of a toggle and of a slider behind what it draws for it.
    const shown = element.closest("[data-testid=stCheckbox], [data-testid=stSlider]") ?? element;
    return shown.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      && shown.getClientRects().length > 0;
  };
  // The key of the element itself; that of a container would serve all that stands in it.
  const keyOf = (element) => {
    const holder = element.closest("[data-testid=stElementContainer], [data-testid=stTabs]");
    const names = [...(holder?.classList ?? []), ...(holder?.parentElement?.classList ?? [])];
    return names.find((name) => name.startsWith("st-key-"))?.slice(7) ?? "";
  };
  const wordsOf = (element) => (element.getAttribute("aria-label")
    || (element.querySelector("[data-testid=stMarkdownContainer]") ?? element).innerText || "")
    .replace(/\s+/g, " ").trim();
  const chosen = (element) => [element.ariaChecked, element.ariaSelected].includes("true");

  crawl.inventory = (scope) => {
    // What is hidden by now keeps no number that something else has.
    document.querySelectorAll("[data-crawl]").forEach((element) => { delete element.dataset.crawl; });
    const root = document.querySelector(scope);
    const known = Object.entries(KINDS).flatMap(([kind, where]) => (
      [...root.querySelectorAll(where)].map((element) => ({ kind, element }))));
    const all = known.map(({ element }) => element);
    const unknown = [...root.querySelectorAll(OPERABLE)]
      .filter((element) => !all.includes(element) && !element.matches(PARTS))
      .map((element) => ({ kind: "unknown", element }));
    return [...known, ...unknown].filter(({ element }) => visible(element))
      .sort((a, b) => (a.element.compareDocumentPosition(b.element) & FOLLOWS ? -1 : 1))
      .map(({ kind, element }, place) => {
        element.dataset.crawl = place;
        return {
          kind, place, key: keyOf(element), words: wordsOf(element), chosen: chosen(element),
          disabled: element.disabled === true || element.ariaDisabled === "true",
          html: kind === "unknown" ? element.outerHTML.slice(0, 200) : "",
        };
      });
  };
  crawl.mark = () => Object.assign(crawl, { since: performance.now(), before: crawl.runs });
  // A run begins a moment after the click; what starts none is over after a longer moment.
  crawl.rests = () => document.querySelector(`[${STATE}]`)?.getAttribute(STATE) === "notRunning"
    && (crawl.runs > crawl.before || performance.now() - crawl.since > 250);
})();
