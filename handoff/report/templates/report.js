/* Fills the page for a selection. What it counts with is the cube; the page as it comes shows everything. */
(async () => {
  "use strict";
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const THIN = "\u202f";

  // The cube: counts per cell, gzipped.
  const packed = Uint8Array.from(atob($("#page-cube").textContent.trim()), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const cube = JSON.parse(await new Response(unpacked).text());
  const { lists, members, cells, families } = cube;
  const cellCount = cells.system.length;
  const STEPS = lists.steps.length + 1;
  for (const family of Object.values(families)) {
    let cell = 0;
    family[0] = family[0].map((step) => (cell += step));
  }

  // How numbers read: as the page has them from the start.
  const number = (value) => (value == null ? "—" : Math.round(value).toLocaleString("en-US"));
  const percent = (share, digits = 0) => {
    const least = 10 ** -digits;
    if (share == null) return "—";
    if (share > 0 && share < least / 200) return `<${least}${THIN}%`;
    if (share < 1 && share > 1 - least / 200) return `>${100 - least}${THIN}%`;
    return `${(Math.round(share * 100 * 10 ** digits) / 10 ** digits).toFixed(digits)}${THIN}%`;
  };
  const duration = (minutes) => {
    if (minutes == null) return "—";
    if (minutes < 1) return minutes === 0 ? `0${THIN}min` : `${Math.round(minutes * 60)}${THIN}s`;
    const whole = Math.round(minutes);
    const hours = Math.floor(whole / 60);
    const rest = whole % 60;
    if (hours === 0) return `${rest}${THIN}min`;
    return rest === 0 ? `${number(hours)}${THIN}h` : `${number(hours)}${THIN}h ${rest}${THIN}min`;
  };
  const spoken = (name) => {
    const words = name.split("_").filter(Boolean).map((word) => page.abbreviations[word] ?? word);
    const known = Object.values(page.abbreviations).includes(words[0]);
    return [known ? words[0] : words[0][0].toUpperCase() + words[0].slice(1), ...words.slice(1)].join(" ");
  };
  const lowered = (name) => {
    const words = spoken(name);
    return Object.values(page.abbreviations).includes(words.split(" ")[0]) ? words : words[0].toLowerCase() + words.slice(1);
  };
  const reason = (name) => (name == null ? "—" : name === "(none)" ? "No reason given" : spoken(name));
  const forms = {
    number,
    percent: (value) => percent(value),
    fine: (value) => percent(value, 1),
    duration: (value) => (value == null ? "—" : (isWhole() ? "" : "about ") + duration(value)),
    layer: (value) => (value == null ? "—" : page.layerNames[value]),
    reason,
    insight: (value) => (value == null ? "—" : page.insights[value] ?? "—"),
  };
  const share = (part, whole) => (whole ? part / whole : null);

  // The selection.
  const selects = { system: $("#filter-system"), team: $("#filter-team"), source: $("#filter-source"), campaign: $("#filter-campaign") };
  const from = $("#filter-from");
  const to = $("#filter-to");
  const months = members.month.map((_, at) => at).sort((a, b) => (members.month[a][1] === "earlier" ? -1 : members.month[b][1] === "earlier" ? 1 : a - b));
  const place = new Map(months.map((month, at) => [month, at]));
  const isWhole = () => Object.values(selects).every((select) => select.value === "") && from.value === "" && to.value === "";
  const accepts = (of) =>
    Object.entries(selects).every(([name, select]) => select.value === "" || of(name) === Number(select.value)) &&
    (from.value === "" || place.get(of("month")) >= place.get(Number(from.value))) &&
    (to.value === "" || place.get(of("month")) <= place.get(Number(to.value)));

  let chosen = new Uint8Array(cellCount).fill(1);
  const totals = (name) => {
    const found = new Map();
    const [at, keys, counts] = families[name];
    for (let i = 0; i < keys.length; i++) if (chosen[at[i]]) found.set(keys[i], (found.get(keys[i]) ?? 0) + counts[i]);
    return (key) => found.get(key) ?? 0;
  };
  const byMember = (name, dimension) => {
    const found = new Map();
    const [at, keys, counts] = families[name];
    const of = cells[dimension];
    for (let i = 0; i < keys.length; i++) {
      if (!chosen[at[i]]) continue;
      const key = `${of[at[i]]}/${keys[i]}`;
      found.set(key, (found.get(key) ?? 0) + counts[i]);
    }
    return (member, key) => found.get(`${member}/${key}`) ?? 0;
  };
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const range = (count) => Array.from({ length: count }, (_, at) => at);
  const largest = (values) => (values.some(Boolean) ? values.indexOf(Math.max(...values)) : null);

  // Waits, counted in steps.
  const lifeTable = (counts, wait) => {
    const ended = range(STEPS).map((step) => counts((wait * 2 + 1) * STEPS + step));
    const lasting = range(STEPS).map((step) => counts(wait * 2 * STEPS + step));
    let waiting = sum(ended) + sum(lasting);
    let survival = 1;
    return ended.map((over, step) => {
      const atRisk = waiting - lasting[step] / 2;
      survival *= atRisk > 0 ? 1 - over / atRisk : 1;
      waiting -= over + lasting[step];
      return survival;
    });
  };
  const quantile = (curve, part) => {
    let [before, start] = [1, 0];
    for (const [at, bound] of lists.steps.entries()) {
      if (curve[at] <= 1 - part) return before === curve[at] ? bound : start + ((bound - start) * (before - (1 - part))) / (before - curve[at]);
      [before, start] = [curve[at], bound];
    }
    return null;
  };
  const wilson = (met, of) => {
    const z = 1.959963984540054;
    const middle = (met + (z * z) / 2) / (of + z * z);
    const half = (z / (of + z * z)) * Math.sqrt((met * (of - met)) / of + (z * z) / 4);
    return [Math.max(middle - half, 0), Math.min(middle + half, 1)];
  };

  // Tables: the rows are there, only what they say changes.
  const fill = (name, valuesOf) => {
    const table = $(`table[data-table="${name}"]`);
    if (!table) return;
    for (const row of table.tBodies[0].rows) {
      const values = valuesOf(Number(row.dataset.key));
      for (const cell of row.cells) {
        if (!(cell.dataset.column in values)) continue;
        const value = values[cell.dataset.column];
        cell.dataset.sort = value ?? "";
        const shown = $(".shown", cell) ?? cell;
        shown.textContent = (forms[cell.dataset.form] ?? String)(value);
        if (cell.classList.contains("has-bar")) cell.style.setProperty("--share", value ?? 0);
        cell.classList.toggle("zero", cell.dataset.form === "number" && !value);
      }
      if (table.dataset.main) row.dataset.empty = values[table.dataset.main] ? "" : "1";
    }
    show(table);
  };
  const show = (table) => {
    const search = $(`input[data-search="${table.dataset.table}"]`);
    const wanted = search ? search.value.trim().toLowerCase() : "";
    let shown = 0;
    const limit = table.dataset.limit && wanted === "" ? Number(table.dataset.limit) : Infinity;
    for (const row of table.tBodies[0].rows) {
      const isOut = row.dataset.empty === "1" || row.dataset.outside === "1" || (wanted !== "" && !row.textContent.toLowerCase().includes(wanted));
      row.dataset.out = isOut ? "1" : "";
      shown += !isOut;
      row.hidden = isOut || shown > limit;
    }
    const more = $(`[data-more="${table.dataset.table}"]`);
    if (more) {
      more.hidden = shown <= limit;
      more.textContent = `Show all ${number(shown)}`;
    }
    const none = $(`[data-none="${table.dataset.table}"]`);
    if (none) none.hidden = shown > 0;
    const count = $(`[data-count="${table.dataset.table}"]`);
    if (count) count.textContent = number(shown);
  };
  for (const input of $$("input[data-search]")) {
    input.addEventListener("input", () => show($(`table[data-table="${input.dataset.search}"]`)));
  }
  for (const button of $$("[data-more]")) {
    button.addEventListener("click", () => {
      const table = $(`table[data-table="${button.dataset.more}"]`);
      delete table.dataset.limit;
      show(table);
      table.closest(".table").focus({ preventScroll: true });
    });
  }
  for (const button of $$("th button")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const table = head.closest("table");
      const column = head.cellIndex;
      const isNumber = head.classList.contains("n");
      const before = head.getAttribute("aria-sort");
      const downward = before === "none" ? isNumber : before !== "descending";
      for (const other of $$("th[aria-sort]", table)) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", downward ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      const value = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
      rows.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        // What has no value stands last, whichever way.
        if (x === "" || y === "") return (x === "") - (y === "");
        const order = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
        return downward ? -order : order;
      });
      table.tBodies[0].append(...rows);
      show(table);
    });
  }

  // Charts.
  const views = new Map();
  const waiting = [];
  const draw = (place, chart, values, signals = {}) => {
    if (!place) return;
    place.dataset.rows = values.length;
    // Nothing is no chart: it says so, where there is room for words.
    const isEmpty = values.every((row) => row.value === null);
    place.hidden = isEmpty;
    const note = place.nextElementSibling;
    if (note?.matches("[data-empty]")) note.hidden = !isEmpty;
    if (isEmpty) return;
    const job = views.get(place) ?? { chart };
    job.values = values;
    job.signals = signals;
    views.set(place, job);
    if (job.view) refresh(job);
    else if (!job.isQueued) {
      job.isQueued = true;
      waiting.push(place);
    }
  };
  const refresh = (job) => {
    for (const [name, value] of Object.entries(job.signals)) job.view.signal(name, value);
    return job.view.data("values", job.values).runAsync();
  };
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawNext = async () => {
    const at = waiting.findIndex((place) => place.offsetWidth > 0);
    if (at < 0) return;
    const [place] = waiting.splice(at, 1);
    const job = views.get(place);
    const { values, signals } = job;
    const params = (page.charts[job.chart].params ?? []).map((param) => (param.name in signals ? { ...param, value: signals[param.name] } : param));
    const spec = { ...page.charts[job.chart], params, data: { name: "values", values } };
    // The interpreter in place of eval, which the page's policy forbids.
    const { view } = await vegaEmbed(place, spec, { ast: true, actions: false, renderer: "svg", hover: !reduced, tooltip: { theme: "custom" } });
    job.view = view;
    // A selection that was made meanwhile.
    if (job.values !== values) await refresh(job);
    for (const svg of $$("svg", place)) svg.setAttribute("aria-hidden", "true");
    place.dataset.drawn = "1";
    setTimeout(drawNext, 0);
  };
  for (const details of $$("details")) details.addEventListener("toggle", () => drawNext());

  // What is said first.
  const sayVerdict = () => {
    const handoffs = totals("handoffs")(0);
    const first = range(page.layers.length).map(totals("first"));
    const broken = sum(first);
    const worst = largest(first);
    if (isWhole()) return [page.verdict.sentence, page.verdict.support];
    if (handoffs === 0) return ["Nothing in this selection.", "No handoff opened here; widen a filter."];
    const systems = byMember("handoffs", "system");
    const seen = members.system.map((_, at) => at).filter((at) => systems(at, 0));
    if (seen.every((at) => page.withoutProcess.includes(at))) return [page.noProcess, ""];
    if (worst === null) return ["No handoff breaks at any layer that is on record.", `${number(handoffs)} handoffs were judged; none is broken.`];
    const few = handoffs < page.reliableFrom ? page.few : "";
    const support = `${percent(broken / handoffs)} of ${number(handoffs)} handoffs are broken somewhere.${few}`;
    return [`${percent(first[worst] / handoffs)} of handoffs break first ${page.layerPlaces[worst]}${leading(worst, first[worst])}.`, support];
  };
  const leading = (layer, broken) => {
    const counts = totals("leading");
    const found = lists.findings.map((code, at) => (page.findingLayers[code] === layer ? counts(at) : 0));
    const top = largest(found);
    if (top === null) return "";
    const code = lists.findings[top];
    const where = code.startsWith("queue_") ? "queue" : "team";
    let places;
    if (where === "queue") {
      const queues = totals("queues");
      places = lists.queues.map((_, at) => queues(at * 3 + (code === "queue_unworked" ? 1 : 2)));
    } else {
      const teams = byMember("leading", "team");
      places = members.team.map((_, at) => teams(at, top));
    }
    const best = largest(places);
    const most = found[top] * 2 > broken ? "most of it is" : "most often it is";
    const named = best === null ? null : page.placeNames[where][best];
    const lies = named ? `, ${places[best] * 2 > sum(places) ? "mostly" : "most often"} in ${named}` : "";
    return `; ${most} ${lowered(code)}${lies}`;
  };

  const sayLayers = () => {
    const verdicts = totals("layers");
    const first = totals("first");
    const monthly = byMember("layers", "month");
    const shown = months.filter((month) => members.month[month][1] !== "earlier" && accepts((name) => (name === "month" ? month : Number(selects[name].value || -1))));
    const trends = page.layers.map((_, layer) =>
      shown.flatMap((month) => {
        const [ok, broken] = [0, 1].map((verdict) => monthly(month, layer * 5 + verdict));
        return ok + broken ? [{ month: members.month[month][1], share: broken / (ok + broken), words: `${members.month[month][1]}: ${percent(broken / (ok + broken))} of ${number(ok + broken)}` }] : [];
      })
    );
    const top = Math.max(0.01, ...trends.flat().map((point) => point.share)) * 1.15;
    page.layers.forEach((name, layer) => {
      const item = $(`[data-layer="${name}"]`);
      const counts = page.verdicts.map((_, at) => verdicts(layer * 5 + at));
      page.verdicts.forEach((verdict, at) => {
        const bar = $(`.bar .${verdict}`, item);
        bar.style.flexGrow = counts[at];
        bar.hidden = counts[at] === 0;
        const count = $(`[data-verdict="${verdict}"]`, item);
        $("b", count).textContent = number(counts[at]);
        count.hidden = counts[at] === 0;
      });
      const judged = counts[0] + counts[1];
      $("[data-share]", item).textContent = percent(share(counts[1], judged));
      $("[data-judged]", item).textContent = judged ? `of ${number(judged)} judged` : "nothing to judge";
      $("[data-first]", item).textContent = `${number(first(layer))} break here first`;
      trends[layer].forEach((point, at) => (point.is_last = at === trends[layer].length - 1));
      draw($(".trend", item), "trend", trends[layer], { top });
    });
  };

  const sayCards = () => {
    const rates = totals("rates");
    const waits = totals("waits");
    for (const card of $$("[data-card]")) {
      const name = card.dataset.card;
      const pick = (part) => $(`[data-part="${part}"]`, card);
      const put = (part, text) => {
        const place = pick(part);
        place.textContent = text ?? "";
        place.hidden = !text;
      };
      if (isWhole()) {
        for (const [part, text] of Object.entries(page.cards[name])) put(part, text);
        continue;
      }
      if (name === "sales_acceptance_minutes") {
        const wait = lists.waits.indexOf(name);
        const curve = lifeTable(waits, wait);
        const ended = sum(range(STEPS).map((step) => waits((wait * 2 + 1) * STEPS + step)));
        const lasting = sum(range(STEPS).map((step) => waits(wait * 2 * STEPS + step)));
        const [median, late] = [quantile(curve, 0.5), quantile(curve, 0.9)];
        put("value", median == null || ended + lasting === 0 ? "—" : `about ${duration(median)}`);
        put("aside", late == null || ended + lasting === 0 ? "" : `nine in ten within about ${duration(late)}`);
        put("basis", `median, in business time; ${number(ended)} accepted of ${number(ended + lasting)} watched`);
        put("interval", "");
        put("pending", "");
        put("thin", ended + lasting < page.reliableFrom ? page.thin : "");
        continue;
      }
      const at = lists.rates.indexOf(name);
      const [not, met, pending] = [0, 1, 2].map((outcome) => rates(at * 3 + outcome));
      const of = not + met;
      const [counted, rest] = page.bases[name];
      put("value", percent(share(met, of)));
      put("basis", of ? `${number(met)} ${counted} of ${number(of)} ${rest}` : `nothing is due yet: 0 ${counted} of ${rest}`);
      put("interval", of ? wilson(met, of).map((end) => percent(end)).join(" to ") : "");
      put("pending", pending ? `${number(pending)} pending` : "");
      put("thin", of < page.reliableFrom ? page.thin : "");
      if (name === "first_activity_completion_rate") {
        const sla = lists.rates.indexOf("first_action_sla_rate");
        const [late, timely] = [0, 1].map((outcome) => rates(sla * 3 + outcome));
        put("aside", late + timely ? `${percent(timely / (late + timely))} in time` : "");
      }
    }
  };

  const sayFindings = () => {
    const found = totals("findings");
    const handoffs = totals("handoffs")(0);
    fill("findings", (key) => ({ handoffs: found(key), share: share(found(key), handoffs) }));
    const [systems, first] = [byMember("handoffs", "system"), byMember("first", "system")];
    fill("systems", (key) => {
      const counts = range(page.layers.length).map((layer) => first(key, layer));
      return { handoffs: systems(key, 0), broken: share(sum(counts), systems(key, 0)), worst: largest(counts) };
    });
  };

  const saySpeed = () => {
    const counts = totals("waits");
    const due = totals("due");
    const names = page.waits;
    const whole = isWhole();
    const rows = [];
    for (const [name, label] of Object.entries(names)) {
      const wait = lists.waits.indexOf(name);
      const watched = sum(range(2 * STEPS).map((at) => counts(wait * 2 * STEPS + at)));
      const curve = whole ? page.curves[name] : watched ? lifeTable(counts, wait) : [];
      curve.slice(0, lists.steps.length).forEach((value, at) => rows.push({ curve: label, minute: lists.steps[at], share: value, words: duration(lists.steps[at]) }));
    }
    const allowed = sum(range(STEPS).map(due));
    if (allowed) {
      let left = allowed;
      lists.steps.forEach((bound, at) => {
        left -= due(at);
        rows.push({ curve: "Not yet due", minute: bound, share: left / allowed, words: duration(bound) });
      });
    }
    draw($("#survival"), "survival", rows.filter((row) => row.minute <= 4800));
    fill("waits", (key) => {
      const ended = sum(range(STEPS).map((step) => counts((key * 2 + 1) * STEPS + step)));
      const lasting = sum(range(STEPS).map((step) => counts(key * 2 * STEPS + step)));
      if (whole) return { ...page.quantiles[key], ended, lasting };
      const curve = lifeTable(counts, key);
      return { median: ended ? quantile(curve, 0.5) : null, late: ended ? quantile(curve, 0.9) : null, ended, lasting };
    });
  };

  const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const sayHours = () => {
    const [arrivals, actions, inTime] = ["arrivals", "actions", "in_time"].map(totals);
    const of = (slots) => {
      const late = sum(slots.map((slot) => inTime(slot * 2)));
      const judged = late + sum(slots.map((slot) => inTime(slot * 2 + 1)));
      return { arrivals: sum(slots.map(arrivals)), actions: sum(slots.map(actions)), late: share(late, judged), judged };
    };
    const slots = range(168);
    const spread = (counts) => {
      const all = sum(slots.map(counts));
      return slots.map((slot) => ({ day: DAYS[Math.floor(slot / 24)], hour: slot % 24, value: share(counts(slot), all), count: counts(slot) }));
    };
    draw($("#arrivals"), "heat", spread(arrivals));
    draw($("#actions"), "heat", spread(actions));
    draw($("#late"), "late", slots.map((slot) => {
      const { late, judged } = of([slot]);
      // A share of a handful says nothing.
      return { day: DAYS[Math.floor(slot / 24)], hour: slot % 24, value: judged < 5 ? null : late, count: judged };
    }));
    fill("weekdays", (day) => of(slots.filter((slot) => Math.floor(slot / 24) === day)));
    fill("clock", (hour) => of(slots.filter((slot) => slot % 24 === hour)));
  };

  const sayRouting = () => {
    const [queues, waited, owners] = ["queues", "queue_waits", "owners"].map(totals);
    fill("queues", (key) => ({
      handoffs: queues(key * 3),
      unworked: queues(key * 3 + 1),
      share: share(queues(key * 3 + 1), queues(key * 3)),
      unmonitored: queues(key * 3 + 2),
      median: quantile(lifeTable(waited, key), 0.5),
    }));
    fill("owners", (key) => ({ handoffs: owners(key) }));
    const [handoffs, found] = [byMember("handoffs", "team"), byMember("findings", "team")];
    fill("teams", (key) => ({
      handoffs: handoffs(key, 0),
      ...Object.fromEntries(page.teamFindings.map((code) => [code, found(key, lists.findings.indexOf(code))])),
    }));
  };

  const sayStatuses = () => {
    const [stages, ages] = ["stages", "ages"].map(totals);
    fill("stages", (key) => Object.fromEntries(lists.groups.map((group, at) => [group, stages(key * lists.groups.length + at)])));
    fill("ages", (key) => {
      const stale = ages(key * 2 + 1);
      const open = stale + ages(key * 2);
      return { open, stale, share: share(stale, open) };
    });
    const reasons = totals("reasons");
    const everything = sum(lists.reasons.map((_, at) => reasons(at * 2)));
    fill("reasons", (key) => {
      const [given, refuted] = [reasons(key * 2), reasons(key * 2 + 1)];
      return { rejections: given, share: share(given, everything), verified: lists.reasons[key] === "(none)" ? null : share(given - refuted, given) };
    });
    const [handoffs, outcomes, given] = [byMember("handoffs", "source"), byMember("outcomes", "source"), byMember("reasons", "source")];
    const [rejected, recycled] = ["rejected", "recycled"].map((name) => lists.outcomes.indexOf(name));
    fill("sources", (key) => {
      const counts = lists.reasons.map((_, at) => given(key, at * 2));
      const refuted = sum(lists.reasons.map((_, at) => given(key, at * 2 + 1)));
      const named = sum(counts.filter((_, at) => lists.reasons[at] !== "(none)"));
      const top = largest(counts);
      return {
        handoffs: handoffs(key, 0),
        rejected: share(outcomes(key, rejected), handoffs(key, 0)),
        recycled: share(outcomes(key, recycled), handoffs(key, 0)),
        verified: share(named - refuted, named),
        reason: top === null ? null : lists.reasons[top],
        insight: top,
      };
    });
  };

  // Gaps are of one segment against all others: a filter picks the segment, a period does not divide them.
  const DIMENSIONS = { source_system: "system", team: "team", source: "source", campaign: "campaign" };
  const sayGaps = () => {
    const isPicked = Object.values(selects).some((select) => select.value !== "");
    const picks = (gap) => {
      const name = DIMENSIONS[gap.dimension];
      return name && selects[name].value !== "" && members[name][Number(selects[name].value)][0] === gap.value;
    };
    for (const block of $$("[data-symptom]")) {
      let shown = 0;
      for (const item of $$("[data-gap]", block)) {
        item.hidden = isPicked && !picks(page.gaps[item.dataset.gap]);
        shown += !item.hidden;
      }
      const silent = $("[data-silent]", block);
      silent.hidden = shown > 0;
      silent.textContent = isPicked ? "Nothing about this selection stands out beyond chance, or it has too few handoffs: nobody is blamed." : silent.dataset.silent;
      const more = $("details", block);
      if (more) more.hidden = isPicked ? !$$("[data-gap]", more).some((item) => !item.hidden) : false;
      if (more && isPicked && !more.hidden) more.open = true;
    }
    for (const place of $$(".waterfall")) draw(place, "waterfall", page.gaps[place.dataset.index].steps);
  };

  const sayCoverage = () => {
    const system = selects.system.value === "" ? null : members.system[Number(selects.system.value)][0];
    for (const table of $$("table[data-of-system]")) {
      for (const row of table.tBodies[0].rows) row.dataset.outside = system !== null && row.dataset.system !== system ? "1" : "";
      show(table);
    }
  };

  const sayWorklist = () => {
    const table = $('table[data-table="worklist"]');
    if (!table) return;
    for (const row of table.tBodies[0].rows) {
      const of = Object.fromEntries(row.dataset.members.split(" ").map((number, at) => [page.dimensions[at], Number(number)]));
      row.dataset.outside = accepts((name) => of[name]) ? "" : "1";
    }
    show(table);
  };

  const update = () => {
    for (let cell = 0; cell < cellCount; cell++) chosen[cell] = accepts((name) => cells[name][cell]) ? 1 : 0;
    const [sentence, support] = sayVerdict();
    $("#verdict").textContent = sentence;
    $("#support").textContent = support;
    const handoffs = totals("handoffs")(0);
    $("#selected").textContent = isWhole() ? `All ${number(handoffs)} handoffs` : `${number(handoffs)} of ${number(page.handoffs)} handoffs`;
    $("#reset").disabled = isWhole();
    document.body.classList.toggle("selected", !isWhole());
    for (const say of [sayLayers, sayCards, sayFindings, sayGaps, saySpeed, sayHours, sayRouting, sayStatuses, sayCoverage, sayWorklist]) say();
    drawNext();
  };

  for (const [name, select] of Object.entries(selects)) select.addEventListener("change", update);
  for (const [select, other, isTooFar] of [[from, to, (a, b) => a > b], [to, from, (a, b) => a < b]]) {
    select.addEventListener("change", () => {
      // A period that ends before it begins is none.
      if (select.value !== "" && other.value !== "" && isTooFar(place.get(Number(select.value)), place.get(Number(other.value)))) other.value = select.value;
      update();
    });
  }
  $("#reset").addEventListener("click", () => {
    for (const select of [...Object.values(selects), from, to]) select.value = "";
    update();
    selects.system.focus();
  });

  // The rows that are shown, as a file that no spreadsheet runs anything in.
  const cellText = (text) => {
    const plain = text.trim();
    const risky = /^[=+\-@\t\r\n＝＋－＠]/u.test(plain) && isNaN(plain);
    return `"${(risky ? "'" : "") + plain.replaceAll('"', '""')}"`;
  };
  $("#download")?.addEventListener("click", () => {
    const table = $('table[data-table="worklist"]');
    const heads = [...table.tHead.rows[0].cells].map((cell) => cellText(cell.textContent));
    const lines = [...table.tBodies[0].rows].filter((row) => row.dataset.out !== "1").map((row) => [...[...row.cells].map((cell) => cellText(cell.dataset.text ?? cell.textContent)), cellText($("a", row)?.href ?? "")].join(","));
    const text = "\ufeff" + [[...heads, '"CRM link"'].join(","), ...lines].join("\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "worklist.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  document.body.classList.add("live");
  $("#filters").hidden = false;
  if (matchMedia("(min-width: 1000px)").matches) $("#filters").open = true;
  draw($("#runs"), "runs", page.runs);
  update();
  document.body.dataset.ready = "1";
  performance.mark("ready");
})();
