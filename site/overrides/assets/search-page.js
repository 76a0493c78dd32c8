/* The search page: a line, facets that count, results; all of it in the address, so that it can be shared and gone back to. */
(function () {
  "use strict";
  const root = document.getElementById("arusha-search");
  if (!root) return;
  const say = JSON.parse(document.getElementById("arusha-search-phrases").textContent);
  const base = new URL(root.dataset.base, document.baseURI).href;
  const index = new ArushaSearch.Index(`${base}search/`);
  const line = root.querySelector("input[name=q]"), form = root.querySelector("form");
  const list = root.querySelector(".results"), status = root.querySelector("[role=status]"), aside = root.querySelector(".facets");
  const more = root.querySelector(".more"), help = document.querySelector(".help");
  const PAGE = 10, SHORT = 6, LONG = 100;
  let shown = PAGE, asked = 0;
  const opened = new Set();

  const filled = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);
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

  function result(hit) {
    const names = hit.members.map((code) => labels("member", code)).join(", ");
    const facts = [names, labels("type", hit.type), labels("evidence", hit.evidence), hit.year].filter(Boolean).join(" · ");
    const parts = hit.snippet.map(([text, marked]) => (marked ? make("mark", {}, text) : text));
    return make("li", {},
      make("a", { href: `practices/${hit.id}.html` }, hit.title),
      make("p", { class: "facts" }, facts),
      make("p", { class: "snippet" }, ...parts));
  }
  let names = {};
  const labels = (field, value) => (names[field] || {})[ArushaSearch.fold(String(value))] || value;

  function facet(name, rows, chosen) {
    const kept = rows.filter((row) => row.count || chosen.includes(row.value));
    if (!kept.length) return null;
    const natural = ["factor", "element", "edition"].includes(name);
    if (!natural) kept.sort(name === "year" ? (a, b) => Number(b.value) - Number(a.value) : (a, b) => b.count - a.count || a.label.localeCompare(b.label));
    else kept.sort((a, b) => a.value.localeCompare(b.value, "en", { numeric: true }));
    const all = opened.has(name) || kept.length <= SHORT + 2;
    const visible = all ? kept : kept.filter((row, position) => position < SHORT || chosen.includes(row.value));
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

  async function render(focus) {
    const mine = ++asked, { q, filters } = state();
    if (document.activeElement !== line) line.value = q;
    const letters = [...q.trim()], query = letters.length > LONG ? `${letters.slice(0, LONG).join("")}…` : letters.join("");
    let found;
    try {
      names = (await index.load("facets")).labels;
      found = await ArushaSearch.search(index, q, { limit: shown, filters, counts: true, all: !q.trim() });
    } catch (error) {
      if (mine !== asked) return;
      status.textContent = say.broken;
      list.replaceChildren();
      more.hidden = true;
      help.hidden = false;
      return;
    }
    if (mine !== asked) return;
    const key = !q.trim() ? "listed" : found.complete ? "found" : "some";
    const many = found.total === 1 ? "one" : "other";
    status.replaceChildren(found.total ? filled(say[`${key}_${many}`], { n: found.total, query }) : `${filled(say.none, { query })} ${say.try}`);
    if (found.suggestion) {
      const corrected = found.suggestion;
      const link = make("a", { href: address(corrected, filters) }, corrected);
      link.addEventListener("click", (event) => { event.preventDefault(); line.value = corrected; go(corrected, filters); });
      const [before, after] = say.suggestion.split("{suggestion}");
      status.append(" ", before, link, after);
    }
    help.hidden = found.total > 0;
    list.replaceChildren(...found.hits.map(result));
    more.hidden = found.total <= found.hits.length;
    const held = document.activeElement && aside.contains(document.activeElement) ? [document.activeElement.name, document.activeElement.value] : null;
    aside.replaceChildren(...ArushaSearch.FILTERS.map((name) => facet(name, found.counts[name], filters[name])).filter(Boolean));
    aside.parentElement.hidden = !aside.children.length;
    const again = held && aside.querySelector(`input[name="${held[0]}"][value="${CSS.escape(held[1])}"]`);
    if (again) again.focus();
    else if (focus) { const first = aside.querySelector(`input[name="${focus}"]`); if (first) first.focus(); }
    root.dataset.shown = location.search;
  }

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
  if (matchMedia("(max-width: 46rem)").matches) root.querySelector(".facet-box").open = false;
  root.querySelector(".search-ui").hidden = false;
  render();
})();
