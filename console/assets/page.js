// The local channel's page, made nicer: answers without a reload, completion,
// recall, scheduled posts as they come. Without this file everything still works
// by forms. All HTML inserted here was rendered and escaped by the server.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const feed = $("feed"), ask = $("ask"), input = $("line"), choices = $("choices"), newer = $("newer");
  const pageFields = document.querySelectorAll('input[name="page"]');
  const turnFields = document.querySelectorAll('input[name="turn"]');
  const asked = [...document.querySelectorAll(".asked")].map((p) => p.textContent);

  document.body.classList.add("scripted");
  input.removeAttribute("list"); // the list of ours replaces the browser's
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "choices");
  input.setAttribute("aria-expanded", "false");

  // The feed

  const atEnd = () => window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 120;

  // show scrolls an element's beginning into view, or all of it where it fits.
  const show = (el) => {
    const room = window.innerHeight - 12 * 16;
    el.scrollIntoView({ block: el.offsetHeight > room ? "start" : "end" });
  };

  const parse = (html) => {
    const t = document.createElement("template");
    t.innerHTML = html;
    return t.content.firstElementChild;
  };

  const pending = (line) => {
    const el = parse('<article class="turn"><p class="asked"><bdi></bdi></p>' +
      '<p class="waiting" role="status" aria-label="Being answered"><i></i><i></i><i></i></p></article>');
    el.querySelector("bdi").textContent = line;
    feed.append(el);
    show(el);
    return el;
  };

  const failed = (el, text) => {
    const p = el.querySelector(".waiting");
    p.className = "card wrong";
    p.removeAttribute("role");
    p.textContent = text;
  };

  // Asking. Lines go one after another, so that each knows its number.

  let queue = Promise.resolve();

  const send = (line) => {
    line = line.trim();
    if (!line) return;
    asked.push(line);
    recalled = asked.length;
    document.querySelector(".welcome")?.remove();
    const el = pending(line);
    queue = queue.then(() => answer(line, el));
  };

  const answer = async (line, el) => {
    const body = new URLSearchParams({ page: pageFields[0].value, turn: turnFields[0].value, line });
    let res;
    try {
      res = await fetch("/turn", { method: "POST", body });
    } catch {
      return failed(el, "sitrep cannot be reached. Is it still running? Ask again when it is.");
    }
    if (res.status === 401) return location.assign("/login");
    const text = await res.text();
    if (!(res.headers.get("Content-Type") || "").startsWith("text/html")) return failed(el, text);
    const turn = parse(text);
    el.replaceWith(turn);
    show(turn);
    const page = res.headers.get("Sitrep-Page");
    pageFields.forEach((f) => { f.value = page; });
    turnFields.forEach((f) => { f.value = res.headers.get("Sitrep-Turn"); });
    history.replaceState(null, "", "/?page=" + encodeURIComponent(page)); // a reload keeps the answers
  };

  document.addEventListener("submit", (e) => {
    if (e.target.id !== "ask" && e.target.id !== "run") return;
    e.preventDefault();
    const button = e.submitter;
    if (e.target.id === "run") {
      if (!button?.value) return;
      button.disabled = true; // not twice by a double click
      setTimeout(() => { button.disabled = false; }, 600);
      send(button.value);
      return;
    }
    const line = input.value;
    input.value = "";
    close();
    send(line);
  });

  // Completion

  let offered = [], chosen = -1, wanted = 0, timer = 0;

  const close = () => {
    wanted++;
    clearTimeout(timer);
    offered = [];
    chosen = -1;
    choices.hidden = true;
    choices.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (i) => {
    chosen = i;
    [...choices.children].forEach((li, n) => {
      li.setAttribute("aria-selected", n === i);
      if (n === i) li.scrollIntoView({ block: "nearest" });
    });
    if (i < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", choices.children[i].id);
  };

  const take = (i) => {
    input.value = offered[i].value;
    close();
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
    look();
  };

  const open = (list) => {
    offered = list;
    choices.replaceChildren(...list.map((c, i) => {
      const li = document.createElement("li");
      li.id = "choice-" + i;
      li.setAttribute("role", "option");
      const label = document.createElement("bdi");
      label.textContent = c.label;
      li.append(label);
      if (!c.label.startsWith(c.value.trim())) { // the label does not say already what it becomes
        const value = document.createElement("span");
        value.dir = "auto";
        value.textContent = c.value;
        li.append(value);
      }
      li.addEventListener("mousedown", (e) => { e.preventDefault(); take(i); });
      return li;
    }));
    choices.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(-1);
  };

  const fetchChoices = async (line) => {
    const mine = ++wanted;
    try {
      const res = await fetch("/v1/complete?n=8&line=" + encodeURIComponent(line));
      if (!res.ok || mine !== wanted) return;
      const list = (await res.json()).choices.filter((c) => c.value.trim() !== line.trim());
      if (mine !== wanted || input.value !== line) return;
      if (list.length) open(list); else close();
    } catch {
      close();
    }
  };

  const look = () => {
    clearTimeout(timer);
    const line = input.value;
    if (!line.trim()) return close();
    timer = setTimeout(() => fetchChoices(line), 70);
  };

  input.addEventListener("input", look);
  input.addEventListener("blur", close);

  // Keys: in an open list the arrows move; otherwise they recall earlier lines.

  let recalled = asked.length;

  const recall = (step) => {
    const to = recalled + step;
    if (to < 0 || to > asked.length) return;
    recalled = to;
    input.value = asked[to] ?? "";
    close();
    input.setSelectionRange(input.value.length, input.value.length);
  };

  input.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    const listed = offered.length;
    switch (e.key) {
      case "ArrowDown":
      case "ArrowUp": {
        const step = e.key === "ArrowDown" ? 1 : -1;
        e.preventDefault();
        // From -1, nothing chosen, round through the list and back to -1.
        if (listed) choose((chosen + 1 + step + listed + 1) % (listed + 1) - 1);
        else recall(step);
        return;
      }
      case "Tab":
        if (!listed || e.shiftKey) return;
        e.preventDefault();
        take(Math.max(chosen, 0));
        return;
      case "Enter":
        if (chosen < 0) return;
        e.preventDefault();
        take(chosen);
        return;
      case "Escape":
        if (listed) e.preventDefault();
        close();
    }
  });

  // Scheduled posts. A hidden page lets its connection go: a browser has only six of
  // them for all pages of this channel.

  let source = null, last = document.body.dataset.lastPost;

  const post = (e) => {
    last = e.lastEventId;
    const el = parse(JSON.parse(e.data));
    if (!el || $(el.id)) return;
    const follow = atEnd();
    feed.append(el);
    if (follow) show(el);
    else {
      newer.hidden = false;
      newer.onclick = () => { newer.hidden = true; show(el); };
    }
  };

  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
      return;
    }
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource("/events?after=" + encodeURIComponent(last));
    source.addEventListener("post", post);
  };

  document.addEventListener("visibilitychange", listen);
  window.addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; }, { passive: true });
  listen();

  const latest = $("latest");
  if (latest?.nextElementSibling) show(latest.nextElementSibling);
})();
