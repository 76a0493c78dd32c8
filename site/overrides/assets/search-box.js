/* Answers the search box of Material (9.8) from our own index. Its messages: 0 set up, 1 ready, 2 query, 3 result. */
(function () {
  "use strict";
  const index = new ArushaSearch.Index(`${arusha.base}search/`, arusha.head);
  const SHOWN = 10; // Material shows the eleventh item only to who scrolls
  let asked = 0;

  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  const marked = (parts) => parts.map(([text, hit]) => (hit ? `<mark data-md-highlight>${escape(text)}</mark>` : escape(text))).join("");
  const filled = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function item(location, title, text, score) {
    return [{ location, title, text, score, terms: {} }];
  }

  async function items(line) {
    const page = (text) => `search.html?q=${encodeURIComponent(text)}`;
    try {
      const { total, suggestion, hits } = await ArushaSearch.search(index, line), say = index.headData.phrases;
      const room = SHOWN - (suggestion ? 1 : 0), whole = total <= room;
      const shown = (await Promise.all(hits)).slice(0, whole ? room : room - 1);
      return [
        ...(suggestion ? [item(page(suggestion), escape(filled(say.suggestion, { suggestion })), "", 1000)] : []),
        ...shown.map(({ id, title, snippet, score }) => item(`practices/${id}.html`, escape(title), marked(snippet), score)),
        ...(whole ? [] : [item(page(line), escape(filled(say.all, { n: total })), "", 0)]),
      ];
    } catch (error) {
      return [item("practices/index.html", "⚠", "The index could not be loaded. / L’index n’a pas pu être chargé.", 0)];
    }
  }

  arusha.ask = async (line) => {
    const mine = ++asked, found = await items(line);
    if (mine === asked) arusha.tell({ type: 3, data: { items: found } });
  };
  index.head().catch(() => {});
  if (arusha.line !== undefined) arusha.ask(arusha.line);
  else {
    const line = new URLSearchParams(location.search).get("q");
    if (line) ArushaSearch.search(index, line).catch(() => {}); // Material will ask for it
  }
})();
