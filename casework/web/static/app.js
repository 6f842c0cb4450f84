'use strict';
// Förbättringar ovanpå server-renderade sidor. Allt fungerar utan den här filen.
(() => {
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const typing = (t) => t.closest('input, select, textarea, [contenteditable]');
  const words = $('[data-words]')?.dataset ?? {};
  const lockForm = $('form[data-lock]'), savers = [];
  const tabs = lockForm && globalThis.BroadcastChannel ? new BroadcastChannel('session') : null;
  if (globalThis.BroadcastChannel && location.search === '?utloggad') new BroadcastChannel('session').postMessage('out');
  let leaving = false;
  const post = (url, body, token, signal) => fetch(url, {
    method: 'POST', body, signal, credentials: 'same-origin', redirect: 'manual',
    headers: { 'X-Requested-With': 'fetch', 'X-Page': location.pathname, ...(token && { 'X-CSRFToken': token }) },
  });
  const locked = () => { leaving = true; location.assign('/last'); };

  // 1. Fokus till felrutan eller kvittot. Tydliggör fel före allt annat.
  $('[data-focus]')?.focus();
  for (const el of $$('.topnav [aria-current], .tabs [aria-current]')) el.parentElement.scrollLeft = el.offsetLeft - 24;

  // 2. Utkast sparas på servern, aldrig i webbläsaren: datorn kan vara delad.
  const unsaved = new Set();
  for (const form of $$('form[data-draft]')) {
    const out = $('[data-draft-status]', form);
    let timer, dirty = false, saving = null, waiting = false;
    const underway = new AbortController();
    const clock = () => new Date().toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit' }).replace(':', '.');
    const say = (text) => { if (out) out.textContent = text; };
    const send = async () => {
      dirty = false;
      try {
        const body = new FormData(form);
        body.set('version', form.dataset.draftVersion);
        body.set('page_turn', Date.now());
        const answer = await post(form.dataset.draft, body, null, underway.signal);
        if (answer.status === 401) { locked(); return; }
        if (answer.status === 409) { dirty = true; say(words.elsewhere); return; }
        // Det som inte får sparas blir inte sparat av fler försök: skälen visas tills något ändras.
        if (answer.status === 422) { dirty = true; say([words.refused, ...(await answer.json()).refused].join(' ')); return; }
        if (!answer.ok) throw new Error(answer.status);
        if (!dirty) unsaved.delete(form);
        const version = answer.headers.get('X-Draft-Version');
        if (version) {
          form.dataset.draftVersion = version;
          const shown = $('[name=version]', form);
          if (shown) shown.value = version;
          for (const el of $$('[data-draft-only]', form)) el.hidden = version === '0';
        }
        say(words.saved.replace('{time}', clock()));
      } catch {
        if (leaving) return; // det som skickas in ersätter utkastet
        dirty = true;
        say(words.unsaved);
        timer = setTimeout(save, 30000);
      }
    };
    // En i taget, annars krockar två versioner av samma utkast.
    const save = () => {
      const own = (saving ?? Promise.resolve()).then(send).finally(() => { if (saving === own) saving = null; });
      return (saving = own);
    };
    const later = (wait) => { dirty = true; unsaved.add(form); clearTimeout(timer); timer = setTimeout(save, wait); };
    form.addEventListener('input', () => later(3000));
    form.addEventListener('change', () => later(0));
    // Det som håller på att sparas får bli klart först, annars möter det som skickas in sitt eget utkast.
    form.addEventListener('submit', (e) => {
      clearTimeout(timer);
      if (!saving) { leaving = true; return; }
      e.preventDefault();
      if (waiting) return;
      waiting = true;
      Promise.race([saving, new Promise((r) => setTimeout(r, 3000))]).then(() => {
        clearTimeout(timer);
        underway.abort(); saving = null; waiting = false;
        form.requestSubmit(e.submitter);
      });
    });
    document.addEventListener('visibilitychange', () => { if (dirty && document.hidden) save(); });
    addEventListener('beforeunload', (e) => { if (dirty && !leaving) e.preventDefault(); });
    savers.push(() => { clearTimeout(timer); return dirty ? save() : saving; });
  }

  // 3. Lås: spara utkasten, lås, och låt servern förvara det som står i andra formulär till den som låser upp.
  const touched = new Set();
  document.addEventListener('input', ({ target: { form } }) => {
    if (form?.method === 'post' && !form.dataset.draft && !form.closest('header')) touched.add(form);
  });
  // Till en låst session: servern tar inte emot formuläret men förvarar det. Svaret är en omdirigering som inte följs.
  const hold = (url, form) => fetch(url, {
    method: 'POST', body: new FormData(form), credentials: 'same-origin', redirect: 'manual', headers: { 'X-Page': location.pathname },
  });
  const lock = async (then = '/last', wait = 0) => {
    await Promise.race([Promise.all(savers.map((s) => s())), new Promise((r) => setTimeout(r, 3000))]);
    leaving = true;
    if (!lockForm) return;
    try {
      await post(lockForm.action, new FormData(lockForm));
      tabs?.postMessage('locked');
      for (const form of [...touched, ...unsaved]) await hold(form.dataset.draft ?? form.action, form);
      setTimeout(() => location.assign(then), wait);
    } catch { lockForm.submit(); }
  };
  lockForm?.addEventListener('submit', (e) => { if (savers.length || touched.size) { e.preventDefault(); lock(); } });

  // 4. Dölj innehållet när någon annan kan se skärmen.
  for (const b of $$('[data-discreet-toggle]')) {
    b.hidden = false;
    b.addEventListener('click', () => {
      const on = document.body.toggleAttribute('data-discreet');
      b.setAttribute('aria-pressed', on); $('main').inert = on;
      const said = $('span', b), other = b.dataset.again;
      if (said && other) { b.dataset.again = said.textContent; said.textContent = other; }
    });
  }

  // Öppnade förseglade uppgifter försvinner från sidan när tiden är ute; servern har då redan förseglat dem.
  for (const el of $$('[data-seals-in]')) setTimeout(() => { el.textContent = words.sealed; }, el.dataset.sealsIn * 1000);

  // När nödåtkomsten är slut svarar servern som om ärendet inte fanns, och sidan får inte stå kvar.
  for (const el of $$('[data-ends-in]')) setTimeout(() => location.reload(), el.dataset.endsIn * 1000);

  // Det mottagaren kommer att se ritas av det servern svarar, medan man väljer.
  for (const form of $$('form[data-live]')) {
    const told = $('[data-told]', form), seen = $('[name=seen]', form), asked = $('[name=asked]', form);
    const aside = $('[name=aside]', form);
    const part = (name) => $(`[data-part=${name}]`, form);
    let timer, turn = 0;
    const made = (name, text, kind) => {
      const el = document.createElement(name);
      if (text !== undefined) el.textContent = text;
      if (kind) el.className = kind;
      return el;
    };
    // Servern lägger undan svar på det som bara en annan grund frågar, och ger tillbaka dem när den väljs igen.
    const ask = (ground, questions, answers, kept) => {
      if (asked.value === ground) return;
      for (const [nth, box] of $$('[data-reply]', form).entries()) {
        box.hidden = nth >= questions.length;
        $('label', box).textContent = questions[nth] ?? '';
        $('textarea', box).value = answers[nth] ?? '';
      }
      aside.value = kept;
      asked.value = ground;
    };
    const note = (box, words, lines) => {
      box.hidden = !words;
      $('p', box).textContent = words;
      $('ul', box).replaceChildren(...lines.map((line) => made('li', line)));
    };
    // Det som är ikryssat eller valt är kvar så länge det finns att välja.
    const warn = (persons) => {
      const box = part('warned'), ticked = new Set($$('input:checked', box).map((el) => el.value));
      box.hidden = !persons.length;
      for (const el of $$('.opt', box)) el.remove();
      box.append(...persons.map(([id, words]) => {
        const row = made('div', undefined, 'opt'), tick = made('input'), label = made('label', words);
        tick.type = 'checkbox'; tick.name = 'warned'; tick.value = id; tick.checked = ticked.has(id);
        tick.id = label.htmlFor = `warned-${id}`;
        row.append(tick, label);
        return row;
      }));
    };
    const choose = (deciders) => {
      const list = $('select', part('decider')), chosen = list.value;
      part('decider').hidden = !deciders;
      const options = (deciders ?? []).map(([id, name]) => {
        const one = made('option', name);
        one.value = id;
        return one;
      });
      list.replaceChildren(list.options[0], ...options);
      list.value = options.some((one) => one.value === chosen) ? chosen : '';
    };
    const draw = ({
      digest, sections, ground, questions, answers, aside: kept, confirms, kinds, uncovered, consulted, against, heading, missing,
      warned, decides, reasons, deciders, go,
    }) => {
      if (seen.value !== digest) $('[name=sure]', form).checked = false;  // man har sett något annat än det som nu visas
      seen.value = digest;
      told.replaceChildren(...sections.flatMap(([title, parts]) => {
        const list = made('dl', undefined, 'facts');
        for (const [label, text] of parts) {
          const row = made('div');
          row.append(made('dt', label), made('dd', text, 'pre'));
          list.append(row);
        }
        return [made('h3', title), list];
      }));
      ask(ground, questions, answers, kept);
      for (const el of $$('[data-confirm]', form)) el.hidden = !confirms.includes(el.dataset.confirm);
      part('kinds').hidden = !kinds;
      part('kinds').textContent = kinds;
      for (const el of $$('[data-uncovered]', form)) {
        el.textContent = uncovered[el.dataset.uncovered] ?? '';
        el.hidden = !el.textContent;
      }
      part('consulted').hidden = !consulted;
      part('despite').hidden = !against.length;
      note(part('against'), part('against').firstElementChild.textContent, against);
      note(part('missing'), heading, missing);
      warn(warned);
      note(part('decides'), decides, reasons);
      choose(deciders);
      part('go').textContent = go;
    };
    const look = async () => {
      const mine = ++turn, answer = await post(form.dataset.live, new FormData(form)).catch(() => null);
      if (answer?.status === 401) { locked(); return; }
      if (answer?.ok && mine === turn) draw(await answer.json());
    };
    form.addEventListener('change', () => { clearTimeout(timer); timer = setTimeout(look, 100); });
  }

  // Det som bara ett visst svar frågar efter syns när det är valt, eller när något är fel där. Utan skript syns allt.
  for (const box of $$('[data-when]')) {
    const [name, value] = box.dataset.when.split('='), form = box.closest('form');
    const show = () => {
      const said = new FormData(form).get(name) ?? '';
      box.hidden = said !== value && !said.startsWith(`${value}:`) && !$('.field--err', box);
    };
    form.addEventListener('change', show);
    show();
  }

  // 5. Skicka bara en gång.
  document.addEventListener('submit', (e) => {
    const f = e.target;
    if (f.method === 'dialog' || e.defaultPrevented) return;
    if (f.dataset.sent) { e.preventDefault(); return; }
    f.dataset.sent = '1'; setTimeout(() => { delete f.dataset.sent; }, 5000);
  });
  addEventListener('pageshow', () => { for (const f of $$('form[data-sent]')) delete f.dataset.sent; });

  // 6. Hjälp, utskrift och kortkommandon (kan stängas av i inställningarna).
  const help = $('#help');
  document.addEventListener('click', (e) => {
    if (help && e.target.closest('[data-help]')) { e.preventDefault(); help.showModal(); }
    if (e.target.closest('[data-print]')) print();
  });
  let g = 0, shifts = [];
  document.addEventListener('keydown', (e) => {
    if (e.key === 'Shift' && !e.repeat) {
      shifts = [...shifts.filter((t) => e.timeStamp - t < 1500), e.timeStamp];
      if (shifts.length === 3) lock();
      return;
    }
    shifts = [];
    if (document.documentElement.dataset.keys === 'off' || typing(e.target) || e.ctrlKey || e.metaKey || e.altKey || $('dialog[open]')) return;
    const go = (sel) => { const el = $(sel); if (el) { e.preventDefault(); el.matches('input') ? el.focus() : el.click(); } };
    if (g && e.timeStamp - g < 1200) { g = 0; if (e.key === 'd') go('.topnav a[href="/min-dag"]'); if (e.key === 'a') go('.topnav a[href="/arenden"]'); return; }
    if (e.key === 'g') g = e.timeStamp;
    if (e.key === '/') go('[data-search]');
    if (e.key === 'n') go('[data-new]');
    if (e.key === '?' && help) { e.preventDefault(); help.showModal(); }
  });

  // 7. Varna innan sessionen låses och innan den tar slut. Servern räknar från senaste frågan, så sidan säger till när
  // någon är kvar. Texten sparas redan när varningen visas.
  const dlg = $('#session'), last = $('#session-end');
  if (dlg) {
    const MINUTE = 60, SOON = 5, opened = Date.now();
    let active = Date.now(), told = Date.now(), warned = false, locking = false;
    const tell = async () => {
      told = Date.now();
      tabs?.postMessage('active');
      try { if ((await post(dlg.dataset.ping, null, dlg.dataset.token)).status === 401 && !leaving) locked(); } catch { /* nästa gång */ }
    };
    const warn = (one) => { for (const s of savers) s(); one.showModal(); };
    const say = (one, left) => {
      $('[data-left]', one).textContent = left > MINUTE ? `${Math.ceil(left / MINUTE)} ${dlg.dataset.minutes}` : `${Math.max(0, Math.round(left / 10) * 10)} ${dlg.dataset.seconds}`;
    };
    const once = (...how) => { if (!locking) { locking = true; lock(...how); } };
    for (const ev of ['keydown', 'pointerdown']) addEventListener(ev, () => { if (!dlg.open) active = Date.now(); });
    dlg.addEventListener('close', () => {
      if (dlg.returnValue === 'lock') { once(); return; }
      active = Date.now(); tell();
    });
    // Utloggningen går inte att skjuta upp. Skärmen låses strax innan, så att servern förvarar det som står i formulären.
    last.addEventListener('close', () => { if (last.returnValue === 'lock') once(); });
    const look = () => {
      const idle = (Date.now() - active) / 1000, left = dlg.dataset.end - idle;
      const ends = dlg.dataset.ends - (Date.now() - opened) / 1000;
      if (ends <= SOON) { once('/', Math.max(0, ends + 2) * 1000); return; }
      if (active > told && Date.now() - told > MINUTE * 1000) tell();
      if (ends <= dlg.dataset.end - dlg.dataset.warn && !warned && !dlg.open) { warned = true; warn(last); }
      if (last.open) say(last, ends);
      if (idle >= dlg.dataset.warn && !dlg.open && !last.open) warn(dlg);
      if (!dlg.open) return;
      if (left <= 0) { once(); return; }
      say(dlg, left);
    };
    setInterval(look, 5000);
    // Andra flikar: någon är kvar, skärmen låstes, eller någon loggade ut.
    if (tabs) tabs.onmessage = async ({ data }) => {
      if (data === 'active') { active = told = Date.now(); if (dlg.open) dlg.close('active'); return; }
      if (data === 'locked') for (const form of [...touched, ...unsaved]) await hold(form.dataset.draft ?? form.action, form).catch(() => {});
      leaving = true;
      if (data === 'locked') { location.assign('/last'); return; }
      // Den som frågar efter inloggningen innan servern har loggat ut skickas hem igen, med allt synligt. Först döljs allt.
      document.body.hidden = true;
      if (data === 'out') location.assign('/logga-in'); else setTimeout(() => location.assign('/logga-in'), 10000);
    };
    $('[data-sign-out]')?.addEventListener('submit', () => tabs?.postMessage('leaving'));
    // En sida som webbläsaren har sparat visas inte förrän servern har sagt att någon fortfarande är inloggad.
    addEventListener('pageshow', async (e) => {
      if (!e.persisted) return;
      document.body.hidden = true;
      try { document.body.hidden = (await post(dlg.dataset.ping, null, dlg.dataset.token)).status !== 204; } catch { /* förblir dold */ }
      if (document.body.hidden) location.replace('/');
    });
  }
})();
