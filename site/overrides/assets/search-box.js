/* Answers the search box of Material (9.8) from our own index. Its messages: 0 set up, 1 ready, 2 query, 3 result. */
(function () {
  "use strict";
  const index = new ArushaSearch.Index(`${arusha.base}search/`, arusha.head);
  const SHOWN = 10; // Material shows the eleventh item only to who scrolls
  let asked = 0, isTold = false;

  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  const marked = (parts) => parts.map(([text, hit]) => (hit ? `<mark data-md-highlight>${escape(text)}</mark>` : escape(text))).join("");
  const filled = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const apart = (text) => `\u2068${text}\u2069`; // its direction of writing stays its own
  const item = (location, title, text, score) => ({ location, title, text, score, terms: {} });

  async function* items(line) {
    const page = (text) => `search.html?q=${encodeURIComponent(text)}`;
    try {
      const { total, suggestion, hits, nearest } = await ArushaSearch.search(index, line), say = index.headData.phrases;
      const room = SHOWN - (suggestion ? 1 : 0), whole = total <= room;
      if (suggestion) yield item(page(suggestion), escape(filled(say.suggestion, { suggestion: apart(suggestion) })), "", 1000);
      for (const hit of hits.slice(0, whole ? room : room - 1)) {
        const { id, title, snippet, score } = await hit;
        yield item(`practices/${id}.html`, escape(title), marked(snippet), score);
      }
      if (nearest.length) yield item(page(line), escape(say.nearest), "", 0);
      if (!whole) yield item(page(line), escape(filled(say.all, { n: total })), "", 0);
    } catch (error) {
      yield arusha.failed[0][0];
    }
  }

  arusha.ask = async (line) => {
    const mine = ++asked, found = [];
    for await (const each of items(line)) found.push([each]);
    isTold = true;
    if (mine === asked) arusha.tell({ type: 3, data: { items: found } });
  };

  /* An item as Material draws it. */
  const drawn = ({ location, title, text, score }) => `<li class="md-search-result__item">`
    + `<a href="${arusha.base}${location}" class="md-search-result__link" tabindex="-1">`
    + `<article class="md-search-result__article md-typeset" data-md-score="${score.toFixed(2)}">`
    + `<div class="md-search-result__icon md-icon"></div><h1>${title}</h1>${text}</article></a></li>`;

  /* Fill the box of a page whose address asks, while Material's own script is still to come. It then asks, and draws the same again. */
  async function fill(line) {
    ArushaSearch.search(index, line).catch(() => {}); // while the page comes
    const list = await listOfBox(), told = list.previousElementSibling, input = document.querySelector(".md-search__input");
    document.documentElement.classList.replace("no-js", "js"); // without which the theme hides the box
    document.getElementById("__search").checked = true;
    input.value = line;
    for await (const each of items(line)) {
      if (isTold || input.value !== line) break; // Material has drawn, or the reader asks something else
      list.insertAdjacentHTML("beforeend", drawn(each));
      told.textContent = list.children.length === 1 ? arusha.words.one : arusha.words.other;
      arusha.drawn();
    }
    arusha.drawn();
  }

  /* The list for results, once the page has come so far. */
  function listOfBox() {
    const found = () => document.querySelector(".md-search-result__list");
    return new Promise((resolve) => {
      if (found()) resolve(found());
      else new MutationObserver((_, watch) => { if (found()) { watch.disconnect(); resolve(found()); } }).observe(document, { childList: true, subtree: true });
    });
  }

  index.head().catch(() => {});
  if (arusha.line !== undefined) arusha.ask(arusha.line);
  else {
    const line = new URLSearchParams(location.search).get("q");
    if (line) fill(line);
  }
})();
