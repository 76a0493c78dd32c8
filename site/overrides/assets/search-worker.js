/* Answers the search box of Material (9.8) from our own index. Its messages: 0 set up, 1 ready, 2 query, 3 result. */
(function () {
  "use strict";
  const script = (self.document && self.document.currentScript && self.document.currentScript.src) || self.location.href;
  const base = script.replace(/assets\/search-worker\.js.*$/, "");
  const SHOWN = 10; // Material shows the eleventh item only to who scrolls
  let index = null, asked = 0;

  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  const marked = (parts) => parts.map(([text, hit]) => (hit ? `<mark data-md-highlight>${escape(text)}</mark>` : escape(text))).join("");
  const filled = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function item(location, title, text, score) {
    return [{ location, title, text, score, terms: {} }];
  }

  async function answer(line) {
    const mine = ++asked, page = (text) => `search.html?q=${encodeURIComponent(text)}`;
    let items = [];
    try {
      const found = await ArushaSearch.search(index, line);
      const say = index.headData.phrases;
      const room = SHOWN - (found.suggestion ? 1 : 0), whole = found.total <= room;
      items = found.hits.slice(0, whole ? room : room - 1).map((hit) => item(`practices/${hit.id}.html`, escape(hit.title), marked(hit.snippet), hit.score));
      if (found.suggestion) {
        items.unshift(item(page(found.suggestion), escape(filled(say.suggestion, { suggestion: found.suggestion })), "", 1000));
      }
      if (!whole) {
        items.push(item(page(line), escape(filled(say.all, { n: found.total })), "", 0));
      }
    } catch (error) {
      items = [item("practices/index.html", "⚠", "The index could not be loaded. / L’index n’a pas pu être chargé.", 0)];
    }
    if (mine === asked) self.postMessage({ type: 3, data: { items } });
  }

  self.addEventListener("message", async (event) => {
    const { type, data } = event.data;
    if (type === 0) {
      await importScripts(`${base}assets/search-engine.js`);
      index = new ArushaSearch.Index(`${base}search/`);
      index.head().catch(() => {});
      self.postMessage({ type: 1 });
    } else if (type === 2 && index) {
      answer(String(data));
    }
  });
})();
