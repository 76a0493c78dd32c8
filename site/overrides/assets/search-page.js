/* The search page: a line, facets that count, results; all of it in the address, so that it can be shared and gone back to. */
(function () {
  "use strict";
  const PAGE = 10, SHORT = 6, LONG = 100;
  const index = new ArushaSearch.Index(new URL("search/", location).href);
  const opened = new Set(), touched = new Set(); // fields shown whole; values that stay in sight, so that the focus can stay too
  let root, say, line, form, list, status, chips, nearest, aside, summary, more, help; // the page's parts, which may not be there yet
  let shown = PAGE, asked = 0;

  const { filled } = ArushaSearch;
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, ""); else if (value !== false) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  /* The address is the state. */
  const state = () => {
    const parameters = new URLSearchParams(location.search), filters = {};
    for (const name of ArushaSearch.FILTERS) filters[name] = parameters.getAll(name).map((value) => ArushaSearch.fold(value)).filter(Boolean);
    return { q: parameters.get("q") || "", filters };
  };
  function address(q, filters) {
    const parameters = new URLSearchParams();
    if (q.trim()) parameters.set("q", q.trim());
    for (const [name, values] of Object.entries(filters)) for (const value of values) parameters.append(name, value);
    const text = parameters.toString();
    return text ? `?${text}` : location.pathname.split("/").pop();
  }
  function go(q, filters, replace) {
    const to = address(q, filters);
    if (to !== (location.search || location.pathname.split("/").pop())) {
      try { history[replace ? "replaceState" : "pushState"](null, "", to); } catch (error) { location.assign(to); return; }
    }
    shown = PAGE;
    render();
  }

  const search = ({ q, filters }) => ArushaSearch.search(index, q, { limit: shown, filters, all: !q.trim() });

  function result(hit) {
    const parts = hit.snippet.map(([text, marked]) => (marked ? make("mark", {}, text) : text));
    return make("li", {},
      make("a", { href: `practices/${hit.id}.html` }, hit.title),
      make("p", { class: "facts" }, hit.facts),
      make("p", { class: "snippet" }, ...parts));
  }

  function facet(name, rows, chosen) {
    const kept = rows.filter((row) => row.count || chosen.includes(row.value));
    if (!kept.length) return null;
    const isShort = name === "factor" || kept.length <= SHORT + 2; // of ten key factors all are seen
    const natural = ["factor", "element", "edition"].includes(name);
    if (!natural) kept.sort(name === "year" ? (a, b) => Number(b.value) - Number(a.value) : (a, b) => b.count - a.count || a.label.localeCompare(b.label));
    else kept.sort((a, b) => a.value.localeCompare(b.value, "en", { numeric: true }));
    const all = opened.has(name) || isShort;
    const visible = all ? kept : kept.filter(({ value }, position) => position < SHORT || chosen.includes(value) || touched.has(`${name}:${value}`));
    const box = make("fieldset", {}, make("legend", {}, say[`facet_${name}`]));
    for (const row of visible) {
      const input = make("input", { type: "checkbox", name, value: row.value, checked: chosen.includes(row.value) });
      box.append(make("label", {}, input, make("span", {}, row.label), " ", make("span", { class: "many" }, String(row.count))));
    }
    if (!all) {
      const button = make("button", { type: "button", class: "all" }, filled(say.show_all, { n: kept.length }));
      button.addEventListener("click", () => { opened.add(name); render(name); });
      box.append(button);
    }
    return box;
  }

  /* Show what the address asks for: results as they come, then the facets, whose table is large. */
  async function render(focus) {
    const mine = ++asked, { q, filters } = state(), isLate = () => mine !== asked;
    if (document.activeElement !== line) line.value = q;
    let stands = false;
    try {
      const found = await search({ q, filters });
      await found.hits[0];
      if (isLate()) return;
      tell(found, q, filters);
      lead();
      list.replaceChildren();
      nearest.hidden = !found.nearest.length;
      nearest.lastChild.replaceChildren();
      for (const [place, hits] of [[list, found.hits], [nearest.lastChild, found.nearest]]) {
        for (const hit of hits) {
          const item = result(await hit);
          if (isLate()) return;
          place.append(item);
        }
      }
      stands = true;
      const counts = await found.counts();
      if (isLate()) return;
      narrow(counts, filters, focus);
      root.dataset.shown = location.search;
    } catch (error) {
      if (isLate()) return;
      status.textContent = say.broken;
      if (!stands) { list.replaceChildren(); nearest.hidden = true; }
      more.hidden = true;
      aside.parentElement.hidden = !aside.children.length;
      help.hidden = false;
    }
  }

  /* A phrase with the query in it, whose direction of writing stays its own. */
  function telling(phrase, values) {
    const [before, after] = phrase.split("{query}");
    return after === undefined ? [filled(phrase, values)] : [filled(before, values), make("bdi", {}, values.query), filled(after, values)];
  }

  function tell(found, q, filters) {
    const letters = [...q.trim()], query = letters.length > LONG ? `${letters.slice(0, LONG).join("")}…` : letters.join("");
    const key = !q.trim() ? "listed" : found.complete ? "found" : "some";
    const many = found.total === 1 ? "one" : "other";
    const none = !number(filters) ? `${say.none} ${say.try}` : query ? say.none_narrowed : say.none_listed;
    status.replaceChildren(...telling(found.total ? say[`${key}_${many}`] : none, { n: found.total, query }));
    summary.textContent = number(filters) ? filled(say.narrow_some, { n: number(filters) }) : say.narrow;
    if (!number(filters)) chips.replaceChildren();
    if (found.suggestion) {
      const corrected = found.suggestion;
      const link = make("a", { href: address(corrected, filters) }, corrected);
      link.addEventListener("click", (event) => { event.preventDefault(); line.value = corrected; go(corrected, filters); });
      const [before, after] = say.suggestion.split("{suggestion}");
      status.append(make("span", {}, before, make("bdi", {}, link), after));
    }
    help.hidden = found.total > 0;
    more.hidden = found.total <= found.hits.length;
  }

  const number = (filters) => Object.values(filters).flat().length;

  /* A button that goes on with these filters; the focus, which it takes away with it, goes to what is told of the results. */
  function leaving(button, filters) {
    button.addEventListener("click", () => { go(line.value, filters); status.focus(); });
    return button;
  }

  function chip(name, value, counts, filters) {
    const row = counts[name].find((each) => each.value === value), label = row ? row.label : value;
    const button = make("button", { type: "button", "aria-label": filled(say.remove, { label }) }, label, make("span", { "aria-hidden": "true" }, "×"));
    return leaving(button, { ...filters, [name]: filters[name].filter((each) => each !== value) });
  }

  /* The other language leads on to the same search. */
  function lead() {
    for (const link of document.querySelectorAll("a.language")) link.search = location.search;
  }

  function narrow(counts, filters, focus) {
    const held = document.activeElement && aside.contains(document.activeElement) ? [document.activeElement.name, document.activeElement.value] : null;
    aside.replaceChildren(...ArushaSearch.FILTERS.map((name) => facet(name, counts[name], filters[name])).filter(Boolean));
    aside.parentElement.hidden = !aside.children.length;
    chips.replaceChildren(...ArushaSearch.FILTERS.flatMap((name) => filters[name].map((value) => chip(name, value, counts, filters))));
    if (number(filters)) chips.append(leaving(make("button", { type: "button", class: "all" }, say.remove_all), {}));
    const again = held && aside.querySelector(`input[name="${held[0]}"][value="${CSS.escape(held[1])}"]`);
    if (again) again.focus();
    else if (focus) { const first = aside.querySelector(`input[name="${focus}"]`); if (first) first.focus(); }
  }

  function listen() {
    let timer = 0;
    line.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => go(line.value, state().filters, true), 60);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      go(line.value, state().filters);
    });
    aside.addEventListener("change", (event) => {
      const { name, value, checked } = event.target, { q, filters } = state();
      touched.add(`${name}:${value}`);
      filters[name] = checked ? [...filters[name], value] : filters[name].filter((each) => each !== value);
      go(q, filters);
    });
    more.addEventListener("click", async () => {
      const before = list.children.length;
      shown += PAGE;
      await render();
      const next = list.children[before];
      if (next) next.querySelector("a").focus();
    });
    addEventListener("popstate", () => { line.value = state().q; shown = PAGE; render(); });
  }

  /* All parts stand before the links to browse by; scripts further down would wait for the style sheets. */
  function start() {
    help = document.querySelector(".help");
    if (!help) return false;
    root = document.getElementById("arusha-search");
    [line, form, list] = ["input[name=q]", "form", ".results"].map((part) => root.querySelector(part));
    [status, chips, nearest, aside, more] = ["[role=status]", ".chosen", ".nearest", ".facets", ".more"].map((part) => root.querySelector(part));
    summary = root.querySelector("summary span");
    say = JSON.parse(document.getElementById("arusha-search-phrases").textContent);
    if (matchMedia("(max-width: 46rem)").matches) root.querySelector(".facet-box").open = false;
    root.querySelector(".search-ui").hidden = false;
    listen();
    render();
    return true;
  }

  search(state()).catch(() => {}); // while the page comes
  if (!start()) new MutationObserver((_, watch) => { if (start()) watch.disconnect(); }).observe(document, { childList: true, subtree: true });
})();
