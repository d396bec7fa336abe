async () => {
  // What would get in the way of a person who holds this page on a phone? Numbers and the first offenders, no verdicts:
  // those are methodology/phone_view.yaml's. Lengths are CSS pixels of the page; `scale` is how large one of them is
  // shown when the page opens (a page made for a wide screen is laid out 980 wide and shown as a miniature).
  const FIRST = 5, MANY = 20000, NEAR = 2;  // offenders told, elements looked at, px within which an edge is kept
  const TARGET = 24;  // WCAG 2.2 SC 2.5.8
  const THIN = 12;  // px as shown, half of it: no room around a target helps then (our own)
  const SMALL = 12, TINY = 8;  // px as shown: Lighthouse's font-size audit; a third less again
  const GOES_MS = 2500;  // an overlay that is gone by then was a greeting
  const MENUS = "nav, [role=navigation], [class*=menu i], [class*=nav i], [id*=menu i], [id*=nav i]";
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [onclick], [role=button]," +
    " [role=link], [role=checkbox], [role=radio], [role=tab], [role=menuitem], [role=switch]";
  const MOVING = /swiper|slick|owl|carousel|slider|splide|flickity|glide|marquee|ticker|bxslider|nivo/i;
  const root = document.scrollingElement || document.documentElement;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const go = (y) => window.scrollTo({ left: 0, top: y, behavior: "instant" });
  go(0);

  const width = root.clientWidth || document.documentElement.clientWidth;
  const height = root.clientHeight || document.documentElement.clientHeight;
  const scale = (window.screen.width || width) / width;
  const styles = new Map();
  const style = (el) => styles.get(el) || (styles.set(el, getComputedStyle(el)), styles.get(el));
  const round = (n) => Math.round(n * 1000) / 1000;
  const box = (r) => [r.left, r.top + window.scrollY, r.right - r.left, r.bottom - r.top].map((n) => Math.round(n));
  const name = (el) => {
    const one = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].slice(0, 2).map((c) => "." + c).join("");
    const up = [];
    for (let e = el; e && e !== document.documentElement && up.length < 3; e = e.parentElement) up.unshift(one(e).slice(0, 60));
    return up.join(" > ");
  };
  const words = (text) => (text || "").replace(/\s+/g, " ").trim().slice(0, 80);
  const told = (el, r, text) => ({ where: name(el), text: words(text === undefined ? el.textContent : text), box: box(r) });
  const shown = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const bare = (r) => ({ left: r.left, top: r.top, right: r.right, bottom: r.bottom });

  // -- what cuts off what: every ancestor that clips, from the inside out

  const rootStyle = style(document.documentElement);
  const bodyGives = rootStyle.overflowX === "visible" && rootStyle.overflowY === "visible";  // its overflow is the window's
  const ofWindow = document.body && bodyGives ? style(document.body) : rootStyle;
  const fixedWidth = /hidden|clip/.test(ofWindow.overflowX);  // the window cannot be moved sideways
  const holds = (s) => s.transform !== "none" || s.filter !== "none" || s.perspective !== "none" || /paint|layout|strict|content/.test(s.contain);
  const clipsOf = new Map();
  const around = (el) => {
    // Clips of an element's box; those of its text are `inside`.
    let up = el.parentElement;
    const position = style(el).position;
    if (position === "absolute") while (up && style(up).position === "static" && !holds(style(up))) up = up.parentElement;
    if (position === "fixed") while (up && !holds(style(up))) up = up.parentElement;
    return up ? inside(up) : { clips: [], fixed: position === "fixed" };
  };
  const inside = (el) => {
    if (clipsOf.has(el)) return clipsOf.get(el);
    const outer = around(el), s = style(el);
    const isWindow = el === document.documentElement || (el === document.body && bodyGives);
    const cuts = !isWindow && s.display !== "inline" && (s.overflowX !== "visible" || s.overflowY !== "visible");
    const clips = cuts ? [{
      el, box: bare(el.getBoundingClientRect()),
      x: s.overflowX === "visible" ? "" : /auto|scroll/.test(s.overflowX) ? "moves" : "cuts",
      y: s.overflowY === "visible" ? "" : "cuts",
      ellipsis: s.textOverflow !== "clip" || (s.webkitLineClamp && s.webkitLineClamp !== "none"),
    }, ...outer.clips] : outer.clips;
    const found = { clips, fixed: outer.fixed || s.position === "fixed" };
    clipsOf.set(el, found);
    return found;
  };
  const moving = new Map();
  const isMoving = (el) => {
    // Part of something that moves by itself or under the finger.
    if (!el || el === document.body || el === document.documentElement) return false;
    if (moving.has(el)) return moving.get(el);
    const s = style(el);
    const is = el.tagName === "MARQUEE" || s.animationName !== "none" || MOVING.test(el.getAttribute("class") || "") ||
      (s.transform !== "none" && new DOMMatrix(s.transform).e !== 0) || isMoving(el.parentElement);
    moving.set(el, is);
    return is;
  };
  // {left, top, right, bottom} of what is seen; `cut`: an edge takes part of it away for good; `out`: it reaches out of
  // the screen sideways and can be moved to. null: nothing of it is seen. `lost`: all of it is cut away to the right.
  const seen = (rect, where) => {
    let r = bare(rect), cut = false, scrolls = false;
    for (const clip of where.clips) {
      const c = clip.box;
      if (c.right - c.left <= 3 || c.bottom - c.top <= 3) return null;  // for screen readers
      if (clip.y && (r.bottom <= c.top || r.top >= c.bottom)) return clip.x === "moves" ? null : null;
      if (clip.x && (r.right <= c.left + NEAR || r.left >= c.right - NEAR))
        return clip.x === "cuts" && r.left >= c.right - NEAR ? { lost: true, ...r } : null;
      if (clip.x === "cuts" && !clip.ellipsis && (r.left < c.left - 6 || r.right > c.right + 6)) cut = true;
      if (clip.x === "moves") scrolls = true;
      if (clip.x) r = { ...r, left: Math.max(r.left, c.left), right: Math.min(r.right, c.right) };
      if (clip.y) r = { ...r, top: Math.max(r.top, c.top), bottom: Math.min(r.bottom, c.bottom) };
    }
    if (r.right <= NEAR || (r.bottom + window.scrollY <= 0)) return null;  // put out of the screen on purpose
    const stuck = where.fixed || fixedWidth;
    if (r.left >= width - NEAR) return stuck ? { lost: !where.fixed, isOff: where.fixed, ...r } : { ...r, cut, out: true, scrolls };
    if (r.left < -6) cut = true;
    const reaches = r.right > width + 6;
    return { ...r, cut: cut || (reaches && stuck), out: reaches && !stuck, scrolls };
  };

  // -- fixed and sticky boxes, and what is laid over the page

  const all = document.body ? [...document.body.querySelectorAll("*")].slice(0, MANY) : [];
  const stuckRoots = new Map(), laidOver = new Map();
  for (const el of all) {
    const s = style(el);
    if (+s.zIndex < 0) continue;  // behind the content
    if (s.position === "fixed" || s.position === "sticky") stuckRoots.set(el, s.position);
    else if (s.position === "absolute" && +s.zIndex >= 1 && (!el.offsetParent || el.offsetParent === document.body)) {
      const r = el.getBoundingClientRect();
      if ((r.right - r.left) * (r.bottom - r.top) >= 0.6 * width * height) laidOver.set(el, "absolute");
    }
  }
  const rootOf = (el, roots) => { for (let e = el; e; e = e.parentElement) if (roots.has(e)) return e; return null; };
  const alpha = (color) => { const parts = color.match(/[\d.]+/g) || []; return parts.length > 3 ? +parts[3] : color === "transparent" ? 0 : 1; };
  const REPLACED = /^(IMG|VIDEO|IFRAME|CANVAS|SVG|INPUT|BUTTON|SELECT|TEXTAREA|OBJECT|EMBED)$/i;
  const paints = (el) => { const s = style(el); return alpha(s.backgroundColor) > 0.2 || s.backgroundImage !== "none" || REPLACED.test(el.tagName); };
  const covering = (roots) => {
    // Share of the screen's points at which one of the roots is what is seen.
    const by = new Map();
    if (!roots.size) return { share: 0, by: [] };
    let points = 0, covered = 0;
    for (let i = 0; i < 13; i++) for (let j = 0; j < 28; j++) {
      points++;
      for (const el of document.elementsFromPoint(((i + 0.5) / 13) * width, ((j + 0.5) / 28) * height)) {
        const owner = rootOf(el, roots);
        if (!owner) break;
        if (shown(el) && paints(el)) { covered++; by.set(owner, (by.get(owner) || 0) + 1); break; }
      }
    }
    return { share: covered / points, by: [...by].sort((a, b) => b[1] - a[1]).map((one) => one[0]) };
  };
  const stuckNow = (from, delta) => {
    // Fixed boxes, and sticky ones that did not go along when the page was moved.
    const now = new Map();
    for (const [el, position] of stuckRoots) {
      if (position === "fixed" || (delta > 10 && Math.abs(from.get(el) - el.getBoundingClientRect().top) < delta - 10)) now.set(el, position);
    }
    return now;
  };
  const coveredAfterMoving = async () => {
    go(0);
    const over = covering(laidOver), from = new Map();
    for (const el of stuckRoots.keys()) from.set(el, el.getBoundingClientRect().top);
    const far = Math.min(height * 1.5, root.scrollHeight - height);
    if (stuckRoots.size && far > height / 2) { go(far); await wait(60); }
    const stuck = covering(stuckNow(from, window.scrollY));
    const found = over.share > stuck.share ? over : stuck;
    found.way_out = found.by.some((owner) => [owner, ...owner.querySelectorAll(TARGETS + ", [class*=close i]")].some((el) => {
      if (!el.matches(TARGETS + ", [class*=close i]") || !shown(el)) return false;
      const r = el.getBoundingClientRect(), x = (r.left + r.right) / 2, y = (r.top + r.bottom) / 2;
      const hit = document.elementFromPoint(x, y);
      return r.width > 8 && r.height > 8 && hit && (el.contains(hit) || hit.contains(el));
    }));
    found.told = found.by.slice(0, FIRST).map((el) => told(el, el.getBoundingClientRect()));
    go(0);
    return found;
  };
  let cover = await coveredAfterMoving();
  if (cover.share >= 0.2) {
    await wait(GOES_MS);
    styles.clear(); moving.clear(); clipsOf.clear();
    cover = await coveredAfterMoving();
  }

  // -- text

  const ratios = new Map();
  const ratio = (el) => {
    // How much larger than its font size text is drawn: transforms and zoom of everything around it.
    if (!el || el === document.documentElement) return 1;
    if (ratios.has(el)) return ratios.get(el);
    const s = style(el);
    let own = 1;
    if (s.transform !== "none") { const m = new DOMMatrix(s.transform); own *= Math.hypot(m.a, m.b); }
    if (s.scale && s.scale !== "none") own *= parseFloat(s.scale);
    if (s.zoom && s.zoom !== "normal") own *= s.zoom.endsWith("%") ? parseFloat(s.zoom) / 100 : parseFloat(s.zoom);
    const found = own * ratio(el.parentElement);
    ratios.set(el, found);
    return found;
  };
  const menus = [...document.querySelectorAll(MENUS)];
  const menusOut = [];
  for (const menu of menus) {
    if (menusOut.some((one) => one.el.contains(menu) || menu.contains(one.el))) continue;
    const links = [...menu.querySelectorAll("a, button")].filter((a) => shown(a) && a.getBoundingClientRect().width > 0);
    if (links.length < 3 || isMoving(menu)) continue;
    const spots = links.map((a) => ({ a, rect: a.getBoundingClientRect(), at: seen(a.getBoundingClientRect(), around(a)) }));
    const scrollsItself = (a) => inside(a).clips.some((c) => c.x === "moves");
    const isIn = (one) => one.at && !one.at.lost && !one.at.isOff && one.at.right <= width + 6 && one.at.left >= -6 && !one.at.cut;
    const within = spots.filter(isIn);
    const level = (one) => within.some((w) => Math.abs(w.rect.top - one.rect.top) < Math.max(8, w.rect.height * 0.6));
    const gone = spots.filter((one) => one.at && !isIn(one) && !one.at.isOff && one.rect.right > width - NEAR && !scrollsItself(one.a) && level(one));
    if (within.length && gone.length) menusOut.push({ el: menu, links: links.length, gone: gone.map((one) => one.a) });
  }
  const inMenuOut = (el) => menusOut.some((one) => one.el.contains(el));

  const SKIP = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION|TITLE|TEXTAREA)$/;
  let chars = 0, small = 0, tiny = 0, out = 0, cut = 0;
  const smallTold = new Map(), outTold = [], cutTold = [], lines = [], sizes = {};
  const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(), n = 0; node && n < MANY; node = walker.nextNode()) {
    const text = node.data.replace(/\s+/g, " ").trim(), el = node.parentElement;
    if (!text || !el || SKIP.test(el.tagName) || !shown(el)) continue;
    n++;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((r) => r.width > 1 && r.height > 1);
    const whole = rects.reduce((sum, r) => sum + r.width, 0);
    if (!whole) continue;
    const where = inside(el), px = parseFloat(style(el).fontSize) * ratio(el) * scale;
    for (const rect of rects) {
      const at = seen(rect, where);
      if (!at || at.lost || at.isOff) continue;
      const letters = (text.length * rect.width) / whole;
      chars += letters;
      if (px < SMALL - 0.05) {
        small += letters;
        if (px < TINY - 0.05) tiny += letters;
        if (!smallTold.has(el)) smallTold.set(el, { px: round(px), letters: 0, rect, text });
        smallTold.get(el).letters += letters;
      }
      sizes[Math.round(px)] = (sizes[Math.round(px)] || 0) + letters;
      if (at.out && !at.scrolls) { out += letters; if (outTold.length < FIRST) outTold.push(told(el, rect, text)); }
      if (at.cut && !isMoving(el) && !inMenuOut(el)) { cut += letters; if (cutTold.length < FIRST) cutTold.push(told(el, rect, text)); }
      if (lines.length < 4000 && !rootOf(el, stuckRoots) && !rootOf(el, laidOver)) lines.push({ el, node, top: rect.top, bottom: rect.bottom, left: at.left, right: at.right, letters, text });
    }
  }

  // -- text over text

  lines.sort((a, b) => a.top - b.top);
  const pairs = [];
  for (let i = 0; i < lines.length && pairs.length < 80; i++) {
    for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom; j++) {
      const a = lines[i], b = lines[j];
      const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - b.top;
      const least = Math.min((a.right - a.left) * (a.bottom - a.top), (b.right - b.left) * (b.bottom - b.top));
      if (a.node !== b.node && w > 4 && h > 3 && w * h > 0.3 * least) pairs.push([a, b, w, h]);
    }
  }
  let overlap = 0;
  const overlapTold = [];
  for (const [a, b, w, h] of pairs) {
    const middle = b.top + h / 2, x = Math.max(a.left, b.left) + w / 2;
    go(Math.max(0, middle - height / 2));
    const stack = document.elementsFromPoint(x, middle - window.scrollY);
    const at = [stack.indexOf(a.el), stack.indexOf(b.el)];
    go(0);
    if (Math.min(...at) < 0) continue;
    const between = stack.slice(0, Math.max(...at));
    const lower = stack[Math.max(...at)];
    if (between.some((el) => !el.contains(lower) && alpha(style(el).backgroundColor) > 0.8) || between.some((el) => REPLACED.test(el.tagName))) continue;
    overlap += Math.min(a.letters, b.letters);
    if (overlapTold.length < FIRST) overlapTold.push({ where: name(b.el), text: words(b.text) + " / " + words(a.text), box: box({ left: b.left, top: b.top, right: b.right, bottom: b.bottom }) });
  }

  // -- what is pressed

  const isTarget = (node) => node.nodeType === 1 && node.matches(TARGETS);
  const INLINE = /^(inline|contents)$/;
  const hasLetters = (node) => {
    if (node.nodeType === 3) return /\p{L}{2}/u.test(node.data);
    if (node.nodeType !== 1 || isTarget(node) || !shown(node)) return false;
    return [...node.childNodes].some(hasLetters);
  };
  const isInSentence = (el) => {
    // In one run of text with words that are not pressed: its size is that of the line (SC 2.5.8, inline).
    if (style(el).display !== "inline") return false;
    for (const way of ["previousSibling", "nextSibling"]) {
      for (let at = el; at; at = at.parentElement) {
        for (let node = at[way]; node; node = node[way]) {
          if (node.nodeType === 1 && (/^(BR|HR)$/.test(node.tagName) || !INLINE.test(style(node).display.replace("inline-block", "inline")))) { at = null; break; }
          if (hasLetters(node)) return true;
        }
        if (!at || !at.parentElement || !INLINE.test(style(at.parentElement).display)) break;
      }
    }
    return false;
  };
  const isUsual = (el) => {
    // A control as the browser draws it, which the author left alone (SC 2.5.8, user agent control).
    const s = style(el);
    if (/^(checkbox|radio)$/.test(el.type || "")) return el.offsetWidth === 13 && el.offsetHeight === 13 && s.appearance !== "none";
    return /^(INPUT|BUTTON|SELECT)$/.test(el.tagName) && /^(inset|outset)$/.test(s.borderTopStyle) && s.borderTopWidth === "2px" &&
      Math.abs(parseFloat(s.fontSize) - 13.333) < 0.01;
  };
  // Its picture did not come: how large it would be nobody knows.
  const isUnknown = (el) => !/\S/.test(el.textContent) && [...el.querySelectorAll("img")].some((img) => img.naturalWidth <= 1 && !(img.getAttribute("width") && img.getAttribute("height")));
  const hull = (el) => {
    const rects = [...el.getClientRects(), ...[...el.querySelectorAll("*")].slice(0, 40).filter(shown).flatMap((one) => [...one.getClientRects()])];
    if (el.type === "checkbox" || el.type === "radio") for (const label of el.labels || []) rects.push(...label.getClientRects());
    const full = rects.filter((r) => r.width > 0 && r.height > 0);
    if (!full.length) return null;
    return { left: Math.min(...full.map((r) => r.left)), top: Math.min(...full.map((r) => r.top)), right: Math.max(...full.map((r) => r.right)), bottom: Math.max(...full.map((r) => r.bottom)) };
  };
  const targets = [];
  for (const el of [...document.querySelectorAll(TARGETS)].slice(0, 1500)) {
    if (!shown(el) || el.disabled || isUsual(el) || isUnknown(el)) continue;
    const rect = hull(el), at = rect && seen(rect, around(el));
    if (!at || at.lost || at.isOff || at.right - at.left < 3 || at.bottom - at.top < 3) continue;  // nothing to be seen
    const w = (rect.right - rect.left) * scale, h = (rect.bottom - rect.top) * scale;
    targets.push({ el, rect, x: ((rect.left + rect.right) / 2) * scale, y: ((rect.top + rect.bottom) / 2) * scale, w, h, href: el.href || null, under: w < TARGET - 0.5 || h < TARGET - 0.5, stuck: inside(el).fixed });
  }
  const gap = (from, to) => Math.hypot(Math.max(to.rect.left * scale - from.x, 0, from.x - to.rect.right * scale), Math.max(to.rect.top * scale - from.y, 0, from.y - to.rect.bottom * scale));
  const isTight = (one) => targets.some((other) => other !== one && other.stuck === one.stuck && !other.el.contains(one.el) && !one.el.contains(other.el) &&
    !(one.href && one.href === other.href) &&
    (gap(one, other) < TARGET / 2 || (other.under && Math.hypot(one.x - other.x, one.y - other.y) < TARGET)));
  const pressed = targets.filter((one) => !one.el.parentElement.closest(TARGETS));
  const failing = pressed.filter((one) => one.under && !isInSentence(one.el) && (Math.min(one.w, one.h) < THIN || isTight(one)));

  // -- as a whole

  const wide = [];
  if (!fixedWidth && root.scrollWidth > width + NEAR) {
    for (const el of all) {
      if (wide.length >= FIRST) break;
      const r = el.getBoundingClientRect();
      if (r.right <= width + NEAR || !r.width || !shown(el) || wide.some((one) => one.el.contains(el))) continue;
      const at = seen(r, around(el));
      if (at && at.out && !at.scrolls) wide.push({ el, r });
    }
  }
  let pictured = 0;
  for (const el of document.querySelectorAll("img, video, canvas, svg, iframe, object")) {
    const r = el.getBoundingClientRect();
    if (shown(el) && r.right > 0 && r.left < width && r.bottom > 0 && r.top < height) pictured += Math.max(0, Math.min(r.right, width) - Math.max(r.left, 0)) * Math.max(0, Math.min(r.bottom, height) - Math.max(r.top, 0));
  }
  const viewports = [...document.querySelectorAll("meta[name=viewport i]")];
  const viewport = viewports.length ? viewports[viewports.length - 1].content : null;
  const largest = viewport && /maximum-scale\s*=\s*["']?([\d.]+)/i.exec(viewport);
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const share = (part) => (chars ? round(part / chars) : 0);
  return {
    format: "saytmetr-phone-view/1",
    screen_px: [window.screen.width, window.screen.height], layout_px: [width, height], scale: round(scale),
    content_px: [root.scrollWidth, root.scrollHeight], viewport,
    chars: Math.round(chars), pictured_share: round(pictured / (width * height)),
    wide_px: fixedWidth || scale < 0.95 ? 0 : Math.max(0, root.scrollWidth - width), wide_text_share: scale < 0.95 ? 0 : share(out),
    small_text_share: share(small), tiny_text_share: share(tiny),
    text_px: Object.fromEntries(Object.entries(sizes).map(([px, n]) => [px, Math.round(n)])),
    cut_chars: scale < 0.95 ? 0 : Math.round(cut), cut_text_share: scale < 0.95 ? 0 : share(cut),
    overlap_chars: Math.round(overlap), menus_out: scale < 0.95 ? 0 : menusOut.length,
    targets: pressed.length, targets_failing: failing.length, targets_failing_share: pressed.length ? round(failing.length / pressed.length) : 0,
    covered_share: round(cover.share), covered_way_out: cover.share > 0 ? cover.way_out : null,
    miniature: scale < 0.95, zoom_forbidden: !!viewport && (/user-scalable\s*=\s*["']?(no|0)\b/i.test(viewport) || (!!largest && +largest[1] < 2)),
    first_content_ms: paint ? Math.round(paint.startTime) : null,
    offenders: {
      wide: wide.map((one) => told(one.el, one.r)), wide_text: outTold,
      small_text: [...smallTold].sort((a, b) => b[1].letters - a[1].letters).slice(0, FIRST).map(([el, one]) => ({ px: one.px, ...told(el, one.rect, one.text) })),
      cut: cutTold, overlap: overlapTold,
      menus_out: menusOut.slice(0, FIRST).map((one) => told(one.el, one.el.getBoundingClientRect(), one.gone.map((a) => words(a.textContent)).join(" | "))),
      targets: failing.slice(0, FIRST).map((one) => ({ ...told(one.el, one.rect, one.el.textContent || one.el.title || one.el.value), size: [round(one.w), round(one.h)] })),
      covered: cover.told,
    },
  };
}
