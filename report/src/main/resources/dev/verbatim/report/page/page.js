"use strict";
/* The page's behaviour. Tables and words come from Java; here they are sorted, filtered, charted and compared. */
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const element = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made) made[key] = value; else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  // Theme: the system's, unless one was chosen.
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null; // a browser may refuse storage to files: then until the page is closed
  const remembered = {
    get: () => { try { return localStorage.getItem("verbatim-theme") ?? chosen; } catch { return chosen; } },
    set: (value) => { chosen = value; try { localStorage.setItem("verbatim-theme", value); } catch { /* see above */ } },
  };
  const showTheme = () => {
    const theme = remembered.get() ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = theme;
    $("#theme").textContent = theme === "dark" ? "Light" : "Dark";
  };
  $("#theme").addEventListener("click", () => {
    remembered.set(root.dataset.theme === "dark" ? "light" : "dark");
    showTheme();
    redrawCharts();
  });
  dark.addEventListener("change", () => { showTheme(); redrawCharts(); });
  showTheme();
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // Data: one compressed block for each experiment, unpacked when it is first looked at.
  const unpacked = new Map();
  async function unpack(name) {
    if (!unpacked.has(name)) {
      const block = $$("#data script[data-experiment]").find((s) => s.dataset.experiment === name);
      if (!block) return null;
      const bytes = Uint8Array.from(atob(block.textContent.trim()), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      unpacked.set(name, JSON.parse(await new Response(stream).text()));
    }
    return unpacked.get(name);
  }
  /** Numbers are kept as differences of whole multiples of a power of ten; null is a value that there is not. */
  function numbers({ decimals, deltas }) {
    let sum = 0;
    return deltas.map((d) => (d === null ? null : (sum += d) / 10 ** decimals));
  }

  // Tables: a button in each header sorts.
  const sorted = new Map(); // by table: how it was sorted, for when the page is made anew
  function sortable(table) {
    const key = `${table.closest("[data-shows]")?.dataset.shows ?? ""} ${table.id}`;
    const asMade = $$("tbody tr", table);
    $$("thead th", table).forEach((th, column) => {
      th.setAttribute("aria-sort", "none");
      const button = element("button", { type: "button", textContent: th.textContent });
      th.replaceChildren(button);
      button.addEventListener("click", () => {
        const ways = th.classList.contains("n") ? ["descending", "ascending", "none"] : ["ascending", "descending", "none"];
        const way = ways[(ways.indexOf(th.getAttribute("aria-sort")) + 1) % 3];
        $$("thead th", table).forEach((other) => other.setAttribute("aria-sort", "none"));
        th.setAttribute("aria-sort", way);
        if (way === "none") {
          sorted.delete(key);
          $("tbody", table).append(...asMade);
        } else {
          sorted.set(key, { column, up: way === "ascending" });
          sortBy(table, column, way === "ascending");
        }
      });
    });
    const { column, up } = sorted.get(key) ?? { column: -1 };
    if (column < 0 || !$$("thead th", table)[column]) return;
    $$("thead th", table)[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    sortBy(table, column, up);
  }
  function sortBy(table, column, up) {
    const key = (row) => {
      const cell = row.cells[column];
      const text = cell.dataset.sort ?? cell.textContent;
      const number = text === "" ? NaN : Number(text);
      return Number.isNaN(number) ? text : number;
    };
    const rows = $$("tbody tr:not(.total)", table).map((row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === "" || b === "") return (a === "") - (b === ""); // what is missing comes last either way
      const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
      return up ? order : -order;
    });
    $("tbody", table).append(...rows.map(([, row]) => row), ...$$("tbody tr.total", table));
  }

  // Charts.
  const PALETTES = { // Okabe and Ito's, and the same lighter
    light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"],
    dark: ["#4ea8de", "#ff8c42", "#2ec4a0", "#e29ac8", "#f2b632", "#a5dcff"],
  };
  const DASHES = [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [12, 3]];
  const MARKERS = ["circle", "rect", "triangle", "rectRot"];
  const charts = new Map(); // chart by its key
  const switchedOff = new Map(); // by key: names of series
  const readAt = new Map(); // by key: where its values were last read
  const redrawCharts = () => [...charts.values()].forEach((chart) => chart.redraw());
  const dropCharts = () => { charts.forEach((chart) => chart.chart.destroy()); charts.clear(); };

  /**
   * A line chart with a legend of buttons, whose values are read with the pointer or the arrow keys.
   * A series has {name, x, y, style: {ink, dash, points}} and may have {sd, off}.
   */
  function plot(place, key, { title, xTitle, yTitle, series }) {
    if (!switchedOff.has(key)) switchedOff.set(key, new Set(series.filter((s) => s.off).map((s) => s.name)));
    const off = switchedOff.get(key);
    const canvas = element("canvas", { tabIndex: 0 });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${title}: ${series.map((s) => s.name).join(", ")}. Arrow keys read the values.`);
    const reading = element("p", { className: "reading" });
    reading.setAttribute("aria-live", "polite");
    const legend = element("div", { className: "legend" });
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", `Series of ${title}`);
    place.replaceChildren(element("h3", { textContent: title }), legend, element("div", { className: "plot" }, canvas), reading);

    const limits = [0, yTitle.includes("%") ? 100 : Infinity]; // no axis and no band goes beyond
    const xs = [...new Set(series.flatMap((s) => s.x))].sort((a, b) => a - b);
    const inkOf = ({ style }) => {
      const palette = PALETTES[root.dataset.theme];
      return palette[style.ink % palette.length];
    };
    const dashOf = ({ style }) => DASHES[style.dash % DASHES.length];
    const datasets = () => series.flatMap((s) => {
      const ink = inkOf(s);
      const hidden = off.has(s.name);
      const at = (values) => s.x.map((x, k) => ({ x, y: values[k] }));
      const [least, most] = limits;
      const line = {
        label: s.name, data: at(s.y), borderColor: ink, backgroundColor: ink, borderWidth: 2, hidden, spanGaps: false, clip: 8,
        borderDash: dashOf(s), pointStyle: MARKERS[s.style.ink % MARKERS.length], showLine: !s.style.points,
        pointRadius: s.style.points || s.x.length <= 12 ? 3.5 : 0, pointHitRadius: 8, sd: s.sd, order: 1,
      };
      if (!s.sd || !s.sd.some((d) => d > 0)) return [line];
      const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, hidden, band: true, order: 2, label: s.name };
      return [
        { ...edge, data: at(s.y.map((y, k) => Math.min(most, y + s.sd[k]))), fill: false },
        { ...edge, data: at(s.y.map((y, k) => Math.max(least, y - s.sd[k]))), fill: "-1", backgroundColor: ink + "30" },
        line,
      ];
    });
    const values = series.flatMap((s) => s.y).filter((y) => y !== null);
    const [lowest, highest] = [Math.min(...values), Math.max(...values)];
    const axis = (text) => ({
      title: { display: true, text, color: colour("--ink") },
      ticks: { color: colour("--muted"), maxRotation: 0 }, grid: { color: colour("--grid") }, border: { color: colour("--muted") },
    });
    const say = (item) => {
      const { dataset, dataIndex, parsed } = item;
      return `${dataset.label}: ${withDeviation(parsed.y, dataset.sd?.[dataIndex])}`;
    };
    const options = () => ({
      animation: false, responsive: true, maintainAspectRatio: false, parsing: true,
      interaction: { mode: "x", intersect: false },
      scales: {
        x: { type: "linear", ...axis(xTitle), min: xs[0], ticks: { color: colour("--muted"), maxRotation: 0, precision: 0, includeBounds: true } },
        y: { ...axis(yTitle), ...(highest > 90 && limits[1] === 100 ? { max: 100 } : {}), ...(lowest < highest / 4 ? { min: 0 } : {}) },
      },
      plugins: {
        legend: { display: false },
        tooltip: { filter: (item) => !item.dataset.band, callbacks: { title: (items) => (items.length ? `${xTitle} ${items[0].parsed.x}` : ""), label: say } },
      },
    });
    const chart = new Chart(canvas, { type: "line", data: { datasets: datasets() }, options: options() });
    const redraw = () => { chart.data.datasets = datasets(); chart.options = options(); chart.update(); swatches(); };
    charts.set(key, { chart, redraw });

    const swatches = () => $$("svg", legend).forEach((svg, i) => { svg.style.color = inkOf(series[i]); });
    series.forEach((s) => {
      const button = element("button", { type: "button" });
      button.innerHTML = `<svg aria-hidden="true" viewBox="0 0 26 10"><line x1="0" x2="26" y1="5" y2="5" stroke="currentColor" stroke-width="2.5" stroke-dasharray="${s.style.points ? "3 8" : dashOf(s).join(" ")}"/></svg>`;
      button.append(s.name);
      const show = () => button.setAttribute("aria-pressed", String(!off.has(s.name)));
      button.addEventListener("click", () => {
        if (!off.delete(s.name)) off.add(s.name);
        show();
        redraw();
      });
      show();
      legend.append(button);
    });
    swatches();

    let at = xs.indexOf(readAt.get(key));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      at = Math.max(0, Math.min(xs.length - 1, at + step));
      read();
    });
    if (at >= 0) read();
    function read() {
      readAt.set(key, xs[at]);
      const active = [];
      chart.data.datasets.forEach((d, datasetIndex) => {
        const index = d.data.findIndex((p) => p.x === xs[at]);
        if (index >= 0 && !d.band && !d.hidden) active.push({ datasetIndex, index });
      });
      const middle = chart.scales.x.getPixelForValue(xs[at]);
      chart.setActiveElements(active);
      chart.tooltip.setActiveElements(active, { x: middle, y: chart.chartArea.top });
      chart.update();
      reading.textContent = `${xTitle} ${short(xs[at])}: ` + active.map(({ datasetIndex, index }) => {
        const d = chart.data.datasets[datasetIndex];
        return `${d.label} ${withDeviation(d.data[index].y, d.sd?.[index])}`;
      }).join(", ");
    }
    return chart;
  }
  const short = (value) => (value === null || value === undefined ? "–" : String(Number(value.toPrecision(5))));
  /** Two digits of the deviation, and as many decimals of the mean. */
  function withDeviation(mean, deviation) {
    if (!(deviation > 0) || mean === null) return short(mean);
    const decimals = Math.max(0, 1 - Math.floor(Math.log10(Number(deviation.toPrecision(2)))));
    return `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
  }
  const epochs = (n) => Array.from({ length: n }, (_, i) => i + 1);

  // Overview.
  const filters = $("#filters");
  function prepareOverview(made = ["overview", "benchmarks"]) {
    made.filter((id) => id === "overview" || id === "benchmarks").forEach((id) => $$(`#${id} table`).forEach(sortable));
    const rows = $$("#overview tbody tr");
    const column = (title) => $$("#overview thead th").findIndex((th) => th.textContent === title);
    const [dataset, verdict, runs] = ["dataset", "beside published", "runs"].map(column);
    const fill = (name, values) => {
      const select = filters.elements[name];
      const chosen = select.value;
      select.replaceChildren(element("option", { value: "", textContent: "all" }),
        ...[...new Set(values)].filter(Boolean).sort().map((v) => element("option", { value: v, textContent: v })));
      select.value = chosen;
    };
    const cell = (row, index) => (index < 0 ? "" : row.cells[index].textContent.trim());
    const verdicts = (row) => (verdict < 0 ? [] : $$(".chip", row.cells[verdict]).map((c) => c.dataset.kind));
    fill("dataset", rows.map((row) => cell(row, dataset)).filter((text) => text !== "–"));
    fill("verdict", rows.flatMap(verdicts));
    filter = () => {
      const { q, dataset: d, verdict: v, run } = filters.elements;
      const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !(words.every((w) => text.includes(w)) && (!d.value || cell(row, dataset) === d.value)
          && (!v.value || verdicts(row).includes(v.value)) && (!run.checked || cell(row, runs) !== "0"));
        shown += !row.hidden;
      }
      $("#shown").textContent = `${shown} of ${rows.length} experiments`;
    };
    filter();
  }
  let filter = () => {};
  filters.addEventListener("input", () => { filter(); keepFilters(); });
  filters.addEventListener("submit", (event) => event.preventDefault());
  /** The address holds what is filtered, so that it can be passed on. */
  function keepFilters() {
    const set = new URLSearchParams();
    for (const field of filters.elements) {
      if (field.name && (field.type === "checkbox" ? field.checked : field.value)) set.set(field.name, field.type === "checkbox" ? "1" : field.value);
    }
    history.replaceState(null, "", "#/" + (set.size ? "?" + set : ""));
  }
  function takeFilters(query) {
    const set = new URLSearchParams(query);
    for (const field of filters.elements) {
      if (field.type === "checkbox") field.checked = set.has(field.name); else if (field.name) field.value = set.get(field.name) ?? "";
    }
    filter();
  }

  // An experiment.
  async function showExperiment(name) {
    const place = $('[data-section="experiment"]');
    const before = place.dataset.shows === name ? choices(place) : [];
    const focused = focusIn(place);
    const scrolled = place.dataset.shows === name ? $$(".scroll", place).map((e) => [nameOf(e), e.scrollTop, e.scrollLeft]) : [];
    place.dataset.shows = name;
    const data = await unpack(name);
    dropCharts();
    if (!data) {
      place.replaceChildren(element("h1", { textContent: "Not in this report" }), element("p", { textContent: `No experiment is called ${name}.` }));
      return;
    }
    place.innerHTML = data.html;
    $$("table", place).forEach(sortable);
    $$(".command", place).forEach(copyable);
    for (const chart of data.charts.filter((c) => c.series.length > 0)) {
      const card = element("div", { className: "card" });
      $(".charts", place).append(card);
      plot(card, `${name}/${chart.title}`, {
        title: chart.title, xTitle: "epoch", yTitle: chart.unit,
        series: chart.series.map((s) => ({
          name: s.name, off: s.off, style: s.style, y: numbers(s.y), sd: numbers(s.sd), x: s.x.length ? s.x : epochs(s.y.deltas.length),
        })),
      });
    }
    $$("details", place).filter((details) => before.includes(placeOf(details))).forEach((details) => { details.open = true; });
    for (const region of $$(".scroll", place)) {
      const [, top, left] = scrolled.find(([region_]) => region_ === nameOf(region)) ?? [];
      if (top !== undefined) region.scrollTo(left, top);
    }
    focusAgain(place, focused);
  }
  /** What has the focus in a place that is to be made anew, and it again when that is done. */
  const focusIn = (place) => (place.contains(document.activeElement) ? nameOf(document.activeElement) : null);
  const focusAgain = (place, name) => $$("a, button, canvas, code, summary, .scroll", place).find((e) => nameOf(e) === name)?.focus({ preventScroll: true });
  const nameOf = (e) => `${e.localName} ${e.getAttribute("aria-label") ?? e.textContent}`;
  /** What is unfolded, by where it is and what it says. */
  const choices = (place) => $$("details[open]", place).map(placeOf);
  const placeOf = (details) => details.id
    || [details.closest("table")?.id, details.closest("tr")?.cells[0].textContent, details.closest("figure")?.textContent, $("summary", details).textContent].join("|");
  function copyable(line) {
    const button = element("button", { type: "button", className: "quiet", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy: ${$("code", line).textContent}`);
    button.addEventListener("click", async () => {
      const range = document.createRange();
      range.selectNodeContents($("code", line));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      try {
        await navigator.clipboard.writeText($("code", line).textContent);
        button.textContent = "Copied";
      } catch { // without the permission, what is selected can be copied by hand
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    line.append(button);
  }

  // Two runs.
  const pick = $("#pick");
  function prepareCompare() {
    const index = JSON.parse($("#run-index").textContent);
    for (const name of ["a", "b"]) {
      const select = pick.elements[name];
      const chosen = select.value;
      select.replaceChildren(element("option", { value: "", textContent: "choose a run" }));
      for (const { experiment, runs } of index) {
        const group = element("optgroup", { label: experiment });
        runs.forEach((run) => group.append(element("option", { value: `${experiment}|${run.folder}`, textContent: `${experiment}, ${run.label}` })));
        select.append(group);
      }
      select.value = chosen;
    }
  }
  const compareAddress = () => `#/compare/${encodeURIComponent(pick.elements.a.value)}/${encodeURIComponent(pick.elements.b.value)}`;
  pick.addEventListener("change", () => { location.hash = compareAddress(); });
  $("#swap").addEventListener("click", () => {
    [pick.elements.a.value, pick.elements.b.value] = [pick.elements.b.value, pick.elements.a.value];
    location.hash = compareAddress();
  });
  async function findRun(value) {
    const at = value.indexOf("|");
    const data = at < 0 ? null : await unpack(value.slice(0, at));
    const run = data?.runs.find((r) => r.folder === value.slice(at + 1));
    return run && { ...run, experiment: value.slice(0, at) };
  }
  async function showComparison(a, b) {
    pick.elements.a.value = a ?? "";
    pick.elements.b.value = b ?? "";
    const place = $("#comparison");
    const runs = await Promise.all([a, b].map((value) => (value ? findRun(value) : null)));
    dropCharts();
    if (runs.some((run) => !run)) {
      place.replaceChildren(element("p", { className: "lead", textContent: "Choose two runs: their results, settings and curves are set side by side." }));
      return;
    }
    const names = runs.map((run, i) => `${i + 1}: ${run.experiment}, ${run.label}`);
    place.replaceChildren(comparisonTable(runs, names), element("h2", { textContent: "Curves" }), element("div", { className: "grid" }), settings(runs, names));
    for (const [title, unit, metrics] of [["Loss", "loss per image", ["train_loss", "val_loss"]], ["Accuracy", "accuracy (%)", ["train_accuracy", "val_accuracy"]]]) {
      const card = element("div", { className: "card" });
      $(".grid", place).append(card);
      plot(card, `compare/${title}`, {
        title, xTitle: "epoch", yTitle: unit,
        series: metrics.flatMap((metric, m) => runs.map((run, i) => {
          const y = numbers(run.metrics[metric]);
          return { name: `${i + 1}: ${metric.replace("_", " ")}`, x: epochs(y.length), y, style: { ink: i, dash: m === 0 ? 2 : i, points: false } };
        })),
      });
    }
  }
  /** With as many decimals as the two have; more where it would be nothing and is not. */
  function difference(first, second, value) {
    const decimals = Math.max(...[first, second].map((text) => (text.split(".")[1] ?? "").length));
    const rounded = Number(value.toFixed(decimals));
    const text = rounded === 0 && value !== 0 ? value.toPrecision(2) : rounded.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return (value > 0 ? "+" : "") + text.replace("-", "−");
  }
  function comparisonTable(runs, names) {
    const table = element("table");
    const head = element("tr", {}, ...["", ...names, "difference"].map((text, i) => element("th", { textContent: text, scope: "col", className: i > 0 ? "n" : "" })));
    const body = element("tbody");
    runs[0].figures.forEach(([label, first, exact], i) => {
      const [, second, other] = runs[1].figures[i];
      const known = exact !== "" && other !== "" && !Number.isNaN(Number(exact)) && !Number.isNaN(Number(other));
      const text = known ? difference(first, second, Number(other) - Number(exact)) : first === "–" || second === "–" ? "–" : first === second ? "same" : "different";
      body.append(element("tr", {}, element("th", { textContent: label, scope: "row" }),
        ...[first, second, text].map((t) => element("td", { textContent: t, className: "n" }))));
    });
    table.append(element("caption", { textContent: "Results", className: "visually-hidden" }), element("thead", {}, head), body);
    const region = element("div", { className: "scroll", tabIndex: 0 }, table);
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", "Results of both runs");
    return region;
  }
  function settings(runs, names) {
    const parts = runs.map((run) => run.config.split(/(?<=[,\n{[])\s*/));
    const place = element("div", {}, element("h2", { textContent: "Settings; what differs is marked" }), element("div", { className: "grid" }));
    parts.forEach((own, i) => {
      const others = new Set(parts[1 - i].map((part) => part.trim()));
      const text = element("pre");
      own.forEach((part) => {
        const same = others.has(part.trim());
        text.append(same ? part : element("mark", { textContent: part }), /[\n{[]$/.test(part) ? "" : " ");
      });
      $(".grid", place).append(element("div", { className: "card" }, element("h3", { textContent: names[i] }), text));
    });
    return place;
  }

  // An address typed by hand may have a % that stands for nothing: it is taken as it is.
  function decoded(part) {
    try { return decodeURIComponent(part); } catch { return part; }
  }

  function address() {
    const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
    const [view, ...rest] = path.split("/").map(decoded);
    return { view, rest, query };
  }

  // Where the address leads.
  async function route(keepPlace) {
    const { view, rest, query } = address();
    if (location.hash === "#main") { $("#main").focus(); return; }
    const section = ["experiment", "compare", "benchmarks", "left-out"].includes(view) ? view : "overview";
    if (section !== "experiment" && section !== "compare") dropCharts(); // those do when they have what to draw
    $$("[data-section]").forEach((s) => { s.hidden = s.dataset.section !== section; });
    $$("nav a[data-view]").forEach((a) => {
      if (a.dataset.view === section) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
    });
    if (section === "overview") takeFilters(query);
    if (section === "experiment") await showExperiment(rest[0]);
    if (section === "compare") await showComparison(rest[0], rest[1]);
    const heading = $(`[data-section="${section}"] h1`);
    document.title = section === "overview" ? "Verbatim report" : `${heading?.textContent ?? section} – Verbatim report`;
    if (!keepPlace) {
      const target = section === "experiment" && rest[1] && document.getElementById(rest.slice(1).join("/"));
      if (target?.localName === "details") target.open = true;
      if (target) target.scrollIntoView(); else scrollTo(0, 0);
    }
    root.dataset.ready = location.hash || "#/";
  }
  addEventListener("hashchange", () => route(false));

  // What of the page was made from results, as it was served.
  const parts = new Map();
  function keepParts(page) {
    for (const id of ["lead", "overview", "overview-figures", "benchmarks", "left-out", "left-out-count", "run-index"]) parts.set(id, page.getElementById(id).outerHTML);
  }
  const blocks = (page) => new Map([...page.querySelectorAll("#data script[data-experiment]")].map((s) => [s.dataset.experiment, s.textContent]));
  /** Takes over what differs in a newer page; what does not is left alone, with all that is being read there. */
  async function take(next) {
    const unfolded = choices($("#overview"));
    const focused = focusIn($("#overview"));
    const before = blocks(document);
    const after = blocks(next);
    const changed = (name) => before.get(name) !== after.get(name);
    const replaced = [...parts].filter(([id, html]) => next.getElementById(id).outerHTML !== html).map(([id]) => id);
    keepParts(next);
    for (const id of replaced) if (id !== "run-index") document.getElementById(id).replaceWith(next.getElementById(id));
    [...unpacked.keys()].filter(changed).forEach((name) => unpacked.delete(name));
    $("#data").replaceWith(next.getElementById("data"));
    if (replaced.includes("overview") || replaced.includes("benchmarks")) {
      prepareOverview(replaced);
      $$("#overview details").filter((d) => unfolded.includes(placeOf(d))).forEach((d) => { d.open = true; });
      focusAgain($("#overview"), focused);
    }
    if (replaced.includes("run-index")) prepareCompare();
    const { view, rest } = address();
    const shown = view === "experiment" ? [rest[0]] : view === "compare" ? rest.map((run) => run.split("|")[0]) : [];
    if (shown.some(changed)) await route(true);
  }

  // Live, where `verbatim report --serve` shows the page: what changes is taken over, place and choices stay.
  async function follow() {
    const live = $("#live");
    live.hidden = false;
    live.textContent = "live";
    let version = live.dataset.version ?? null;
    for (;;) {
      await new Promise((done) => setTimeout(done, 1500));
      try {
        const now = await (await fetch("version")).text();
        if (version !== null && now !== version) {
          await take(new DOMParser().parseFromString(await (await fetch("index.html")).text(), "text/html"));
        }
        version = now;
        live.textContent = "live";
      } catch {
        live.textContent = "the server has stopped";
      }
    }
  }

  if ($("#live").dataset.version) keepParts(document);
  prepareOverview();
  prepareCompare();
  route(false);
  if ($("#live").dataset.version) follow();
})();
