/* The search box in the header: a combobox (WAI-ARIA), whose list holds what our index answers. */
(function () {
  "use strict";
  const SHOWN = 10, LONG = 100, BASE = new URL("..", document.currentScript.src);
  const index = self.ArushaSearch && new ArushaSearch.Index(`${BASE.href}search/`);
  const query = new URLSearchParams(location.search).get("q");
  let form, line, list, status, asked = 0, active = null;

  const apart = (text) => `\u2068${text}\u2069`; // its direction of writing stays its own
  const page = (text) => `search.html?q=${encodeURIComponent(text)}`;

  function option(address, title, snippet = []) {
    const link = document.createElement("a"), name = document.createElement("b");
    name.textContent = title;
    link.append(name, ...snippet.map(([text, hit]) => (hit ? Object.assign(document.createElement("mark"), { textContent: text }) : text)));
    Object.assign(link, { href: new URL(address, BASE).href, tabIndex: -1, role: "option", ariaSelected: "false" });
    return link;
  }

  /* The options for a line, each as soon as it is there, and before them what is said of the whole. */
  async function* options(text) {
    const { total, complete, suggestion, hits, nearest } = await ArushaSearch.search(index, text), say = index.headData.phrases;
    const { filled } = ArushaSearch, letters = [...text.trim()], room = SHOWN - (suggestion ? 1 : 0), isWhole = total <= room;
    const query = apart(letters.length > LONG ? `${letters.slice(0, LONG).join("")}…` : letters.join(""));
    yield filled(say[total ? `${complete ? "found" : "some"}_${total === 1 ? "one" : "other"}` : "none"], { n: total, query });
    if (suggestion) yield option(page(suggestion), filled(say.suggestion, { suggestion: apart(suggestion) }));
    for (const hit of hits.slice(0, isWhole ? room : room - 1)) {
      const { id, title, snippet } = await hit;
      yield option(`practices/${id}.html`, title, snippet);
    }
    if (nearest.length) yield option(page(text), say.nearest);
    if (!isWhole) yield option(page(text), filled(say.all, { n: total }));
  }

  /* Answer what stands in the line: an empty list grows, one that is there is replaced as a whole. */
  async function answer() {
    const mine = ++asked, text = line.value, grows = !list.children.length, all = [];
    if (!text.trim()) { close(); return; }
    let said = "";
    const take = (one) => {
      if (typeof one === "string") { said = one; if (grows) status.textContent = said; return; }
      one.id = `search-option-${all.push(one)}`;
      if (!grows) return;
      list.append(one);
      open();
    };
    try {
      for await (const one of options(text)) { if (mine !== asked) return; take(one); }
    } catch (error) {
      if (mine !== asked) return;
      all.length = 0;
      said = form.dataset.broken;
      all.push(Object.assign(option("practices/index.html", said), { id: "search-option-1" }));
    }
    choose(null);
    list.replaceChildren(...all);
    if (status.textContent !== said) status.textContent = said;
    open();
    form.dataset.shown = text;
  }

  function open() {
    form.classList.add("open");
    list.hidden = !list.children.length;
    line.ariaExpanded = String(!list.hidden);
  }

  function close() {
    asked++;
    choose(null);
    form.classList.remove("open");
    list.replaceChildren();
    list.hidden = true;
    line.ariaExpanded = "false";
    status.textContent = "";
    delete form.dataset.shown;
    if (query && location.search) history.replaceState(null, "", location.pathname + location.hash); // so that a reload opens nothing
  }

  function choose(one) {
    if (active) active.ariaSelected = "false";
    active = one;
    if (!one) { line.removeAttribute("aria-activedescendant"); return; }
    one.ariaSelected = "true";
    line.setAttribute("aria-activedescendant", one.id);
    one.scrollIntoView({ block: "nearest" });
  }

  /* Down from the line to the first option, from the last back to the line, and up the other way round. */
  function move(step) {
    const places = [null, ...list.children];
    choose(places[(places.indexOf(active) + step + places.length) % places.length]);
  }

  const isOpen = () => form.classList.contains("open");
  const KEYS = {
    ArrowDown: () => (isOpen() ? move(1) : answer()),
    ArrowUp: () => (isOpen() ? move(-1) : answer()),
    Enter: () => { if (!active) return false; active.click(); },
    Escape: () => { if (isOpen()) close(); else if (line.value) line.value = ""; else line.blur(); },
    Home: () => { choose(null); return false; }, // the browser moves in the line
    End: () => { choose(null); return false; },
  };
  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);

  function listen() {
    line.addEventListener("input", answer);
    form.addEventListener("reset", () => setTimeout(() => { answer(); line.focus(); }));
    line.addEventListener("focus", () => { if (line.value && !isOpen()) answer(); });
    line.addEventListener("keydown", (event) => {
      if (isPlain(event) && KEYS[event.key] && KEYS[event.key]() !== false) event.preventDefault();
    });
    form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) close(); });
    document.addEventListener("pointerdown", (event) => { if (!form.contains(event.target)) close(); });
    document.addEventListener("keydown", (event) => {
      if (!isPlain(event) || !["/", "s", "f"].includes(event.key) || event.target.closest("input, select, textarea, [contenteditable]")) return;
      event.preventDefault();
      line.focus();
      line.select();
    });
  }

  /* Begin as soon as the box stands: an address that asks is answered before the rest of the page has come. */
  function start() {
    list = document.getElementById("search-list");
    if (!list) return false;
    [form, status, line] = [list.closest("form"), list.previousElementSibling, document.getElementById("search-line")];
    listen();
    if (query) {
      line.value = query;
      answer();
      addEventListener("DOMContentLoaded", () => line.focus());
    }
    return true;
  }

  if (index) (query ? ArushaSearch.search(index, query) : index.head()).catch(() => {}); // while the page comes
  if (!start()) new MutationObserver((_, watch) => { if (start()) watch.disconnect(); }).observe(document, { childList: true, subtree: true });
})();
