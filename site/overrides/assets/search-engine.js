/* The reader of the index in the browser: the same algorithm as kb/search/ranking.py, rule for rule, over the files of kb/search/shards.py. */
(function (scope) {
  "use strict";

  const LONGEST_QUERY = 400, MOST_TERMS = 24;
  const EXACT = 10, COMPLETED = 8, NEAR = [10, 7, 5], STEM = 6;
  const MOST_COMPLETED = 8, MOST_NEAR = 5, SHORTEST_BEGINNING = 3;
  const ENOUGH = 10, FAINT = 20, NEAREST = 5;
  const KEPT = 20; // answers to the last lines
  const FILTERS = ["factor", "element", "member", "region", "type", "evidence", "year", "edition", "instrument"];
  const WORD = /[\p{L}\p{N}_]+/gu;
  const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // what Python takes for space
  const NAMES = FILTERS.map((name) => name.replace(/./g, (letter) => `[${letter}${letter.toUpperCase()}]`)).join("|");
  const PART = new RegExp(`(?<![\\p{L}\\p{N}_])(${NAMES}):("[^"]*"|[^${SPACE}]+)|"([^"]*)"|([^"${SPACE}]+|")`, "gu");

  /* A mark goes if it has a combining class, which is to say: if it may change places with one of the highest class, 240. */
  const combining = (mark) => mark === "\u0345" || (`\u0345${mark}`).normalize("NFD")[0] !== "\u0345";
  const foldAny = (text) => text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").replace(/œ/g, "oe").replace(/æ/g, "ae")
    .normalize("NFKD").replace(/\p{M}/gu, (mark) => (combining(mark) ? "" : mark));
  const fold = (text) => (/^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : foldAny(text)); // most words need no more
  const words = (text) => fold(text).match(WORD) || [];
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  /* ---- the query line ---- */

  const shortened = (line) => (line.length > LONGEST_QUERY ? [...line].slice(0, LONGEST_QUERY).join("") : line);
  const SPACES = new RegExp(`[${SPACE}]+`, "u");

  function takeApart(line) {
    const cut = shortened(line), found = [], phrases = [], filters = {};
    let lastIsWord = false;
    for (const part of cut.matchAll(PART)) {
      lastIsWord = false;
      if (part[1]) {
        const name = part[1].toLowerCase();
        (filters[name] = filters[name] || new Set()).add(fold(part[2].replace(/^"+|"+$/g, "")));
      } else if (part[3] !== undefined) {
        const inside = words(part[3]);
        if (inside.length > 1) phrases.push(inside);
        found.push(...inside);
      } else {
        const inside = words(part[4]);
        found.push(...inside);
        lastIsWord = inside.length > 0 && part.index + part[0].length === line.length;
      }
    }
    const kept = [...new Set(found)].slice(0, MOST_TERMS);
    const open = lastIsWord && kept.length > 0 && kept[kept.length - 1] === found[found.length - 1];
    return { words: kept, phrases, filters, open };
  }

  function distance(one, other, limit) {
    one = [...one]; other = [...other];
    if (Math.abs(one.length - other.length) > limit) return limit + 1;
    let before = [], previous = other.map((_, j) => j).concat(other.length);
    for (let i = 1; i <= one.length; i++) {
      const current = [i];
      let least = i;
      for (let j = 1; j <= other.length; j++) {
        let cost = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (one[i - 1] !== other[j - 1] ? 1 : 0));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        current.push(cost);
        if (cost < least) least = cost;
      }
      if (least > limit && Math.min(...previous) > limit) return limit + 1;
      before = previous; previous = current;
    }
    return Math.min(previous[previous.length - 1], limit + 1);
  }

  function tolerance(word) {
    const length = [...word].length;
    if (/\p{N}/u.test(word) || length < 4) return 0;
    return length < 8 ? 1 : 2;
  }

  /* ---- loading ---- */

  const waiting = new Map();
  let first = null; // dir.js, if the page has loaded it itself
  scope.arushaShard = (name, data) => { const take = waiting.get(name); if (take) take(data); else if (name === "dir") first = data; };

  /* A file as a script: the one way that works in a page opened from a folder. */
  function byScript(url, name) {
    return new Promise((resolve, reject) => {
      const script = scope.document.createElement("script");
      const done = () => { waiting.delete(name); script.remove(); };
      waiting.set(name, (data) => { done(); resolve(data); });
      script.onerror = () => { done(); reject(new Error(name)); };
      script.onload = () => { if (waiting.has(name)) { done(); reject(new Error(name)); } };
      script.src = url;
      scope.document.head.appendChild(script);
    });
  }

  /* A file from a server. A page that is still being drawn hears of a request sooner than of the two steps of a fetch. */
  function byRequest(url, name) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.onloadend = () => {
        const text = request.responseText;
        try {
          if (request.status !== 200) throw new Error(name);
          resolve(JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")"))));
        } catch (error) { reject(error); }
      };
      request.open("GET", url);
      request.send();
    });
  }

  const numbers = (text) => JSON.parse(`[${text}]`); // what a browser does fastest with a text, before it has warmed to a script
  const gaps = (text) => { let at = 0; return numbers(text).map((gap) => (at += gap)); };

  function unfolded(head) {
    let key = "";
    const keys = head.keys.split(" ").map((rest) => (key = [...key].slice(0, rest.charCodeAt(0) - 97).join("") + rest.slice(1)));
    return { ...head, keys, stop: new Set(head.stopwords.split(" ")) };
  }

  class Index {
    /* *base*: address of the folder that holds dir.js, with a slash at its end. */
    constructor(base) {
      this.base = base;
      this.headData = first && unfolded(first);
      this.answers = new Map();
      this.files = new Map();
      this.read = new Set();
      this.stems = new Map();
      this.forms = new Map();
      this.folded = new Map();
    }

    load(name) {
      if (!this.files.has(name)) {
        const asked = name === "dir" ? Promise.resolve(this.base + "dir.js") : this.head().then((head) => `${this.base}${head.folder}/${name}.js`);
        const found = asked.then((url) => (/^https?:/.test(url) ? byRequest(url, name) : byScript(url, name)));
        this.files.set(name, found);
        found.catch(() => this.files.delete(name));
      }
      return this.files.get(name);
    }

    async head() {
      if (!this.headData) this.headData = unfolded(await this.load("dir"));
      return this.headData;
    }

    shardOf(key) {
      const keys = this.headData.keys;
      let low = 0, high = keys.length;
      while (low < high) { const middle = (low + high) >> 1; if (keys[middle] <= key) low = middle + 1; else high = middle; }
      return Math.max(0, low - 1);
    }

    /* Load the shards of these words or stems and keep what is in them. */
    async know(keys) {
      const wanted = [...new Set(keys.map((key) => this.shardOf(key)))];
      await Promise.all(wanted.map(async (number) => {
        const shard = await this.load(`s/${number}`);
        if (this.read.has(number)) return;
        this.read.add(number);
        for (const [stem, [forms, documents, impacts]] of Object.entries(shard)) {
          if (this.stems.has(stem)) continue;
          this.stems.set(stem, { documents, impacts });
          for (const form of forms ? forms.split(" ") : []) {
            if (!this.forms.has(form)) this.forms.set(form, new Set());
            this.forms.get(form).add(stem);
          }
        }
      }));
    }

    /* The records that a stem stands in, with its impact in each: numbers from the first time they are asked for. */
    postings(stem) {
      const entry = this.stems.get(stem);
      if (typeof entry.documents === "string") Object.assign(entry, { documents: gaps(entry.documents), impacts: numbers(entry.impacts) });
      return entry;
    }

    async lexicon(letter) {
      if (!this.headData.letters.includes(letter)) return [];
      const [forms, spreads] = await this.load(`w/${letter.codePointAt(0).toString(16)}`);
      const many = spreads.split(" ").map(Number);
      return forms.split(" ").map((form, position) => [form, many[position]]);
    }

    record(number) {
      return this.load(`d/${number}`);
    }

    /* The words of a text of record *number*: [where it begins, where it ends, folded]. */
    wordsOf(number, text) {
      if (!this.folded.has(number)) {
        this.folded.set(number, Array.from(text.matchAll(WORD), (match) => [match.index, match.index + match[0].length, fold(match[0])]));
      }
      return this.folded.get(number);
    }
  }

  /* ---- meeting words ---- */

  const bySpread = (a, b) => b[1] - a[1] || order(a[0], b[0]);

  /* The nearest of these [form, spread] within *limit* edits: [form, spread, edits]. */
  function nearOf(word, forms, limit) {
    if (!limit) return [];
    const found = forms.map((pair) => [...pair, distance(word, pair[0], limit)]).filter((row) => row[2] <= limit);
    const least = Math.min(...found.map((row) => row[2]));
    return found.filter((row) => row[2] === least).sort(bySpread).slice(0, MOST_NEAR);
  }

  /* A word met by forms of any first letter that are one edit away. */
  async function meetElsewhere(word, index) {
    const letters = tolerance(word) ? [...index.headData.letters] : [];
    const forms = (await Promise.all(letters.map((letter) => index.lexicon(letter)))).flat();
    const near = nearOf(word, forms, 1), stems = new Map();
    await index.know(near.map(([form]) => form));
    for (const [form, , edits] of near) for (const stem of index.forms.get(form)) stems.set(stem, NEAR[edits]);
    return { typed: word, stems, corrected: near.length ? near[0][0] : null };
  }

  async function meet(word, mayGoOn, index) {
    const term = { typed: word, stems: new Map(), corrected: null };
    await index.know([word]);
    if (index.forms.has(word)) {
      for (const stem of index.forms.get(word)) term.stems.set(stem, EXACT);
      return term;
    }
    const take = async (forms, weightOf) => {
      await index.know(forms);
      forms.forEach((form, position) => {
        for (const stem of index.forms.get(form)) term.stems.set(stem, Math.max(term.stems.get(stem) || 0, weightOf(position)));
      });
    };
    const letters = [...word], beginnings = [];
    for (let end = letters.length - 1; end > Math.max(3, letters.length - 5); end--) beginnings.push(letters.slice(0, end).join(""));
    const [neighbours] = await Promise.all([index.lexicon(letters[0]), index.know(beginnings)]);
    const known = beginnings.find((beginning) => index.stems.has(beginning));
    if (known) term.stems.set(known, STEM);
    if (mayGoOn && letters.length >= SHORTEST_BEGINNING) {
      const completed = neighbours.filter(([form]) => form.startsWith(word)).sort(bySpread).slice(0, MOST_COMPLETED);
      await take(completed.map(([form]) => form), () => COMPLETED);
      if (completed.length) return term;
    }
    const near = nearOf(word, neighbours, Math.min(tolerance(word), term.stems.size ? 1 : 2));
    await take(near.map(([form]) => form), (position) => NEAR[near[position][2]]);
    if (near.length && !(near[0][0].startsWith(word) || word.startsWith(near[0][0]))) term.corrected = near[0][0];
    return term;
  }

  /* Whether a phrase's words stand one after the other in each of these documents. */
  async function standing(phrase, documents, index) {
    const rows = [];
    const told = phrase.filter((word) => !index.headData.stop.has(word));
    await index.know(told);
    for (const word of told) {
      const stems = [...(index.forms.get(word) || [])], shard = await index.load(`p/${index.shardOf(word)}`);
      rows.push(stems.map((stem) => (Object.hasOwn(shard, stem) ? shard[stem] : {})));
    }
    return documents.filter((number) => {
      let starts = null;
      rows.forEach((stems, offset) => {
        const places = new Set(stems.flatMap((row) => gaps(row[number] || "").map((place) => place - offset)));
        starts = starts === null ? places : new Set([...starts].filter((place) => places.has(place)));
      });
      return starts === null || starts.size > 0;
    });
  }

  function passing(documents, filters, facets) {
    const tests = Object.entries(filters).map(([name, wanted]) => {
      const [values, rows] = facets.values[name], told = name === "member" ? facets.labels.member : {}; // a Member's name does too
      const good = values.map((value) => wanted.has(value) || (Object.hasOwn(told, value) && wanted.has(fold(told[value]))));
      return (number) => rows[number].some((value) => good[value]);
    });
    return tests.length ? documents.filter((number) => tests.every((test) => test(number))) : documents;
  }

  /* ---- searching ---- */

  /* What the terms amount to in each record: how many of them it meets, and its score; *some* are those that meet any. */
  function weigh(terms, records, index) {
    const met = new Uint8Array(records), score = new Float64Array(records), best = new Float64Array(records), some = [];
    for (const term of terms) {
      const lists = [...term.stems].map(([stem, weight]) => [index.postings(stem), weight]);
      for (const [{ documents, impacts }, weight] of lists) {
        for (let at = 0; at < documents.length; at++) {
          const number = documents[at], found = impacts[at] * weight;
          if (found > best[number]) best[number] = found;
        }
      }
      for (const [{ documents }] of lists) {
        for (let at = 0; at < documents.length; at++) {
          const number = documents[at];
          if (!best[number]) continue; // another stem of the term has counted it
          if (!met[number]) some.push(number);
          met[number] += 1;
          score[number] += best[number];
          best[number] = 0;
        }
      }
    }
    for (const number of some) score[number] *= met[number];
    return { met, some, score };
  }

  /* The *many* best of *documents* in their order; much faster than to sort them all. */
  function bestOf(documents, many, score) {
    const best = [], precedes = (a, b) => score[a] > score[b] || (score[a] === score[b] && a < b);
    for (const number of documents) {
      if (best.length === many && !precedes(number, best[many - 1])) continue;
      let place = best.length;
      while (place && precedes(number, best[place - 1])) place--;
      best.splice(place, 0, number);
      if (best.length > many) best.pop();
    }
    return best;
  }

  /*
   * Search for *line*. Options: limit (records to bring, 10), start (0), filters (field → folded values, beside those of the
   * line), and all (true to give every record where no word is asked for). The answer: query, total, complete, suggestion, filters,
   * hits (a promise for each, so that the first can be shown before the last is there), nearest (the same, where there are no hits: what
   * comes nearest without the line's quotes or, if need be, its filters), and counts(), a promise of how many of
   * the results each filter's values have, each field without its own filter. The answers to the last lines are kept.
   */
  function search(index, line, options = {}) {
    const key = JSON.stringify([line, options]), kept = index.answers.get(key), found = kept || answer(index, line, options);
    index.answers.delete(key);
    index.answers.set(key, found); // the last one again
    if (index.answers.size > KEPT) index.answers.delete(index.answers.keys().next().value);
    const forget = () => { if (index.answers.get(key) === found) index.answers.delete(key); };
    if (!kept) found.then(({ hits }) => Promise.all(hits)).catch(forget);
    return found;
  }

  async function answer(index, line, options) {
    const head = await index.head(), query = takeApart(line);
    for (const [name, values] of Object.entries(options.filters || {})) {
      if (values.length) query.filters[name] = new Set([...(query.filters[name] || []), ...values]);
    }
    const shown = shortened(line).split(SPACES).filter(Boolean).join(" ");
    const typed = query.words.filter((word) => !head.stop.has(word));
    const last = query.open ? query.words[query.words.length - 1] : null;
    const filtered = Object.keys(query.filters).length > 0;
    const asked = filtered ? index.load("facets") : null;
    let terms = await Promise.all(typed.map((word) => meet(word, word === last, index)));
    if (!terms.some((term) => term.stems.size)) terms = await Promise.all(typed.map((word) => meetElsewhere(word, index)));
    const facets = filtered ? await asked : {};
    const { met, some, score } = weigh(terms, head.records, index);
    if (!terms.length && !query.words.length && (filtered || options.all)) {
      for (let number = 0; number < head.records; number++) some.push(number);
    }
    let full = some.filter((number) => met[number] === terms.length);
    for (const phrase of query.phrases) full = await standing(phrase, full, index);
    const choose = (filters, facets) => {
      if (query.phrases.length) return passing(full, filters, facets);
      if (full.length < ENOUGH) return passing(clear(), filters, facets);
      const found = passing(full, filters, facets);
      return found.length ? found : passing(some, filters, facets);
    };
    const clear = () => {
      const highest = some.reduce((most, number) => Math.max(most, score[number]), 0);
      return some.filter((number) => met[number] === terms.length || FAINT * score[number] >= highest);
    };
    const chosen = choose(query.filters, facets);
    const start = options.start || 0, shownOnes = bestOf(chosen, start + (options.limit || 10), score).slice(start);
    const left = chosen.length || !terms.length ? [] : passing(some, query.filters, facets);
    const nearest = chosen.length || !terms.length ? [] : bestOf(left.length ? left : some, NEAREST, score);
    const wanted = new Set(terms.flatMap((term) => [...term.stems.keys()]));
    const later = new Promise((go) => setTimeout(go)); // so that nothing comes in the way of the first
    const hit = async (number, place) => {
      if (place) await later;
      const [id, title, text, facts] = await index.record(number);
      return {
        id, title, facts, score: score[number] / (100 * Math.max(1, terms.length)),
        snippet: snippet(index, text, index.wordsOf(number, text), wanted),
      };
    };
    return {
      query: shown, total: chosen.length, complete: chosen.every((number) => met[number] === terms.length),
      suggestion: suggest(shown, terms), filters: query.filters, hits: shownOnes.map(hit), nearest: nearest.map(hit),
      counts: async () => count(query.filters, chosen, choose, await index.load("facets")),
    };
  }

  function count(filters, chosen, choose, facets) {
    const counts = {};
    for (const name of FILTERS) {
      const others = Object.fromEntries(Object.entries(filters).filter(([each]) => each !== name));
      const found = name in filters ? choose(others, facets) : chosen;
      const [values, columns] = facets.values[name], many = new Array(values.length).fill(0);
      for (const number of found) for (const value of columns[number]) many[value] += 1;
      counts[name] = values.map((value, position) => ({ value, label: (facets.labels[name] || {})[value] || value, count: many[position] }));
    }
    return counts;
  }

  function suggest(line, terms) {
    const corrections = new Map(terms.filter((term) => term.corrected).map((term) => [term.typed, term.corrected]));
    return corrections.size ? line.replace(WORD, (word) => corrections.get(fold(word)) || word) : null;
  }

  /* ---- the snippet: a list of [text, is a hit] ---- */

  function snippet(index, text, words, stems, width = 220) {
    const marks = [];
    for (const [begin, finish, word] of words) {
      const found = [...(index.forms.get(word) || [])].filter((stem) => stems.has(stem));
      if (found.length) marks.push([begin, finish, found]);
    }
    let start = bestStart(marks, width);
    start = start > 30 ? text.lastIndexOf(" ", start - 31) + 1 : 0;
    let end = text.length;
    if (start + width < end) {
      end = text.lastIndexOf(" ", start + width - 1);
      if (end < start) end = start + width;
    }
    const parts = [[start ? "… " : "", false]];
    let at = start;
    for (const [begin, finish] of marks) {
      if (begin >= at && finish <= end) {
        parts.push([text.slice(at, begin), false], [text.slice(begin, finish), true]);
        at = finish;
      }
    }
    parts.push([text.slice(at, end) + (end < text.length ? " …" : ""), false]);
    return parts.filter(([part]) => part);
  }

  function bestStart(marks, width) {
    let most = 0, best = 0;
    marks.forEach(([begin], position) => {
      const seen = new Set();
      for (const [other, , found] of marks.slice(position)) {
        if (other - begin > width - 40) break;
        found.forEach((stem) => seen.add(stem));
      }
      if (seen.size > most) { most = seen.size; best = begin; }
    });
    return best;
  }

  const filled = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  scope.ArushaSearch = { Index, search, filled, takeApart, fold, words, distance, FILTERS };
})(self);
